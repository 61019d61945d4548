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

    /// <summary>As <see cref="AttentionLayout.BlockRowSources"/>; null where there is one block.</summary>
    public Tensor? BlockRowSources { get; }

    /// <summary>As <see cref="AttentionLayout.RowPlaces"/>; null where there is one block.</summary>
    public Tensor? RowPlaces { get; }

    /// <summary>What layers see.</summary>
    public SeenPages? Seen { get; set; }

    /// <summary>What layers with a window see, where others see all; else null.</summary>
    public SeenPages? WindowSeen { get; set; }

    /// <summary>As <see cref="Rotary.Turns"/>; null without rotary positions.</summary>
    public Tensor? Turns { get; set; }

    /// <summary>Those of layers with a window, where they have their own; else null.</summary>
    public Tensor? WindowTurns { get; set; }

    public void Dispose()
    {
        Slots.Dispose();
        BlockRowSources?.Dispose();
        RowPlaces?.Dispose();
        Seen?.Dispose();
        WindowSeen?.Dispose();
        Turns?.Dispose();
        WindowTurns?.Dispose();
    }
}
