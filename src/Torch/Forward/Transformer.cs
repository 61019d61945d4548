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
    private readonly ScalarType _type;
    private readonly torch.Device _device;
    private PassBuffers? _buffers;

    public Transformer(TransformerDescription description, DeviceWeights weights, KvPool pool, ScalarType type, torch.Device device)
    {
        _d = description;
        _weights = weights;
        _gelu = description.Activation is ActivationKind.GeluTanh or ActivationKind.GeluTanhGated ? GELU.Approximate.tanh : GELU.Approximate.none;
        _pool = pool;
        (_type, _device) = (type, device);
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
        var buffers = Buffers(plan);
        _residual.Begin(buffers, tokens, positions);
        using var pass = new PassTensors(plan);
        _attention.Prepare(pass, plan, positions);
        for (var index = 0; index < _weights.Layers.Length; index++)
        {
            var layer = _weights.Layers[index];
            // side by side, both read what the block was given
            using var given = _d.ParallelResidual ? _residual.Input(buffers, layer.FeedForwardNorm) : default;
            Attend(index, buffers, pass);
            using var after = _d.ParallelResidual ? default : _residual.Input(buffers, layer.FeedForwardNorm);
            FeedForward(layer, _d.ParallelResidual ? given : after, buffers);
        }
        if (plan.ReadRows == 0) return null;
        using var indices = plan.ReadRowIndices();
        using var read = indices is null ? buffers.Stream.alias() : buffers.Stream.index_select(0, indices);
        return _residual.Norm(read, _weights.FinalNorm);
    }

    public void Dispose()
    {
        _buffers?.Dispose();
        _residual.Dispose();
        _attention.Dispose();
    }

    /// <summary>Those of the last pass, where they fit: steps of a search are alike.</summary>
    private PassBuffers Buffers(PassPlan plan)
    {
        if (_buffers is { } kept && kept.Fit(plan)) return kept;
        _buffers?.Dispose();
        _buffers = null;
        return _buffers = new(_d, plan, _type, _device);
    }

    private void Attend(int index, PassBuffers buffers, PassTensors pass)
    {
        var layer = _weights.Layers[index];
        using (var input = _residual.Input(buffers, layer.AttentionNorm)) layer.QueryKeyValue.Apply(input.Handle, buffers.Projected);
        _attention.Run(index, layer, buffers, pass);
        if (pass.RowPlaces is { } places)
        {
            using var mixed = buffers.Mixed.index_select(0, places);
            _residual.Add(buffers, layer.Output, mixed, layer.AttentionOutputNorm);
        }
        else _residual.Add(buffers, layer.Output, buffers.Mixed, layer.AttentionOutputNorm);
    }

    private void FeedForward(LayerWeights layer, in BlockInput input, PassBuffers buffers)
    {
        layer.Up.Apply(input.Handle, buffers.Up);
        if (_d.Activation == ActivationKind.SiluGated)
        {
            var gate = buffers.Gate!;
            gate.silu_();
            gate.mul_(buffers.Gated!);
            _residual.Add(buffers, layer.Down, gate, layer.FeedForwardOutputNorm);
            return;
        }
        using var inner = (buffers.Gate ?? buffers.Up).gelu(_gelu);
        if (buffers.Gated is { } gated) inner.mul_(gated);
        _residual.Add(buffers, layer.Down, inner, layer.FeedForwardOutputNorm);
    }
}
