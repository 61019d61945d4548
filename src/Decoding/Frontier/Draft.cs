namespace DecodeAlign.Decoding;

/// <summary>A segment on its way: tokens below a hypothesis that are to become one candidate.</summary>
internal sealed class Draft
{
    public required Hypothesis Parent { get; init; }

    /// <summary>Place of the parent in the beam.</summary>
    public required int ParentIndex { get; init; }

    /// <summary>Tells its draws from those of others at the same node.</summary>
    public required ulong Lineage { get; init; }

    /// <summary>Its last node, referenced where it is not the parent's.</summary>
    public required int Node { get; set; }

    public List<ProposedToken> Tokens { get; } = [];

    public FinishReason? Finish { get; set; }

    public bool IsDone { get; set; }

    public int Length => Parent.Length + Tokens.Count;
}
