namespace DecodeAlign.Decoding;

/// <summary>
/// The part of a decoder that ranks: c = w · log P(y_1..t | p) / t^α + λ · h(y_1..t+l, p), with w = 1 the rule of DeAL (arXiv 2402.06147, eq. 3), in natural logarithms. Immutable; compared by value.
/// </summary>
public sealed record Rank
{
    /// <summary>Weight λ of the heuristics against log P; any finite number. 0: they are not consulted during the search. Default 0.</summary>
    public double Lambda { get; init; }

    /// <summary>Weight w of log P; a finite number, at least 0. 0: the heuristics alone rank, and log P decides between equal ones. Default 1.</summary>
    public double LikelihoodWeight { get; init; } = 1;

    /// <summary>Exponent α of length normalisation, with t the tokens generated; a finite number, at least 0. 0 (default): none.</summary>
    public double LengthExponent { get; init; }

    /// <summary>How far each candidate is looked ahead. Default: not at all.</summary>
    public Lookahead Lookahead { get; init; } = new(0);

    /// <summary>What it leaves exact.</summary>
    internal Obstacles Obstacles => Lookahead.Halve ? new("halving drops candidates by unfinished lookaheads", "halving drops candidates by unfinished lookaheads") : default;

    /// <summary>Whether candidates are ranked by these heuristics at all.</summary>
    internal bool Consults(IReadOnlyList<WeightedHeuristic> heuristics) => Lambda != 0 && heuristics.Count > 0;

    /// <summary>Whether a search with these heuristics looks ahead at all.</summary>
    internal bool LooksAhead(IReadOnlyList<WeightedHeuristic> heuristics) => Consults(heuristics) && Lookahead.Tokens > 0;

    /// <summary>c's first part.</summary>
    internal double Normalize(double logProbability, int length) => LikelihoodWeight * (LengthExponent == 0 ? logProbability : logProbability / Math.Pow(Math.Max(length, 1), LengthExponent));

    internal void Validate()
    {
        ArgumentNullException.ThrowIfNull(Lookahead);
        Lookahead.Validate();
        Require.That(double.IsFinite(Lambda), nameof(Lambda), "a finite number", Lambda);
        Require.That(double.IsFinite(LikelihoodWeight) && LikelihoodWeight >= 0, nameof(LikelihoodWeight), "a finite number, at least 0", LikelihoodWeight);
        Require.That(double.IsFinite(LengthExponent) && LengthExponent >= 0, nameof(LengthExponent), "a finite number, at least 0", LengthExponent);
    }
}
