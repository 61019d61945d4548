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
    private readonly Rotary? _windowRotary;
    private readonly CappedAttention? _capped;
    private readonly Scalar? _queryScale;
    private readonly Bits _bits;
    private readonly Tensor _seen;
    private readonly Tensor _hidden;
    private readonly PoolViews _views;
    private readonly PoolViews _windowViews;
    private readonly bool[] _turns;
    private readonly bool[] _hasWindow;

    public Attention(TransformerDescription description, KvPool pool, ScalarType type, torch.Device device)
    {
        _d = description;
        _pool = pool;
        _type = type;
        _rotary = description.Rope is { } rope ? new(rope, description.HeadSize, device) : null;
        _windowRotary = description.WindowRope is { } windowRope ? new(windowRope, description.HeadSize, device) : null;
        _turns = [.. Enumerable.Range(0, description.LayerCount).Select(layer => _rotary is not null && !description.LayersWithoutRope.Contains(layer))];
        _hasWindow = [.. Enumerable.Range(0, description.LayerCount).Select(description.HasWindow)];
        (_views, _windowViews) = (new(description, pool), new(description, pool));
        if (description.ScoreCap > 0) _capped = new(description, type, device);
        // the fused operator divides by the root of the head size
        else if (description.ScoreScale > 0 && description.ScoreScale * Math.Sqrt(description.HeadSize) is var scale and not 1) _queryScale = ((float)scale).ToScalar();
        _bits = new(AttentionLayout.WordBits, ScalarType.Int64, device);
        var maskType = _capped is null ? type : ScalarType.Float32;
        _seen = torch.zeros([1], maskType, device);
        float[] nothing = [float.NegativeInfinity];
        using var host = torch.tensor(nothing);
        _hidden = host.to(maskType, device);
    }

    /// <summary>Computes what the layers of a pass share.</summary>
    public void Prepare(PassTensors pass, PassPlan plan, Tensor positions)
    {
        pass.Turns = _rotary?.Turns(positions, plan.Rows);
        pass.WindowTurns = _windowRotary?.Turns(positions, plan.Rows);
        pass.Seen = See(plan, plan.Layout);
        if (plan.WindowLayout is { } window) pass.WindowSeen = See(plan, window);
    }

    /// <summary>Keeps the keys and values of <see cref="PassBuffers.Projected"/> and writes what the heads bring back to <see cref="PassBuffers.Mixed"/>.</summary>
    public void Run(int index, LayerWeights layer, PassBuffers buffers, PassTensors pass)
    {
        Place(index, layer, buffers, pass);
        var pool = _pool[index];
        pool.Slots.index_copy_(1, pass.Slots, buffers.KeysAndValues);
        TakeQueries(buffers, pass);
        var seen = (_hasWindow[index] ? pass.WindowSeen : null) ?? pass.Seen!;
        if (seen.Pages is null)
        {
            var views = (_hasWindow[index] ? _windowViews : _views)[index, seen];
            Attend(views.Keys, views.Values, seen, buffers, pass);
            return;
        }
        using var pages = pool.Pages.index_select(1, seen.Pages);
        using var keys = pages.as_strided(seen.Shape, seen.Strides, 0);
        using var values = pages.as_strided(seen.Shape, seen.Strides, seen.FirstValue);
        Attend(keys, values, seen, buffers, pass);
    }

    public void Dispose()
    {
        _views.Dispose();
        _windowViews.Dispose();
        _rotary?.Dispose();
        _windowRotary?.Dispose();
        _capped?.Dispose();
        _queryScale?.Dispose();
        _bits.Dispose();
        _seen.Dispose();
        _hidden.Dispose();
    }

    private void Attend(Tensor keys, Tensor values, SeenPages seen, PassBuffers buffers, PassTensors pass)
    {
        using var brought = _capped?.Run(buffers.Queries, keys, values, seen) ?? torch.nn.functional.scaled_dot_product_attention(buffers.Queries, keys, values, seen.Mask);
        if (pass.Rows == 1)
        {
            NativeOperators.Copy(buffers.MixedHeads, brought);
            return;
        }
        using var heads = brought.view(pass.Blocks, _d.KvHeadCount, pass.BlockRows, Group, _d.HeadSize);
        NativeOperators.Copy(buffers.MixedHeads, heads);
    }

    /// <summary>Normalises and turns query and key heads where the layer does so, in f32.</summary>
    private void Place(int index, LayerWeights layer, PassBuffers buffers, PassTensors pass)
    {
        if (!_d.QueryKeyNorm && !_turns[index]) return;
        if (_type != ScalarType.Float32) NativeOperators.Copy(buffers.Exact, buffers.Heads);
        if (layer.HeadNorm is { } scale)
        {
            using var normed = NativeOperators.RmsNorm(buffers.Exact, _d.HeadSize, null, _d.NormEpsilon);
            normed.mul_(scale);
            NativeOperators.Copy(buffers.Exact, normed);
        }
        if (layer.QueryNorm is { } queries) Normalise(buffers.ExactQueries!, _d.HeadCount * _d.HeadSize, queries);
        if (layer.KeyNorm is { } keys) Normalise(buffers.ExactKeys!, _d.KvHeadCount * _d.HeadSize, keys);
        if (_turns[index]) buffers.Pairs!.mul_((_hasWindow[index] ? pass.WindowTurns : null) ?? pass.Turns!);
        if (_type != ScalarType.Float32) NativeOperators.Copy(buffers.Heads, buffers.Exact);
    }

    private void Normalise(Tensor heads, long size, Tensor scale)
    {
        using var normed = NativeOperators.RmsNorm(heads, size, scale, _d.NormEpsilon);
        NativeOperators.Copy(heads, normed);
    }

    private void TakeQueries(PassBuffers buffers, PassTensors pass)
    {
        if (pass.BlockRowSources is { } sources) TakeBlocks(buffers, pass, sources);
        else if (buffers.GroupedQueries is { } grouped) NativeOperators.Copy(buffers.QueryRows!, grouped);
        if (_queryScale is not null) buffers.Queries.mul_(_queryScale);
    }

    private void TakeBlocks(PassBuffers buffers, PassTensors pass, Tensor sources)
    {
        using var rows = buffers.ProjectedQueries.index_select(0, sources);
        using var grouped = rows.view(pass.Blocks, pass.BlockRows, _d.KvHeadCount, Group, _d.HeadSize);
        using var headsFirst = grouped.permute(HeadsFirst);
        NativeOperators.Copy(buffers.QueryRows!, headsFirst);
    }

    private SeenPages See(PassPlan plan, AttentionLayout layout)
    {
        var pages = layout.FirstPage < 0 ? plan.Take(layout.Pages) : null;
        try
        {
            return new(_d, layout, pages, Mask(plan, layout));
        }
        catch
        {
            pages?.Dispose();
            throw;
        }
    }

    /// <summary>As <see cref="SeenPages.Mask"/>.</summary>
    private Tensor Mask(PassPlan plan, AttentionLayout layout)
    {
        var rows = layout.Blocks * layout.BlockRows;
        using var words = plan.Take(layout.Mask);
        using var bits = _bits.Unpack(words, rows, layout.MaskWords);
        using var hidden = bits.narrow(1, 0, layout.BlockPages * KvPool.Slots);
        using var mask = torch.where(hidden, _hidden, _seen);
        using var shared = mask.view(layout.Blocks, 1, layout.BlockRows, 1, -1);
        using var each = shared.expand(layout.Blocks, 1, layout.BlockRows, Group, -1);
        return each.reshape(layout.Blocks, 1, layout.BlockRows * Group, -1);
    }

    private int Group => _d.HeadCount / _d.KvHeadCount;
}
