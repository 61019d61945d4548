using DecodeAlign.Models;

namespace DecodeAlign.Torch;

/// <summary>Attention of tree nodes over their paths: gathers the pages that a block of rows sees, and hides from each row what is not on its path.</summary>
internal sealed class Attention : IDisposable
{
    private static readonly long[] HeadsFirst = [0, 2, 1, 3, 4];

    private readonly TransformerDescription _d;
    private readonly KvPool _pool;
    private readonly ScalarType _type;
    private readonly Rotary? _rotary;
    private readonly Bits _bits;
    private readonly Tensor _seen;
    private readonly Tensor _hidden;
    private readonly bool[] _turns;

    public Attention(TransformerDescription description, KvPool pool, ScalarType type, torch.Device device)
    {
        _d = description;
        _pool = pool;
        _type = type;
        _rotary = description.Rope is { } rope ? new(rope, description.HeadSize, device) : null;
        _turns = new bool[description.LayerCount];
        for (var layer = 0; layer < _turns.Length; layer++) _turns[layer] = _rotary is not null && !description.LayersWithoutRope.Contains(layer);
        _bits = new(AttentionLayout.WordBits, ScalarType.Int64, device);
        _seen = torch.zeros([1], type, device);
        float[] nothing = [float.NegativeInfinity];
        using var host = torch.tensor(nothing);
        _hidden = host.to(type, device);
    }

    /// <summary>Computes what the layers of a pass share.</summary>
    public void Prepare(PassTensors pass, PassPlan plan, Tensor positions)
    {
        pass.Turns = _rotary?.Turns(positions, plan.Rows);
        pass.Mask = Mask(plan);
        var slots = plan.Layout.BlockPages * (long)KvPool.Slots;
        var width = (long)_d.KvHeadCount * _d.HeadSize;
        pass.SeenShape = [pass.Blocks, _d.KvHeadCount, slots, _d.HeadSize];
        pass.SeenStrides = [slots * width, _d.HeadSize, width, 1];
        pass.SeenValues = pass.Blocks * slots * width;
    }

    /// <summary>Keeps the keys and values of <see cref="PassBuffers.Projected"/> and writes what the heads bring back to <see cref="PassBuffers.Mixed"/>.</summary>
    public void Run(int index, LayerWeights layer, PassBuffers buffers, PassTensors pass)
    {
        Place(index, layer, buffers, pass);
        var pool = _pool[index];
        pool.Slots.index_copy_(1, pass.Slots, buffers.KeysAndValues);
        TakeQueries(buffers, pass);
        using var seen = pool.Pages.index_select(1, pass.Pages);
        using var keys = seen.as_strided(pass.SeenShape, pass.SeenStrides, 0);
        using var values = seen.as_strided(pass.SeenShape, pass.SeenStrides, pass.SeenValues);
        using var brought = torch.nn.functional.scaled_dot_product_attention(buffers.Queries, keys, values, pass.Mask!);
        using var heads = brought.view(pass.Blocks, _d.KvHeadCount, pass.BlockRows, Group, _d.HeadSize);
        NativeOperators.Copy(buffers.MixedHeads, heads);
    }

    public void Dispose()
    {
        _rotary?.Dispose();
        _bits.Dispose();
        _seen.Dispose();
        _hidden.Dispose();
    }

    /// <summary>Normalises and turns query and key heads where the layer does so, in f32.</summary>
    private void Place(int index, LayerWeights layer, PassBuffers buffers, PassTensors pass)
    {
        if (layer.HeadNorm is null && !_turns[index]) return;
        if (_type != ScalarType.Float32) NativeOperators.Copy(buffers.Exact, buffers.Heads);
        if (layer.HeadNorm is { } scale)
        {
            using var normed = NativeOperators.RmsNorm(buffers.Exact, _d.HeadSize, null, _d.NormEpsilon);
            normed.mul_(scale);
            NativeOperators.Copy(buffers.Exact, normed);
        }
        if (_turns[index]) buffers.Pairs!.mul_(pass.Turns!);
        if (_type != ScalarType.Float32) NativeOperators.Copy(buffers.Heads, buffers.Exact);
    }

    private void TakeQueries(PassBuffers buffers, PassTensors pass)
    {
        if (pass.BlockRowSources is not { } sources)
        {
            NativeOperators.Copy(buffers.QueryRows, buffers.GroupedQueries!);
            return;
        }
        using var rows = buffers.ProjectedQueries.index_select(0, sources);
        using var grouped = rows.view(pass.Blocks, pass.BlockRows, _d.KvHeadCount, Group, _d.HeadSize);
        using var headsFirst = grouped.permute(HeadsFirst);
        NativeOperators.Copy(buffers.QueryRows, headsFirst);
    }

    /// <summary>(blocks, 1, block rows · heads that share a KV head, slots): 0 where a slot is seen, −∞ where it is hidden.</summary>
    private Tensor Mask(PassPlan plan)
    {
        var layout = plan.Layout;
        var rows = layout.Blocks * layout.BlockRows;
        using var words = plan.Take(layout.Mask);
        using var hidden = _bits.Unpack(words, rows, layout.Mask.Count / rows);
        using var mask = torch.where(hidden, _hidden, _seen);
        using var shared = mask.view(layout.Blocks, 1, layout.BlockRows, 1, -1);
        using var each = shared.expand(layout.Blocks, 1, layout.BlockRows, Group, -1);
        return each.reshape(layout.Blocks, 1, layout.BlockRows * Group, -1);
    }

    private int Group => _d.HeadCount / _d.KvHeadCount;
}
