namespace DecodeAlign.Decoding;

/// <summary>A text in the beam: a node of the tree, which it holds a reference to.</summary>
internal sealed class Hypothesis
{
    public required int Node { get; init; }

    /// <summary>log P of its generated tokens.</summary>
    public required double LogProbability { get; init; }

    /// <summary>Number of generated tokens.</summary>
    public required int Length { get; init; }

    /// <summary>Last node of the lookahead that it won by, referenced so that it can be used again; its own where there is none.</summary>
    public required int Ahead { get; set; }

    /// <summary>Number of the candidate it was, in the trace; 0: the prompt.</summary>
    public int TraceId { get; set; }
}
