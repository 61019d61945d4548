using DecodeAlign.Models;

namespace DecodeAlign.Cpu;

/// <summary>The activations of a pass. Rows are padded; the padding is 0 and stays so.</summary>
internal sealed unsafe class Workspace : IDisposable
{
    /// <summary>Most columns that a member makes for itself.</summary>
    public const int OwnRows = 8;

    private readonly NativeBuffer[] _buffers;
    private readonly ColumnRoom[] _columns;
    private readonly AttentionScratch[] _attention;
    private readonly int _heads;
    private readonly long _windowAngles;
    private AttentionScratch? _shared;
    private int _sharedRows;

    public Workspace(TransformerDescription description, int rows, int logitRows, int threads, WeightFormat format)
    {
        var d = description;
        HiddenStride = Sizes.Row(d.HiddenSize);
        ProjectionStride = Sizes.Row((d.HeadCount + 2 * d.KvHeadCount) * d.HeadSize);
        MixedStride = Sizes.Row(d.HeadCount * d.HeadSize);
        InnerStride = Sizes.Row(d.IntermediateSize);
        LogitStride = Sizes.Row(d.RewardCount > 0 ? d.RewardCount : d.VocabularySize);
        LogitRows = logitRows;
        AngleStride = Sizes.RoundUp(d.HeadSize, 16);
        GateStride = (long)rows * 2 * Sizes.Panel;
        _buffers =
        [
            NativeBuffer.OfFloats((long)rows * HiddenStride),
            NativeBuffer.OfFloats(d.Rope is null ? (long)rows * HiddenStride : 0),
            NativeBuffer.OfFloats((long)rows * ProjectionStride),
            NativeBuffer.OfFloats((long)rows * MixedStride),
            NativeBuffer.OfFloats((long)rows * InnerStride),
            NativeBuffer.OfFloats((long)rows * AngleStride * (d.WindowRope is null ? 1 : 2)),
            NativeBuffer.OfFloats((long)logitRows * LogitStride),
            NativeBuffer.OfFloats(threads * GateStride),
            NativeBuffer.OfFloats(ChangesApart(d) ? (long)rows * HiddenStride : 0),
        ];
        _windowAngles = (long)rows * AngleStride;
        var widest = Math.Max(Math.Max(HiddenStride, MixedStride), InnerStride);
        var roundedWidth = PanelFormat.IntegerBits(format) > 0 ? Sizes.RoundUp(widest, Sizes.Block) : 0;
        Columns = new(rows, HiddenStride, roundedWidth);
        _columns = new ColumnRoom[threads];
        for (var i = 0; i < threads; i++) _columns[i] = new(Math.Min(rows, OwnRows), HiddenStride, roundedWidth);
        _attention = new AttentionScratch[threads];
        _heads = d.HeadCount;
        for (var i = 0; i < threads; i++) _attention[i] = new(Cpu.Attention.TileRows, Math.Min(Cpu.Attention.TileHeads, d.HeadCount / d.KvHeadCount), Sizes.RoundUp(d.HeadSize, 16));
    }

    /// <summary>Whether what a block's parts give is kept apart before it is added to the stream: to be normalised, scaled, or added later.</summary>
    public static bool ChangesApart(TransformerDescription d) => d.Norms != NormPlacement.Before || d.ResidualScale != 1 || d.ParallelResidual;

    /// <summary>The residual stream.</summary>
    public float* Residual => _buffers[0].Floats;

    /// <summary>Learned positions.</summary>
    public float* Positions => _buffers[1].Floats;

    /// <summary>Queries, keys and values.</summary>
    public float* Projected => _buffers[2].Floats;

    /// <summary>What the heads bring back.</summary>
    public float* Mixed => _buffers[3].Floats;

    /// <summary>Inside the feed-forward network.</summary>
    public float* Inner => _buffers[4].Floats;

    /// <summary>Cosines and sines of each row's position.</summary>
    public float* Angles => _buffers[5].Floats;

    /// <summary>The same for layers with a window, where theirs are others.</summary>
    public float* WindowAngles => _buffers[5].Floats + _windowAngles;

    /// <summary>What attention or the feed-forward network gives, before it is added.</summary>
    public float* Change => _buffers[8].Floats;

    public float* Logits => _buffers[6].Floats;

    public int HiddenStride { get; }

    public int ProjectionStride { get; }

    public int MixedStride { get; }

    public int InnerStride { get; }

    public int AngleStride { get; }

    public int LogitStride { get; }

    /// <summary>Rows of logits there is room for.</summary>
    public int LogitRows { get; }

    private long GateStride { get; }

    /// <summary>A member's gate and up panels, 96 floats a row.</summary>
    public float* Gates(int member) => _buffers[7].Floats + member * GateStride;

    /// <summary>Columns of products that all members have made together.</summary>
    public ColumnRoom Columns { get; }

    /// <summary>Columns that a member has made for itself.</summary>
    public ColumnRoom OwnColumns(int member) => _columns[member];

    public AttentionScratch Attention(int member) => _attention[member];

    /// <summary>Room that all members write scores to, for the rows it was reserved for.</summary>
    public AttentionScratch SharedAttention => _shared!;

    /// <summary>Makes room for the scores of so many positions, in each member's own.</summary>
    public void ReserveScores(int positions)
    {
        foreach (var scratch in _attention) scratch.Reserve(positions);
    }

    /// <summary>Makes room for the scores of so many rows and positions, shared by all.</summary>
    public void ReserveShared(int rows, int positions)
    {
        if (rows > _sharedRows)
        {
            _shared?.Dispose();
            (_shared, _sharedRows) = (new(rows, _heads, 0), rows);
        }
        _shared!.Reserve(positions);
    }

    public void Dispose()
    {
        foreach (var buffer in _buffers) buffer.Dispose();
        Columns.Dispose();
        foreach (var columns in _columns) columns.Dispose();
        foreach (var scratch in _attention) scratch.Dispose();
        _shared?.Dispose();
    }
}
