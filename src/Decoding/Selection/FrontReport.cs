namespace DecodeAlign.Decoding;

/// <summary>How an answer was chosen from a front.</summary>
public sealed record FrontReport : SelectionReport
{
    /// <summary>The answers that no other one is at least as good as in all heuristics and better in one; the chosen one first.</summary>
    public required IReadOnlyList<Answer> Front { get; init; }
}
