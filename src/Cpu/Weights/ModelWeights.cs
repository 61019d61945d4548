using DecodeAlign.Models;

namespace DecodeAlign.Cpu;

/// <summary>The weights of one block.</summary>
internal sealed record LayerWeights(
    NativeBuffer? AttentionNorm,
    NativeBuffer? AttentionNormBias,
    PackedMatrix QueryKeyValue,
    NativeBuffer? QueryNorm,
    NativeBuffer? KeyNorm,
    PackedMatrix Output,
    NativeBuffer? AttentionOutputNorm,
    NativeBuffer? FeedForwardNorm,
    NativeBuffer? FeedForwardNormBias,
    NativeBuffer? FeedForwardOutputNorm,
    PackedMatrix UpOrGateUp,
    PackedMatrix Down);

/// <summary>All weights of a model in the engine's layout.</summary>
internal sealed class ModelWeights : IDisposable
{
    private const long ChunkBytes = 32 << 20;

    private readonly List<IDisposable> _owned = [];

    private ModelWeights()
    {
    }

    /// <summary>The token embedding; the head too, where they are tied.</summary>
    public PackedMatrix Embedding { get; private set; } = null!;

    /// <summary>Learned positions; null where there are none.</summary>
    public PackedMatrix? Positions { get; private set; }

    public LayerWeights[] Layers { get; private set; } = [];

    public NativeBuffer FinalNorm { get; private set; } = null!;

    public NativeBuffer? FinalNormBias { get; private set; }

    /// <summary>The language or reward head.</summary>
    public PackedMatrix Head { get; private set; } = null!;

    public long ParameterCount { get; private set; }

    /// <summary>How the matrices of the layers are kept.</summary>
    public WeightFormat Format { get; private init; }

    public static ModelWeights Load(IWeightSource source, WeightFormat format, int threads, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        var weights = new ModelWeights { Format = format };
        try
        {
            weights.Read(source, format, threads, progress, cancellationToken);
            return weights;
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var owned in _owned) owned.Dispose();
    }

    private void Read(IWeightSource source, WeightFormat format, int threads, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        var d = source.Description;
        var total = MatrixWeights(d);
        var loader = new PackedMatrixLoader(source, format, threads, Own(new NativeArena(ChunkBytes)), count =>
        {
            ParameterCount += count;
            progress?.Report(Math.Min(1, ParameterCount / total));
        }, cancellationToken);
        Embedding = Own(loader.Concatenate(0, d.HiddenSize, new MatrixPart(WeightRole.TokenEmbedding, null, d.VocabularySize)));
        if (d.Rope is null) Positions = Own(loader.Concatenate(0, d.HiddenSize, new MatrixPart(WeightRole.PositionEmbedding, null, d.ContextLength)));
        Layers = new LayerWeights[d.LayerCount];
        for (var layer = 0; layer < Layers.Length; layer++) Layers[layer] = ReadLayer(source, loader, layer);
        FinalNorm = Vector(source, WeightRole.FinalNorm, 0, d.HiddenSize)!;
        FinalNormBias = Vector(source, WeightRole.FinalNormBias, 0, d.HiddenSize);
        Head = d switch
        {
            { GateWidth: > 0 } => Own(loader.Concatenate(0, d.HiddenSize, new(WeightRole.RewardHead, null, d.RewardCount - d.GateWidth), new(WeightRole.RewardGateInput, null, d.GateWidth))),
            { RewardCount: > 0 } => Own(loader.Concatenate(0, d.HiddenSize, new MatrixPart(WeightRole.RewardHead, null, d.RewardCount))),
            { TiedEmbeddings: true } => Embedding,
            _ => Own(loader.Concatenate(0, d.HiddenSize, new MatrixPart(WeightRole.Head, null, d.VocabularySize))),
        };
        loader.Run();
    }

    private LayerWeights ReadLayer(IWeightSource source, PackedMatrixLoader loader, int layer)
    {
        var d = source.Description;
        var queries = d.HeadCount * d.HeadSize;
        var keys = d.KvHeadCount * d.HeadSize;
        var up = new MatrixPart(WeightRole.Up, WeightRole.UpBias, d.IntermediateSize);
        return new(
            Vector(source, WeightRole.AttentionNorm, layer, d.HiddenSize),
            Vector(source, WeightRole.AttentionNormBias, layer, d.HiddenSize),
            Own(loader.Concatenate(layer, d.HiddenSize, new(WeightRole.Query, WeightRole.QueryBias, queries), new(WeightRole.Key, WeightRole.KeyBias, keys), new(WeightRole.Value, WeightRole.ValueBias, keys))),
            Vector(source, WeightRole.QueryNorm, layer, d.QueryKeyNormWhole ? queries : d.HeadSize),
            Vector(source, WeightRole.KeyNorm, layer, d.QueryKeyNormWhole ? keys : d.HeadSize),
            Own(loader.Concatenate(layer, queries, new MatrixPart(WeightRole.Output, WeightRole.OutputBias, d.HiddenSize))),
            Vector(source, WeightRole.AttentionOutputNorm, layer, d.HiddenSize),
            Vector(source, WeightRole.FeedForwardNorm, layer, d.HiddenSize),
            Vector(source, WeightRole.FeedForwardNormBias, layer, d.HiddenSize),
            Vector(source, WeightRole.FeedForwardOutputNorm, layer, d.HiddenSize),
            Own(d.IsGated
                ? loader.Interleave(layer, d.HiddenSize, new(WeightRole.Gate, WeightRole.GateBias, d.IntermediateSize), up)
                : loader.Concatenate(layer, d.HiddenSize, up)),
            Own(loader.Concatenate(layer, d.IntermediateSize, new MatrixPart(WeightRole.Down, WeightRole.DownBias, d.HiddenSize))));
    }

    private unsafe NativeBuffer? Vector(IWeightSource source, WeightRole role, int layer, int width)
    {
        if (!source.Has(role, layer)) return null;
        var buffer = Own(NativeBuffer.OfFloats(Sizes.Row(width)));
        source.ReadRows(role, layer, 0, new(buffer.Floats, width));
        ParameterCount += width;
        return buffer;
    }

    private T Own<T>(T owned) where T : IDisposable
    {
        _owned.Add(owned);
        return owned;
    }

    private static double MatrixWeights(TransformerDescription d)
    {
        var attention = 2.0 * (d.HeadCount + d.KvHeadCount) * d.HeadSize;
        var feedForward = (d.IsGated ? 3.0 : 2) * d.IntermediateSize;
        var outside = d.VocabularySize + (d.RewardCount > 0 ? d.RewardCount : d.TiedEmbeddings ? 0 : d.VocabularySize) + (d.Rope is null ? d.ContextLength : 0);
        return d.HiddenSize * (d.LayerCount * (attention + feedForward) + outside);
    }
}
