namespace DecodeAlign.Torch;

/// <summary>What the layers of a pass share, on the device.</summary>
internal sealed class PassTensors : IDisposable
{
    public PassTensors(PassPlan plan)
    {
        var layout = plan.Layout;
        Rows = plan.Rows;
        Blocks = layout.Blocks;
        BlockRows = layout.BlockRows;
        Slots = plan.Slots();
        Pages = plan.Take(layout.Pages);
        if (Blocks == 1) return;
        BlockRowSources = plan.Take(layout.BlockRowSources);
        RowPlaces = plan.Take(layout.RowPlaces);
    }

    /// <summary>Rows of the pass.</summary>
    public int Rows { get; }

    /// <summary>Attention blocks.</summary>
    public int Blocks { get; }

    /// <summary>Rows of a block, padding included.</summary>
    public int BlockRows { get; }

    /// <summary>Where each row's keys and values go.</summary>
    public Tensor Slots { get; }

    /// <summary>The pages that the blocks see.</summary>
    public Tensor Pages { get; }

    /// <summary>As <see cref="AttentionLayout.BlockRowSources"/>; null where there is one block.</summary>
    public Tensor? BlockRowSources { get; }

    /// <summary>As <see cref="AttentionLayout.RowPlaces"/>; null where there is one block.</summary>
    public Tensor? RowPlaces { get; }

    /// <summary>Of the pages that a layer gathers, keys or values as (blocks, KV heads, slots, head size).</summary>
    public long[] SeenShape { get; set; } = [];

    /// <summary>The strides of it.</summary>
    public long[] SeenStrides { get; set; } = [];

    /// <summary>Where the values begin.</summary>
    public long SeenValues { get; set; }

    /// <summary>What is added to scores: 0 where a slot is seen, −∞ where it is hidden.</summary>
    public Tensor? Mask { get; set; }

    /// <summary>As <see cref="Rotary.Turns"/>; null without rotary positions.</summary>
    public Tensor? Turns { get; set; }

    public void Dispose()
    {
        Slots.Dispose();
        Pages.Dispose();
        BlockRowSources?.Dispose();
        RowPlaces?.Dispose();
        Mask?.Dispose();
        Turns?.Dispose();
    }
}
