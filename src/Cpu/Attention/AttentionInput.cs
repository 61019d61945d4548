namespace DecodeAlign.Cpu;

/// <summary>What one item of attention works on.</summary>
internal readonly unsafe ref struct AttentionInput
{
    /// <summary>Where the runs of the rows' paths are.</summary>
    public required BatchPlan Plan { get; init; }

    /// <summary>At most <see cref="Attention.TileRows"/> rows.</summary>
    public required ReadOnlySpan<PlannedRow> Rows { get; init; }

    /// <summary>Query heads, at most <see cref="Attention.TileHeads"/>, all of one KV head.</summary>
    public required int HeadCount { get; init; }

    /// <summary>Where keys and values lie in a page.</summary>
    public required KvLayout Layout { get; init; }

    /// <summary>Bytes from a page's start to the keys of the layer's KV head.</summary>
    public required long KeysOffset { get; init; }

    /// <summary>The first head's query of the first row, already scaled.</summary>
    public required float* Queries { get; init; }

    /// <summary>Floats from one row's queries to the next.</summary>
    public required int QueryStride { get; init; }

    /// <summary>Receives the first head's output of the first row.</summary>
    public required float* Outputs { get; init; }

    /// <summary>Floats from one row's outputs to the next.</summary>
    public required int OutputStride { get; init; }

    /// <summary>Scores s become c·tanh(s/c); 0: they stay.</summary>
    public required float ScoreCap { get; init; }

    public float* Query(int row, int head) => Queries + (long)row * QueryStride + head * Layout.HeadSize;

    public float* Output(int row, int head) => Outputs + (long)row * OutputStride + head * Layout.HeadSize;
}
