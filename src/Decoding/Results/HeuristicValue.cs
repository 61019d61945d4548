namespace DecodeAlign.Decoding;

/// <summary>One heuristic's part in an answer.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value for the finished text.</param>
/// <param name="Weight">Its weight in h.</param>
/// <param name="Satisfied">Whether the text meets it; null: a matter of degree.</param>
public readonly record struct HeuristicValue(string Name, double Value, double Weight, bool? Satisfied);
