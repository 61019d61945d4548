namespace DecodeAlign.Decoding;

/// <summary>A heuristic that maximises one value subject to thresholds on others, each with a multiplier: what it costs to lack a unit. A selection may adapt the multipliers between rounds of answers.</summary>
public interface IThresholdHeuristic : IHeuristic
{
    /// <summary>What is maximised.</summary>
    IHeuristic Objective { get; }

    /// <summary>What must reach a threshold.</summary>
    IReadOnlyList<HeuristicThreshold> Thresholds { get; }

    /// <summary>The same with other multipliers.</summary>
    /// <param name="multipliers">One for each threshold; finite, at least 0.</param>
    IHeuristic WithMultipliers(IReadOnlyList<double> multipliers);
}

/// <summary>A threshold on a heuristic.</summary>
/// <param name="Heuristic">The heuristic.</param>
/// <param name="Least">The value that suffices.</param>
/// <param name="Multiplier">What a unit below it costs.</param>
public readonly record struct HeuristicThreshold(IHeuristic Heuristic, double Least, double Multiplier);
