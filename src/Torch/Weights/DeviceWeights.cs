using DecodeAlign.Models;

namespace DecodeAlign.Torch;

/// <summary>A matrix (outputs, inputs) with its bias.</summary>
internal sealed record Linear(Tensor Matrix, Tensor? Bias) : IDisposable
{
    /// <summary>(inputs, outputs), a view.</summary>
    public Tensor Transposed { get; } = Matrix.t();

    /// <summary>(rows, inputs) becomes (rows, outputs).</summary>
    public Tensor Apply(Tensor x) => torch.nn.functional.linear(x, Matrix, Bias);

    /// <summary>The same into a tensor that is there.</summary>
    public void Apply(Tensor x, Tensor result) => Apply(x.Handle, result);

    /// <summary>The same for a tensor that is there as a handle.</summary>
    public void Apply(nint x, Tensor result)
    {
        if (Bias is null) NativeOperators.Product(result, x, Transposed);
        else NativeOperators.AddProduct(result, Bias, x, Transposed);
    }

    public void Dispose()
    {
        Transposed.Dispose();
        Matrix.Dispose();
        Bias?.Dispose();
    }
}

/// <summary>A norm's scale and shift, (hidden).</summary>
internal sealed record NormWeights(Tensor Weight, Tensor? Bias) : IDisposable
{
    public void Dispose()
    {
        Weight.Dispose();
        Bias?.Dispose();
    }
}

/// <summary>The weights of one block.</summary>
/// <param name="AttentionNorm">Norm before attention; null where there is none.</param>
/// <param name="QueryKeyValue">The three projections in one.</param>
/// <param name="HeadNorm">(query and key heads, head size); null where heads are not normalised each for itself.</param>
/// <param name="QueryNorm">(query heads · head size); null where queries are not normalised together.</param>
/// <param name="KeyNorm">(key heads · head size); null where keys are not normalised together.</param>
/// <param name="Output">Projection after attention.</param>
/// <param name="AttentionOutputNorm">Norm of what attention gives; null where there is none.</param>
/// <param name="FeedForwardNorm">Norm before the feed-forward network; null where there is none.</param>
/// <param name="Up">The up projection; after the gate's, where there is a gate.</param>
/// <param name="Down">The down projection.</param>
/// <param name="FeedForwardOutputNorm">Norm of what the feed-forward network gives; null where there is none.</param>
internal sealed record LayerWeights(
    NormWeights? AttentionNorm,
    Linear QueryKeyValue,
    Tensor? HeadNorm,
    Tensor? QueryNorm,
    Tensor? KeyNorm,
    Linear Output,
    NormWeights? AttentionOutputNorm,
    NormWeights? FeedForwardNorm,
    Linear Up,
    Linear Down,
    NormWeights? FeedForwardOutputNorm);

/// <summary>All weights of a model on a device.</summary>
internal sealed class DeviceWeights : IDisposable
{
    private readonly List<IDisposable> _owned = [];

    private DeviceWeights()
    {
    }

    /// <summary>The token embedding; the head too, where they are tied.</summary>
    public Tensor Embedding { get; private set; } = null!;

    /// <summary>Learned positions; null where there are none.</summary>
    public Tensor? Positions { get; private set; }

    public LayerWeights[] Layers { get; private set; } = [];

    public NormWeights FinalNorm { get; private set; } = null!;

    /// <summary>The language or reward head.</summary>
    public Linear Head { get; private set; } = null!;

    public long ParameterCount { get; private set; }

    public static DeviceWeights Load(IWeightSource source, ScalarType type, torch.Device device, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        var weights = new DeviceWeights();
        try
        {
            weights.Read(new(source, type, device, progress, cancellationToken), source.Description);
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

    private void Read(WeightLoader loader, TransformerDescription d)
    {
        var embedding = Own(loader.Linear(0, d.HiddenSize, new WeightPart(WeightRole.TokenEmbedding, null, d.VocabularySize)));
        Embedding = embedding.Matrix;
        if (d.Rope is null) Positions = Own(loader.Linear(0, d.HiddenSize, new WeightPart(WeightRole.PositionEmbedding, null, d.ContextLength))).Matrix;
        Layers = new LayerWeights[d.LayerCount];
        for (var layer = 0; layer < Layers.Length; layer++) Layers[layer] = ReadLayer(loader, d, layer);
        FinalNorm = Own(loader.Norm(WeightRole.FinalNorm, WeightRole.FinalNormBias, 0));
        Head = d switch
        {
            { GateWidth: > 0 } => Own(loader.Linear(0, d.HiddenSize, new(WeightRole.RewardHead, null, d.RewardCount - d.GateWidth), new(WeightRole.RewardGateInput, null, d.GateWidth))),
            { RewardCount: > 0 } => Own(loader.Linear(0, d.HiddenSize, new WeightPart(WeightRole.RewardHead, null, d.RewardCount))),
            { TiedEmbeddings: true } => embedding,
            _ => Own(loader.Linear(0, d.HiddenSize, new WeightPart(WeightRole.Head, null, d.VocabularySize))),
        };
        ParameterCount = loader.ParameterCount;
    }

    private LayerWeights ReadLayer(WeightLoader loader, TransformerDescription d, int layer)
    {
        var queries = d.HeadCount * d.HeadSize;
        var keys = d.KvHeadCount * d.HeadSize;
        var up = new WeightPart(WeightRole.Up, WeightRole.UpBias, d.IntermediateSize);
        var (isBefore, isAfter) = (d.Norms != NormPlacement.After, d.Norms != NormPlacement.Before);
        // each part is owned as soon as it is there: the next one may not fit
        return new(
            isBefore ? Own(loader.Norm(WeightRole.AttentionNorm, WeightRole.AttentionNormBias, layer)) : null,
            Own(loader.Linear(layer, d.HiddenSize, new(WeightRole.Query, WeightRole.QueryBias, queries), new(WeightRole.Key, WeightRole.KeyBias, keys), new(WeightRole.Value, WeightRole.ValueBias, keys))),
            d.QueryKeyNorm && !d.QueryKeyNormWhole ? Own(loader.HeadNorm(layer)) : null,
            d.QueryKeyNormWhole ? Own(loader.WholeNorm(WeightRole.QueryNorm, layer, queries)) : null,
            d.QueryKeyNormWhole ? Own(loader.WholeNorm(WeightRole.KeyNorm, layer, keys)) : null,
            Own(loader.Linear(layer, queries, new WeightPart(WeightRole.Output, WeightRole.OutputBias, d.HiddenSize))),
            isAfter ? Own(loader.Norm(WeightRole.AttentionOutputNorm, null, layer)) : null,
            isBefore ? Own(loader.Norm(WeightRole.FeedForwardNorm, WeightRole.FeedForwardNormBias, layer)) : null,
            Own(d.IsGated
                ? loader.Linear(layer, d.HiddenSize, new(WeightRole.Gate, WeightRole.GateBias, d.IntermediateSize), up)
                : loader.Linear(layer, d.HiddenSize, up)),
            Own(loader.Linear(layer, d.IntermediateSize, new WeightPart(WeightRole.Down, WeightRole.DownBias, d.HiddenSize))),
            isAfter ? Own(loader.Norm(WeightRole.FeedForwardOutputNorm, null, layer)) : null);
    }

    private T Own<T>(T owned) where T : IDisposable
    {
        _owned.Add(owned);
        return owned;
    }
}
