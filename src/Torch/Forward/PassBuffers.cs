using DecodeAlign.Models;

namespace DecodeAlign.Torch;

/// <summary>The activations of a pass and the views of them, made once for passes of one shape and written anew by each layer of each.</summary>
internal sealed class PassBuffers : IDisposable
{
    private static readonly long[] HeadsFirst = [0, 2, 1, 3, 4];
    private static readonly long[] PartsFirst = [1, 0, 2];

    private readonly List<Tensor> _all = [];
    private readonly (int Rows, int Blocks, int BlockRows) _shape;

    public PassBuffers(TransformerDescription d, PassPlan plan, ScalarType type, torch.Device device)
    {
        _shape = (plan.Rows, plan.Layout.Blocks, plan.Layout.BlockRows);
        var (rows, blocks, blockRows) = _shape;
        var (heads, group) = (d.HeadCount + d.KvHeadCount, d.HeadCount / d.KvHeadCount);
        var isExact = type == ScalarType.Float32;
        // what was made is freed if the device has no memory for the rest
        using var scope = torch.NewDisposeScope();
        Stream = Own(torch.empty(rows, d.HiddenSize, ScalarType.Float32, device));
        Change = Own(torch.empty(rows, d.HiddenSize, type, device));
        Projected = Own(torch.empty(rows, (heads + d.KvHeadCount) * d.HeadSize, type, device));
        Heads = Own(Own(Projected.narrow(1, 0, heads * d.HeadSize)).view(rows, heads, d.HeadSize));
        Exact = isExact ? Heads : Own(torch.empty(rows, heads, d.HeadSize, ScalarType.Float32, device));
        if (d.Rope?.TurnedOf(d.HeadSize) is { } turned) Pairs = Own(Own(Own(Exact.narrow(2, 0, turned)).view(rows, heads, turned / 2, 2)).view_as_complex());
        if (d.QueryKeyNormWhole)
        {
            ExactQueries = Own(Own(Exact.narrow(1, 0, d.HeadCount)).view(rows, d.HeadCount * d.HeadSize));
            ExactKeys = Own(Own(Exact.narrow(1, d.HeadCount, d.KvHeadCount)).view(rows, d.KvHeadCount * d.HeadSize));
        }
        KeysAndValues = Own(Own(Own(Projected.narrow(1, d.HeadCount * d.HeadSize, 2 * d.KvHeadCount * d.HeadSize)).view(rows, 2, d.KvHeadCount * d.HeadSize)).permute(PartsFirst));
        ProjectedQueries = Own(Projected.narrow(1, 0, d.HeadCount * d.HeadSize));
        // those of one row lie as attention reads them
        if (rows == 1) Queries = Own(ProjectedQueries.view(1, d.KvHeadCount, group, d.HeadSize));
        else
        {
            if (blocks == 1) GroupedQueries = Own(Own(ProjectedQueries.view(1, rows, d.KvHeadCount, group, d.HeadSize)).permute(HeadsFirst));
            Queries = Own(torch.empty(blocks, d.KvHeadCount, blockRows * group, d.HeadSize, type, device));
            QueryRows = Own(Queries.view(blocks, d.KvHeadCount, blockRows, group, d.HeadSize));
        }
        Mixed = Own(torch.empty(blocks * blockRows, d.HeadCount * d.HeadSize, type, device));
        MixedHeads = rows == 1
            ? Own(Mixed.view(1, d.KvHeadCount, group, d.HeadSize))
            : Own(Own(Mixed.view(blocks, blockRows, d.KvHeadCount, group, d.HeadSize)).permute(HeadsFirst));
        Up = Own(torch.empty(rows, (d.IsGated ? 2 : 1) * d.IntermediateSize, type, device));
        if (d.IsGated) (Gate, Gated) = (Own(Up.narrow(1, 0, d.IntermediateSize)), Own(Up.narrow(1, d.IntermediateSize, d.IntermediateSize)));
        foreach (var tensor in _all) tensor.DetachFromDisposeScope();
    }

    /// <summary>The residual stream, (rows, hidden), in f32.</summary>
    public Tensor Stream { get; }

    /// <summary>What is added to it, where it can't be added on the way.</summary>
    public Tensor Change { get; }

    /// <summary>(rows, query + key + value heads · head size).</summary>
    public Tensor Projected { get; }

    /// <summary>Query and key heads of it, (rows, heads, head size).</summary>
    public Tensor Heads { get; }

    /// <summary>The same in f32, which <see cref="Heads"/> may be already.</summary>
    public Tensor Exact { get; }

    /// <summary>What turns of <see cref="Exact"/>, as complex numbers; null without rotary positions.</summary>
    public Tensor? Pairs { get; }

    /// <summary>The queries of <see cref="Exact"/>, (rows, query heads · head size); null where they are not normalised together.</summary>
    public Tensor? ExactQueries { get; }

    /// <summary>The keys likewise.</summary>
    public Tensor? ExactKeys { get; }

    /// <summary>Of <see cref="Projected"/>, (2, rows, KV heads · head size).</summary>
    public Tensor KeysAndValues { get; }

    /// <summary>Of <see cref="Projected"/>, (rows, heads · head size).</summary>
    public Tensor ProjectedQueries { get; }

    /// <summary>The same as <see cref="QueryRows"/> has them; null where there are several blocks, or one row.</summary>
    public Tensor? GroupedQueries { get; }

    /// <summary>(blocks, KV heads, block rows · heads that share a KV head, head size); of one row, a view of <see cref="Projected"/>.</summary>
    public Tensor Queries { get; }

    /// <summary>The same as (blocks, KV heads, block rows, heads that share one, head size); null where there is one row.</summary>
    public Tensor? QueryRows { get; }

    /// <summary>What the heads bring back, (blocks · block rows, heads · head size).</summary>
    public Tensor Mixed { get; }

    /// <summary>The same as (blocks, KV heads, block rows, heads that share one, head size); of one row as (1, KV heads, heads that share one, head size).</summary>
    public Tensor MixedHeads { get; }

    /// <summary>The up projection; after the gate's, where there is a gate.</summary>
    public Tensor Up { get; }

    /// <summary>The gate; null where there is none.</summary>
    public Tensor? Gate { get; }

    /// <summary>What the gate multiplies.</summary>
    public Tensor? Gated { get; }

    public bool Fit(PassPlan plan) => _shape == (plan.Rows, plan.Layout.Blocks, plan.Layout.BlockRows);

    public void Dispose()
    {
        foreach (var tensor in _all) tensor.Dispose();
    }

    private Tensor Own(Tensor tensor)
    {
        _all.Add(tensor);
        return tensor;
    }
}
