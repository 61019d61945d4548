using DecodeAlign.Models;

namespace DecodeAlign.Torch;

/// <summary>What every block adds to, in f32: (rows, hidden).</summary>
internal sealed class ResidualStream : IDisposable
{
    private readonly TransformerDescription _d;
    private readonly DeviceWeights _weights;
    private readonly ScalarType _type;
    private readonly long[] _normShape;
    private readonly Tensor _unit;
    private readonly Scalar _one = 1f.ToScalar();
    private readonly Scalar _embeddingScale;
    private readonly Scalar _residualScale;

    public ResidualStream(TransformerDescription description, DeviceWeights weights, ScalarType type, torch.Device device)
    {
        _d = description;
        _weights = weights;
        _type = type;
        _normShape = [description.HiddenSize];
        _unit = torch.ones([1], ScalarType.Float32, device);
        _embeddingScale = description.EmbeddingScale.ToScalar();
        _residualScale = description.ResidualScale.ToScalar();
    }

    /// <summary>The stream as it begins: the tokens' embeddings, and the positions' where those are learned.</summary>
    public void Begin(PassBuffers buffers, Tensor tokens, Tensor positions)
    {
        using var embedded = _weights.Embedding.index_select(0, tokens);
        NativeOperators.Copy(buffers.Stream, embedded);
        if (_d.EmbeddingScale != 1) buffers.Stream.mul_(_embeddingScale);
        if (_weights.Positions is not { } learned) return;
        using var places = learned.index_select(0, positions);
        Add(buffers.Stream, places, _one);
    }

    /// <summary>Adds a matrix times (rows, inputs), normalised and scaled where the model does so.</summary>
    public void Add(PassBuffers buffers, Linear linear, Tensor x, NormWeights? norm)
    {
        if (_type == ScalarType.Float32 && linear.Bias is null && norm is null)
        {
            NativeOperators.AddProduct(buffers.Stream, buffers.Stream, x.Handle, linear.Transposed, _d.ResidualScale);
            return;
        }
        linear.Apply(x, buffers.Change);
        if (norm is null)
        {
            Add(buffers.Stream, buffers.Change, _residualScale);
            return;
        }
        using var exact = buffers.Change.to_type(ScalarType.Float32);
        using var normed = NativeOperators.RmsNorm(exact, _d.HiddenSize, norm.Weight, _d.NormEpsilon);
        Add(buffers.Stream, normed, _residualScale);
    }

    /// <summary>As <see cref="Norm"/>, for the matrices of a block.</summary>
    public BlockInput Input(PassBuffers buffers, NormWeights? weights) => weights is not null && _d.Norm == NormKind.Rms && _type == ScalarType.Float32
        ? new(NativeOperators.RmsNormHandle(buffers.Stream, _d.HiddenSize, weights.Weight, _d.NormEpsilon))
        : new(Norm(buffers.Stream, weights));

    /// <summary>(rows, hidden), normalised unless the model does so afterwards, in the type that matrices are kept in.</summary>
    public Tensor Norm(Tensor stream, NormWeights? weights)
    {
        if (weights is null) return _type == ScalarType.Float32 ? stream.alias() : stream.to_type(_type);
        var normed = _d.Norm == NormKind.Rms
            ? NativeOperators.RmsNorm(stream, _d.HiddenSize, weights.Weight, _d.NormEpsilon)
            : torch.nn.functional.layer_norm(stream, _normShape, weights.Weight, weights.Bias, _d.NormEpsilon);
        if (_type == ScalarType.Float32) return normed;
        using (normed) return normed.to_type(_type);
    }

    public void Dispose()
    {
        _unit.Dispose();
        _one.Dispose();
        _embeddingScale.Dispose();
        _residualScale.Dispose();
    }

    private void Add(Tensor stream, Tensor change, Scalar scale) => stream.addcmul_(change, _unit, scale);
}
