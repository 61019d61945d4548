namespace DecodeAlign.Decoding;

/// <summary>A heuristic and its weight w in h = Σ w·value.</summary>
/// <param name="Heuristic">The heuristic.</param>
/// <param name="Weight">Any finite number. Default 1.</param>
public readonly record struct WeightedHeuristic(IHeuristic Heuristic, double Weight = 1);
