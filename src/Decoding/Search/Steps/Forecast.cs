namespace DecodeAlign.Decoding;

/// <summary>
/// Weighs how far a pipeline goes: whether the rows of one more step, in the passes of those before it, cost less than the passes that they are expected to save. It learns as the search goes how far
/// lookaheads move a candidate, how often expectations were right, and how many rows a step takes. It decides by counts alone, never by the clock, so that a search evaluates the same each time.
/// </summary>
/// <param name="rowsPerPass">What a pass costs beside its rows (<see cref="ModelFacts.RowsPerPass"/>).</param>
/// <param name="lookahead">Tokens of lookahead.</param>
/// <param name="rowsOfStep">Rows of a whole step.</param>
internal sealed class Forecast(double rowsPerPass, int lookahead, double rowsOfStep)
{
    /// <summary>Share of evaluations beyond those of the naive search at which no further step is begun.</summary>
    public const double MostWaste = 0.25;

    // the nearest of those who are not expected to go on; those behind them hardly count
    private const int Rivals = 4;
    private const double MostOdds = 4;
    // what is believed of a token of lookahead before anything is seen, as so many observations; and how fast what is seen counts
    private const double FirstVariance = 0.1, FirstTokens = 32, FirstLoss = 32, Rate = 0.1;
    private const double LeastLost = 0.1, MostLost = 0.8;
    // what a whole step is believed to take before anything is seen, as a part of one
    private const double FirstStep = 0.25;

    private double _squares = FirstVariance * FirstTokens, _tokens = FirstTokens;
    // rewards move by jumps: the odds that a normal curve gives are scaled by what came of them (Platt scaling, as a logistic regression in passing)
    private double _base = 0.8, _slope = 0.4;
    private double _rows, _depth, _naive, _feared, _lost;
    private int _groups, _flying;

    /// <summary>Counts the steps of a group that have rows in the next pass.</summary>
    public void Fly(int steps)
    {
        if (steps == 0) return;
        _flying += steps;
        _groups++;
    }

    /// <summary>Counts the rows of a pass.</summary>
    public void Count(long rows)
    {
        _rows += rows;
        if (_groups > 0) _depth += (double)_flying / _groups;
        (_groups, _flying) = (0, 0);
    }

    /// <summary>Counts rows that are expected to be in vain.</summary>
    public void Fear(double rows) => _feared += rows;

    /// <summary>Counts rows that were in vain.</summary>
    public void Lose(long rows) => _lost += rows;

    /// <summary>The share of the best so many candidates, by what is expected of them, that is likely to be kept.</summary>
    /// <param name="candidates">The candidates, the best expected first.</param>
    /// <param name="kept">How many are kept.</param>
    /// <param name="left">Tokens of lookahead that a candidate has left.</param>
    public double Share(List<Candidate> candidates, int kept, Func<Candidate, int> left)
    {
        var sum = 0.0;
        for (var i = 0; i < kept; i++)
        {
            var (odds, most) = (0.0, Left(candidates[i], left));
            for (var j = kept; j < Math.Min(kept + Rivals, candidates.Count); j++)
            {
                most = Math.Max(most, Left(candidates[j], left));
                odds += LogOutranks(candidates[i], candidates[j], left);
            }
            // log of p / (1 - p)
            odds = Math.Clamp(odds - Math.Log(Math.Max(1e-9, 1 - Math.Exp(odds))), -MostOdds, MostOdds);
            if (double.IsNaN(candidates[i].FirstOdds)) candidates[i].FirstOdds = odds;
            // the less is left to look at, the less can change
            sum += 1 - (1 - Likelihood(odds)) * most / lookahead;
        }
        return sum / kept;
    }

    /// <summary>Whether a step pays whose hypotheses are right with this share, where so many undecided steps go on in the same passes.</summary>
    /// <param name="share">The share.</param>
    /// <param name="steps">The undecided steps before it, at least 1.</param>
    public bool Pays(double share, int steps)
    {
        if (_rows > (1 + MostWaste) * _naive + steps * rowsOfStep) return false;
        // with s steps in flight a pass takes cost(s * rows), and a lookahead's passes decide s steps; one more, if it is right, makes that s + 1
        var rows = Math.Max(1, (_rows + FirstStep * rowsOfStep) / (_depth + FirstStep * lookahead));
        var (now, more) = (Cost(steps * rows), Cost((steps + 1) * rows));
        // a part of what was feared to be lost is of use all the same, since texts share their beginnings
        var lost = Math.Clamp((_lost + FirstLoss) / (_feared + FirstLoss), LeastLost, MostLost);
        return share * now >= steps * (more - now) * (share + (1 - share) * lost);
    }

    // a pass reads the weights while it multiplies: the longer of the two counts, and a little of the shorter
    private double Cost(double rows) => Math.Sqrt(rowsPerPass * rowsPerPass + rows * rows);

    /// <summary>Learns from a step that is decided.</summary>
    public void Learn(SearchStep step, HashSet<Candidate> kept, int limit)
    {
        _naive += step.Parents.Count;
        var (count, sum) = (0, 0.0);
        foreach (var candidate in step.Candidates)
        {
            if (candidate.Finish is null) _naive += Math.Min(lookahead, limit - candidate.Length);
            if (Moved(candidate) is { } moved) (count, sum) = (count + 1, sum + moved);
        }
        foreach (var candidate in step.Candidates)
        {
            if (double.IsNaN(candidate.FirstOdds)) continue;
            var surprise = (kept.Contains(candidate) ? 1 : 0) - Likelihood(candidate.FirstOdds);
            (_base, _slope) = (_base + Rate * surprise, Math.Max(0, _slope + Rate / MostOdds * surprise * candidate.FirstOdds / MostOdds));
        }
        // what moves all alike changes no rank
        if (count < 2) return;
        foreach (var candidate in step.Candidates)
        {
            if (Moved(candidate) is not { } moved) continue;
            _squares += (moved - sum / count) * (moved - sum / count) * count / (count - 1);
            _tokens += candidate.First.Left;
        }
    }

    private double Likelihood(double odds) => 1 / (1 + Math.Exp(-_base - _slope * odds));

    // log of the probability that a candidate still ranks before another one, by the logistic curve nearest to the normal one
    private double LogOutranks(Candidate candidate, Candidate rival, Func<Candidate, int> left)
    {
        var variance = _squares / _tokens * (Left(candidate, left) + Left(rival, left));
        return variance == 0 ? 0 : -Math.Log(1 + Math.Exp(-1.702 * (Expected(candidate) - Expected(rival)) / Math.Sqrt(variance)));
    }

    private static int Left(Candidate candidate, Func<Candidate, int> left) => candidate.IsExact ? 0 : left(candidate);

    private static double Expected(Candidate candidate) => double.IsNegativeInfinity(candidate.Estimate) ? candidate.LogProbability : candidate.Estimate;

    private double? Moved(Candidate candidate) => candidate.IsExact && 2 * candidate.First.Left > lookahead ? candidate.Score - candidate.First.Value : null;
}
