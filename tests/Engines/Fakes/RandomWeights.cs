using DecodeAlign.Models;

namespace DecodeAlign.Tests;

/// <summary>Weights of any description, drawn by a fixed seed and kept in memory.</summary>
internal sealed class RandomWeights : IWeightSource
{
    private readonly Dictionary<(WeightRole, int), (int Columns, float[] Values)> _tensors = [];
    private readonly Random _random;
    private readonly bool _bf16;
    private readonly double? _deviation;

    /// <param name="description">What they are weights of.</param>
    /// <param name="seed">What they are drawn by.</param>
    /// <param name="biases">Whether matrices have biases.</param>
    /// <param name="bf16">Whether values are rounded to bf16.</param>
    /// <param name="deviation">
    /// The deviation of every matrix, with norms of 1, as transformers begins a model (<c>initializer_range</c>); null: embeddings of deviation 1,
    /// matrices that amplify, norms about 1, so that whatever is computed wrongly shows.
    /// </param>
    public RandomWeights(TransformerDescription description, int seed, bool biases = false, bool bf16 = false, double? deviation = null)
    {
        Description = description;
        _random = new(seed);
        _bf16 = bf16;
        _deviation = deviation;
        var d = description;
        var (hidden, queries, keys) = (d.HiddenSize, d.HeadCount * d.HeadSize, d.KvHeadCount * d.HeadSize);
        Add(WeightRole.TokenEmbedding, 0, d.VocabularySize, hidden, deviation ?? 1);
        if (d.Rope is null) Add(WeightRole.PositionEmbedding, 0, d.ContextLength, hidden, 0.3);
        for (var layer = 0; layer < d.LayerCount; layer++)
        {
            if (d.Norms != NormPlacement.After) Norm(WeightRole.AttentionNorm, WeightRole.AttentionNormBias, layer);
            Matrix(WeightRole.Query, WeightRole.QueryBias, layer, queries, hidden, biases);
            Matrix(WeightRole.Key, WeightRole.KeyBias, layer, keys, hidden, biases);
            Matrix(WeightRole.Value, WeightRole.ValueBias, layer, keys, hidden, biases);
            if (d.QueryKeyNorm)
            {
                Add(WeightRole.QueryNorm, layer, 1, d.QueryKeyNormWhole ? queries : d.HeadSize, 0.3, 1);
                Add(WeightRole.KeyNorm, layer, 1, d.QueryKeyNormWhole ? keys : d.HeadSize, 0.3, 1);
            }
            Matrix(WeightRole.Output, WeightRole.OutputBias, layer, hidden, queries, biases);
            if (d.Norms != NormPlacement.After) Norm(WeightRole.FeedForwardNorm, WeightRole.FeedForwardNormBias, layer);
            if (d.Norms != NormPlacement.Before)
            {
                Norm(WeightRole.AttentionOutputNorm, null, layer);
                Norm(WeightRole.FeedForwardOutputNorm, null, layer);
            }
            if (d.Activation is ActivationKind.SiluGated or ActivationKind.GeluTanhGated) Matrix(WeightRole.Gate, WeightRole.GateBias, layer, d.IntermediateSize, hidden, biases);
            Matrix(WeightRole.Up, WeightRole.UpBias, layer, d.IntermediateSize, hidden, biases);
            Matrix(WeightRole.Down, WeightRole.DownBias, layer, hidden, d.IntermediateSize, biases);
        }
        Norm(WeightRole.FinalNorm, WeightRole.FinalNormBias, 0);
        if (d.RewardCount > 0) Matrix(WeightRole.RewardHead, null, 0, d.RewardCount, hidden, false);
        else if (!d.TiedEmbeddings) Matrix(WeightRole.Head, null, 0, d.VocabularySize, hidden, false);
    }

    public TransformerDescription Description { get; }

    public string Name => "random";

    public bool Has(WeightRole role, int layer = 0) => _tensors.ContainsKey((role, layer));

    public void ReadRows(WeightRole role, int layer, int firstRow, Span<float> destination)
    {
        var (columns, values) = _tensors[(role, layer)];
        Assert.Equal(0, destination.Length % columns);
        values.AsSpan(firstRow * columns, destination.Length).CopyTo(destination);
    }

    /// <summary>A whole tensor, or null.</summary>
    public float[]? Tensor(WeightRole role, int layer = 0) => _tensors.TryGetValue((role, layer), out var tensor) ? tensor.Values : null;

    /// <summary>Takes tensors away.</summary>
    public RandomWeights Without(Func<WeightRole, bool> isGone)
    {
        foreach (var key in _tensors.Keys.Where(key => isGone(key.Item1)).ToArray()) _tensors.Remove(key);
        return this;
    }

    public void Dispose()
    {
    }

    private void Norm(WeightRole weight, WeightRole? bias, int layer)
    {
        Add(weight, layer, 1, Description.HiddenSize, _deviation is null ? 0.3 : 0, 1);
        if (Description.Norm == NormKind.Layer && bias is { } role) Add(role, layer, 1, Description.HiddenSize, 0.3);
    }

    private void Matrix(WeightRole weight, WeightRole? bias, int layer, int rows, int columns, bool biased)
    {
        Add(weight, layer, rows, columns, _deviation ?? 1.5 / Math.Sqrt(columns));
        if (biased && bias is { } role) Add(role, layer, 1, rows, 0.3);
    }

    private void Add(WeightRole role, int layer, int rows, int columns, double deviation, double mean = 0)
    {
        var values = new float[rows * columns];
        for (var i = 0; i < values.Length; i++)
        {
            // a sum of four uniforms: near enough to normal, and cheap
            var sum = _random.NextDouble() + _random.NextDouble() + _random.NextDouble() + _random.NextDouble() - 2;
            values[i] = (float)(mean + deviation * sum * Math.Sqrt(3));
            if (_bf16) values[i] = BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(values[i]) & unchecked((int)0xFFFF0000));
        }
        _tensors.Add((role, layer), (columns, values));
    }
}
