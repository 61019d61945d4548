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

    /// <summary>c when it was kept; 0: the prompt, or not kept yet.</summary>
    public double Score { get; set; }

    /// <summary>What tells it from copies of the same text, by which its draws are keyed; 0 where there are none.</summary>
    public ulong Lineage { get; init; }

    /// <summary>The bank or group of the beam that it belongs to.</summary>
    public int Bank { get; init; }

    /// <summary>What the rule that keeps carries along: a particle's log weight.</summary>
    public double Weight { get; init; }

    /// <summary>Whether its candidates stand in its step.</summary>
    public bool IsProposed { get; set; }

    /// <summary>Tokens that were asked for among its candidates' lookaheads.</summary>
    public int Rows { get; set; }

    /// <summary>Number of the candidate it was, in the trace; 0: the prompt.</summary>
    public int TraceId { get; set; }
}
