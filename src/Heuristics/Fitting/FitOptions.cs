namespace DecodeAlign.Heuristics;

/// <summary>How weights are fitted.</summary>
public sealed record FitOptions
{
    /// <summary>
    /// Standard deviation of the normal prior on a weight, where a heuristic's differences between the texts of a pair are scaled to a root mean square of 1; above 0. Less is more cautious: with few pairs it draws weights
    /// towards 0. Default 2.5.
    /// </summary>
    public double PriorDeviation { get; init; } = 2.5;

    /// <summary>Parts into which pairs are shared out, each judged by weights of the others; at least 2. Fewer pairs: one each. Default 10.</summary>
    public int Folds { get; init; } = 10;

    /// <summary>Seed of the order in which pairs are shared out. Default 0.</summary>
    public ulong Seed { get; init; }
}
