namespace DecodeAlign.Decoding;

/// <summary>Where an answer stands after a judge has read it.</summary>
/// <param name="Answer">The answer.</param>
/// <param name="Value">What the judge said of it, the mean over the orders: log-probabilities of a <see cref="LabelJudge"/>, otherwise the judge's own values. In a tournament that of its last match; 0 without one.</param>
/// <param name="Wins">Matches that it won; 0 where all were read at once.</param>
public sealed record JudgeStanding(Answer Answer, double Value, int Wins);

/// <summary>How a judge chose among whole answers.</summary>
public sealed record JudgeReport : SelectionReport
{
    /// <summary>Name of the judge.</summary>
    public required string Judge { get; init; }

    /// <summary>Every answer, the chosen one first.</summary>
    public required IReadOnlyList<JudgeStanding> Standings { get; init; }

    /// <summary>Questions that the judge was asked.</summary>
    public required int Questions { get; init; }

    /// <summary>Tokens that it read.</summary>
    public required long InputTokens { get; init; }

    /// <summary>Tokens that it wrote.</summary>
    public required long OutputTokens { get; init; }
}
