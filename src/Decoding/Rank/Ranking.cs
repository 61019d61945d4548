namespace DecodeAlign.Decoding;

/// <summary>c = log P + λ·h (DeAL, arXiv 2402.06147, eq. 3): of candidates, of what they can still reach, and of whole texts.</summary>
internal sealed class Ranking(Rank rank, SavingsPlan plan, LookaheadWalk walk)
{
    private double[] _scratch = [];

    // what is missing and allowed nowhere along a lookahead counts as this much, in nats
    private const double LeastForeseen = -100;

    /// <summary>c of a text of so many tokens.</summary>
    public double Score(SearchGroup group, double logProbability, int length, double[] values) =>
        Normalize(logProbability, length) + (rank.Lambda == 0 ? 0 : rank.Lambda * group.Heuristics.Combine(values));

    /// <summary>c where the heuristics are not consulted.</summary>
    public double Normalize(double logProbability, int length) => rank.Normalize(logProbability, length);

    /// <summary>Sets c of candidates whose lookaheads have ended; the heuristics are asked only where they rank.</summary>
    public async ValueTask RankAsync(SearchGroup group, List<Candidate> candidates, CancellationToken cancellationToken)
    {
        if (group.IsRanked) await ScoreAsync(group, candidates, cancellationToken).ConfigureAwait(false);
        else foreach (var candidate in candidates) candidate.SetExact(Normalize(candidate.LogProbability, candidate.Length) + Foreseen(group, candidate));
    }

    /// <summary>Scores candidates where their lookaheads stand.</summary>
    public async ValueTask ScoreAsync(SearchGroup group, List<Candidate> candidates, CancellationToken cancellationToken)
    {
        if (candidates.Count == 0) return;
        ScoreRequest[] texts = [.. candidates.Select(candidate => new ScoreRequest(candidate.Leaf, candidate.TextEnded))];
        var values = await group.Heuristics.ScoreAsync(texts, cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < values.Length; i++)
        {
            candidates[i].Values = values[i];
            candidates[i].SetExact(Score(group, candidates[i].LogProbability, candidates[i].Length, values[i]) + Foreseen(group, candidates[i]));
        }
    }

    /// <summary>Sets the candidates' c as it stands, before their lookaheads have ended.</summary>
    public async ValueTask EstimateAsync(SearchGroup group, List<Candidate> candidates, CancellationToken cancellationToken)
    {
        if (candidates.Count == 0) return;
        var values = await group.Heuristics.ScoreAsync([.. candidates.Select(candidate => new ScoreRequest(candidate.Leaf, false))], cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < values.Length; i++)
        {
            candidates[i].Values = values[i];
            candidates[i].Score = Score(group, candidates[i].LogProbability, candidates[i].Length, values[i]) + Foreseen(group, candidates[i]);
        }
    }

    /// <summary>What is expected of that which a text still lacks (NeuroLogic A*esque, arXiv 2112.08726), times its weight.</summary>
    private double Foreseen(SearchGroup group, Candidate candidate)
    {
        if (rank.Foresight == 0 || rank.Lookahead.Tokens == 0 || candidate.Finish is not null) return 0;
        if (!double.IsNegativeInfinity(candidate.Foreseen)) return rank.Foresight * Math.Max(LeastForeseen, candidate.Foreseen);
        return group.Suggested(candidate.Node, allowed: null).Length > 0 ? rank.Foresight * LeastForeseen : 0;
    }

    private double[] Scratch(int count) => _scratch.Length == count ? _scratch : _scratch = new double[count];

    /// <summary>Bounds c, and estimates it, where the lookahead has not ended. Rounding keeps them bounds: they are summed as c is, of terms that bound its terms.</summary>
    public void Bound(SearchGroup group, Candidate candidate)
    {
        if (candidate.BoundedAt == candidate.Lookahead.Count) return;
        var (isFirst, left) = (candidate.BoundedAt < 0, walk.Left(group, candidate));
        candidate.BoundedAt = candidate.Lookahead.Count;
        var values = new double[group.Heuristics.Count];
        var reach = group.Heuristics.Reach(rank.Lambda, candidate.Leaf, left, values);
        var own = Normalize(candidate.LogProbability, candidate.Length);
        (candidate.Least, candidate.Score, candidate.Values) = (own + reach.Least, own + reach.Greatest, values);
        candidate.Estimate = plan.Pipeline > 0 ? own + group.Heuristics.Reach(rank.Lambda, candidate.Leaf, 0, Scratch(values.Length)).Least : candidate.Least;
        if (isFirst) candidate.First = (double.IsNegativeInfinity(candidate.Estimate) ? own : candidate.Estimate, left);
        plan.BoundsSeen |= double.IsFinite(candidate.Score);
        if (!plan.Shorten || candidate.Least != candidate.Score) return;
        candidate.SetExact(candidate.Score);
        plan.Shortened++;
    }

    /// <summary>
    /// Prunes every candidate that ranks behind so many others whatever the lookaheads still show: its greatest c against their least, ties decided as in the ranking.
    /// Exact for keeping the best; a selection that samples among candidates would have to know them all.
    /// </summary>
    public void PruneByBound(SearchStep step, int beam)
    {
        var leaders = step.Leaders(beam);
        if (leaders.Count < beam) return;
        var last = leaders[^1];
        foreach (var candidate in step.Open)
        {
            if (leaders.Contains(candidate) || Candidate.Compare(candidate, candidate.Score, last, last.Least) < 0) continue;
            (candidate.IsPruned, candidate.PrunedBy) = (true, last.Least);
            plan.Pruned++;
        }
    }

    /// <summary>Whether no text that a live hypothesis becomes can overtake the best finished one: log P never rises.</summary>
    public bool NothingOvertakes(SearchGroup group)
    {
        if (group.Finished.Count == 0 || group.Live.Count == 0) return false;
        var best = group.Finished.Order(AnswerOrder.ByScore).First();
        return group.Live.All(hypothesis =>
        {
            var bound = Normalize(hypothesis.LogProbability, group.Limit) + group.Heuristics.UpperBound(rank.Lambda, hypothesis.Node, group.Limit - hypothesis.Length);
            return best.Score > bound || (best.Score == bound && best.LogProbability >= hypothesis.LogProbability);
        });
    }
}
