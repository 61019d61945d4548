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

    public ResidualStream(TransformerDescription description, DeviceWeights weights, ScalarType type, torch.Device device)
    {
        _d = description;
        _weights = weights;
        _type = type;
        _normShape = [description.HiddenSize];
        _unit = torch.ones([1], ScalarType.Float32, device);
    }

    /// <summary>The stream as it begins: the tokens' embeddings, and the positions' where those are learned.</summary>
    public void Begin(PassBuffers buffers, Tensor tokens, Tensor positions)
    {
        using var embedded = _weights.Embedding.index_select(0, tokens);
        NativeOperators.Copy(buffers.Stream, embedded);
        if (_weights.Positions is not { } learned) return;
        using var places = learned.index_select(0, positions);
        Add(buffers.Stream, places);
    }

    /// <summary>Adds a matrix times (rows, inputs).</summary>
    public void Add(PassBuffers buffers, Linear linear, Tensor x)
    {
        if (_type == ScalarType.Float32 && linear.Bias is null)
        {
            NativeOperators.AddProduct(buffers.Stream, buffers.Stream, x, linear.Transposed);
            return;
        }
        linear.Apply(x, buffers.Change);
        Add(buffers.Stream, buffers.Change);
    }

    /// <summary>(rows, hidden), normalised, in the type that matrices are kept in.</summary>
    public Tensor Norm(Tensor stream, NormWeights weights)
    {
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
    }

    private void Add(Tensor stream, Tensor change) => stream.addcmul_(change, _unit, _one);
}
