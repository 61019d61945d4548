namespace DecodeAlign.Decoding;

/// <summary>Where an answer stands among the others.</summary>
/// <param name="Answer">The answer.</param>
/// <param name="Value">Its mean similarity to the others, or its votes.</param>
/// <param name="Vote">What it says; null: nothing that could be read, or answers did not vote.</param>
public sealed record AnswerStanding(Answer Answer, double Value, string? Vote);

/// <summary>How answers were compared with each other: by <see cref="MinimumBayesRisk"/> or <see cref="SelfConsistency"/>.</summary>
public sealed record ConsensusReport : SelectionReport
{
    /// <summary>Every answer, the chosen one first.</summary>
    public required IReadOnlyList<AnswerStanding> Standings { get; init; }
}
