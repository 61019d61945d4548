namespace DecodeAlign.Decoding;

/// <summary>
/// The part of a decoder that ranks: c = w · log P(y_1..t | p) / t^α + λ · h(y_1..t+l, p), with w = 1 the rule of DeAL (arXiv 2402.06147, eq. 3), in natural logarithms, and where asked for an estimate of what is
/// still to be met (<see cref="Foresight"/>). Immutable; compared by value.
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

    /// <summary>
    /// Weight of the estimate of future constraint satisfaction (NeuroLogic A*esque, arXiv 2112.08726, section 3.3): the log of the greatest probability, over the positions of the lookahead, of a token that begins
    /// something required or wished for that is still missing, or goes on with it. 0 where nothing is missing, or the text has ended; at least −100. A finite number, at least 0; 0 (default): none.
    /// </summary>
    public double Foresight { get; init; }

    /// <summary>What it leaves exact.</summary>
    internal Obstacles Obstacles => Lookahead.Halve ? new(Halved, Halved) : Foresight != 0 ? new(Estimated, Estimated, Shorten: Estimated) : default;

    private const string Halved = "halving drops candidates by unfinished lookaheads";
    private const string Estimated = "what may still come is estimated from whole lookaheads";

    /// <summary>Whether candidates are ranked by these heuristics at all.</summary>
    internal bool Consults(IReadOnlyList<WeightedHeuristic> heuristics) => Lambda != 0 && heuristics.Count > 0;

    /// <summary>Whether it asks how likely that which may still be missing is to come, and there is anything that may.</summary>
    internal bool Foresees(IReadOnlyList<WeightedHeuristic> heuristics, bool constrained) => Foresight != 0 && Lookahead.Tokens > 0 && (constrained || Consults(heuristics));

    /// <summary>Whether a search looks ahead at all.</summary>
    internal bool LooksAhead(IReadOnlyList<WeightedHeuristic> heuristics, bool constrained) => (Consults(heuristics) && Lookahead.Tokens > 0) || Foresees(heuristics, constrained);

    /// <summary>c's first part.</summary>
    internal double Normalize(double logProbability, int length) => LikelihoodWeight * (LengthExponent == 0 ? logProbability : logProbability / Math.Pow(Math.Max(length, 1), LengthExponent));

    internal void Validate()
    {
        ArgumentNullException.ThrowIfNull(Lookahead);
        Lookahead.Validate();
        Require.That(double.IsFinite(Lambda), nameof(Lambda), "a finite number", Lambda);
        Require.That(double.IsFinite(LikelihoodWeight) && LikelihoodWeight >= 0, nameof(LikelihoodWeight), "a finite number, at least 0", LikelihoodWeight);
        Require.That(double.IsFinite(LengthExponent) && LengthExponent >= 0, nameof(LengthExponent), "a finite number, at least 0", LengthExponent);
        Require.That(double.IsFinite(Foresight) && Foresight >= 0, nameof(Foresight), "a finite number, at least 0", Foresight);
    }
}
