using DecodeAlign.Models;

namespace DecodeAlign.Torch;

/// <summary>The pages that layers of one kind see in a pass, and what each row sees of them.</summary>
/// <param name="d">The model.</param>
/// <param name="layout">How they lie.</param>
/// <param name="pages">The pages of all blocks, which each layer gathers; null: they lie one after another in the pool.</param>
/// <param name="mask">As <see cref="Mask"/>.</param>
internal sealed class SeenPages(TransformerDescription d, AttentionLayout layout, Tensor? pages, Tensor mask) : IDisposable
{
    /// <summary>The pages of all blocks, to be gathered; null: they lie one after another in the pool, from <see cref="First"/> on.</summary>
    public Tensor? Pages => pages;

    /// <summary>The first page, where they need not be gathered.</summary>
    public int First { get; } = layout.FirstPage;

    /// <summary>What is added to scores, (blocks, 1, block rows · heads that share a KV head, slots): 0 where a slot is seen, −∞ where it is hidden.</summary>
    public Tensor Mask => mask;

    /// <summary>Of the pages, keys or values as (blocks, KV heads, slots, head size).</summary>
    public long[] Shape { get; } = [layout.Blocks, d.KvHeadCount, layout.BlockPages * (long)KvPool.Slots, d.HeadSize];

    /// <summary>The strides of it.</summary>
    public long[] Strides { get; } = [layout.BlockPages * (long)KvPool.Slots * d.KvHeadCount * d.HeadSize, d.HeadSize, (long)d.KvHeadCount * d.HeadSize, 1];

    /// <summary>Where the values of gathered pages begin.</summary>
    public long FirstValue { get; } = layout.Blocks * layout.BlockPages * (long)KvPool.Slots * d.KvHeadCount * d.HeadSize;

    public void Dispose()
    {
        pages?.Dispose();
        mask.Dispose();
    }
}
