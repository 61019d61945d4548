namespace DecodeAlign.Decoding;

/// <summary>A text that a sweep found.</summary>
/// <param name="Answer">The text.</param>
/// <param name="Shares">The first weighting that found it: a share of each heuristic that has a weight, in their order; they sum to 1.</param>
public sealed record SweepPoint(Answer Answer, IReadOnlyList<double> Shares);

/// <summary>What a sweep of weights found, and how one of it was chosen.</summary>
public sealed record SweepReport : SelectionReport
{
    /// <summary>Every text, the chosen one first, then the rest of the front, then what is dominated.</summary>
    public required IReadOnlyList<SweepPoint> Points { get; init; }

    /// <summary>The front; the chosen one first.</summary>
    public required IReadOnlyList<Answer> Front { get; init; }
}
