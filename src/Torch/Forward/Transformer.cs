using DecodeAlign.Models;
using TorchSharp.Modules;

namespace DecodeAlign.Torch;

/// <summary>The forward pass: what is sent to the device, block by block. Nothing in it waits for the device.</summary>
internal sealed class Transformer : IDisposable
{
    private readonly TransformerDescription _d;
    private readonly DeviceWeights _weights;
    private readonly KvPool _pool;
    private readonly ResidualStream _residual;
    private readonly Attention _attention;
    private readonly GELU.Approximate _gelu;

    public Transformer(TransformerDescription description, DeviceWeights weights, KvPool pool, ScalarType type, torch.Device device)
    {
        _d = description;
        _weights = weights;
        _gelu = description.Activation == ActivationKind.GeluTanh ? GELU.Approximate.tanh : GELU.Approximate.none;
        _pool = pool;
        _residual = new(description, weights, type, device);
        _attention = new(description, pool, type, device);
    }

    /// <summary>Computes a pass, and returns the rows that are read, normalised for the head; null where none is.</summary>
    public Tensor? Run(PassPlan plan)
    {
        using (var taken = plan.TakenPages())
            if (taken is not null) _pool.ClearTaken(taken);
        using var tokens = plan.Tokens();
        using var positions = plan.Positions();
        using var stream = _residual.Begin(tokens);
        _residual.AddPositions(stream, positions);
        using var pass = new PassTensors(plan);
        _attention.Prepare(pass, plan, positions);
        for (var index = 0; index < _weights.Layers.Length; index++)
        {
            Attend(index, stream, pass);
            FeedForward(_weights.Layers[index], stream);
        }
        if (plan.ReadRows == 0) return null;
        using var indices = plan.ReadRowIndices();
        using var read = indices is null ? stream.alias() : stream.index_select(0, indices);
        return _residual.Norm(read, _weights.FinalNorm);
    }

    public void Dispose()
    {
        _residual.Dispose();
        _attention.Dispose();
    }

    private void Attend(int index, Tensor stream, PassTensors pass)
    {
        var layer = _weights.Layers[index];
        using var normed = _residual.Norm(stream, layer.AttentionNorm);
        using var projected = layer.QueryKeyValue.Apply(normed);
        using var mixed = _attention.Run(index, layer, projected, pass);
        using var change = layer.Output.Apply(mixed);
        _residual.Add(stream, change);
    }

    private void FeedForward(LayerWeights layer, Tensor stream)
    {
        using var normed = _residual.Norm(stream, layer.FeedForwardNorm);
        using var up = layer.Up.Apply(normed);
        using var inner = _d.Activation == ActivationKind.SiluGated ? up.narrow(1, 0, _d.IntermediateSize) : up.gelu(_gelu);
        if (_d.Activation == ActivationKind.SiluGated) Gate(inner, up);
        using var change = layer.Down.Apply(inner);
        _residual.Add(stream, change);
    }

    /// <summary>The gate, which comes first, times what it gates.</summary>
    private void Gate(Tensor gate, Tensor gateAndUp)
    {
        using var up = gateAndUp.narrow(1, _d.IntermediateSize, _d.IntermediateSize);
        gate.silu_();
        gate.mul_(up);
    }
}
