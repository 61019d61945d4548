using DecodeAlign.Decoding;
using DecodeAlign.Models;

namespace DecodeAlign.Cpu;

/// <summary>
/// Where keys and values of 16 slots, a page, lie: for each layer and KV head the keys, transposed (head size × 16 slots), and the values, a padded row for each slot. A score
/// of 16 slots is then one vector, whichever of the slots a path owns. Pages of one piece of memory lie side by side for each layer and head, so that a long path is read in
/// long streams.
/// </summary>
internal readonly struct KvLayout
{
    public const int Slots = SlotTable.PageSlots;

    private const long ChunkBytes = 8 << 20;

    /// <param name="description">The model.</param>
    /// <param name="budgetBytes">Most bytes of all pages: no piece of memory is larger, unless it is a page.</param>
    public KvLayout(TransformerDescription description, long budgetBytes)
    {
        HeadSize = description.HeadSize;
        ValueStride = Sizes.RoundUp(description.HeadSize, 16);
        PageFloats = ValueStride * Slots;
        Parts = checked(2 * description.KvHeadCount * description.LayerCount);
        PageBytes = (long)PageFloats * Parts * sizeof(float);
        ChunkPages = (int)Math.Max(1, Math.Min(ChunkBytes, budgetBytes) / PageBytes);
        ValuesOffset = (long)PageFloats * ChunkPages;
        HeadFloats = 2 * ValuesOffset;
        LayerFloats = HeadFloats * description.KvHeadCount;
    }

    public int HeadSize { get; }

    /// <summary>Floats from one slot's value to the next one's.</summary>
    public int ValueStride { get; }

    /// <summary>Floats from one page to the next in a piece of memory.</summary>
    public int PageFloats { get; }

    /// <summary>Parts that a page consists of, <see cref="ValuesOffset"/> floats from one to the next: keys and values of each head of each layer.</summary>
    public int Parts { get; }

    /// <summary>Pages of a piece of memory.</summary>
    public int ChunkPages { get; }

    /// <summary>Floats from a head's keys to its values.</summary>
    public long ValuesOffset { get; }

    /// <summary>Floats from one KV head to the next.</summary>
    public long HeadFloats { get; }

    /// <summary>Floats from one layer to the next.</summary>
    public long LayerFloats { get; }

    /// <summary>Bytes of all parts of a page.</summary>
    public long PageBytes { get; }
}
