namespace DecodeAlign.Decoding;

/// <summary>One round of <see cref="DualAscent"/>.</summary>
/// <param name="Number">The round, from 0.</param>
/// <param name="Multipliers">The multipliers that its answer was written under, in the thresholds' order.</param>
/// <param name="Answer">Its answer.</param>
/// <param name="Objective">The objective's value.</param>
/// <param name="Reached">What each threshold's heuristic reaches.</param>
/// <param name="IsFeasible">Whether every threshold is reached.</param>
public sealed record DualRound(int Number, IReadOnlyList<double> Multipliers, Answer Answer, double Objective, IReadOnlyList<double> Reached, bool IsFeasible);

/// <summary>How multipliers adapted, and which round's answer was chosen.</summary>
public sealed record DualReport : SelectionReport
{
    /// <summary>The rounds, in order.</summary>
    public required IReadOnlyList<DualRound> Rounds { get; init; }
}
