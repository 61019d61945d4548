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

    private const long MostChunkBytes = 8 << 20;

    /// <param name="description">The model.</param>
    /// <param name="format">How numbers are stored.</param>
    /// <param name="budgetBytes">Most bytes of all pages: no piece of memory is larger, unless it is a page.</param>
    public KvLayout(TransformerDescription description, KvFormat format, long budgetBytes)
    {
        Format = format;
        HeadSize = description.HeadSize;
        ValueWidth = Sizes.RoundUp(description.HeadSize, 16);
        ValueBytes = ValueWidth * (format == KvFormat.F32 ? F32Number.Bytes : Bf16Number.Bytes);
        LineNumbers = NativeBuffer.Alignment * ValueWidth / ValueBytes;
        PartBytes = ValueBytes * Slots;
        Parts = checked(2 * description.KvHeadCount * description.LayerCount);
        PageBytes = (long)PartBytes * Parts;
        ChunkPages = (int)Math.Max(1, Math.Min(MostChunkBytes, budgetBytes) / PageBytes);
        ValuesOffset = (long)PartBytes * ChunkPages;
        HeadBytes = 2 * ValuesOffset;
        LayerBytes = HeadBytes * description.KvHeadCount;
    }

    public KvFormat Format { get; }

    public int HeadSize { get; }

    /// <summary>Numbers of a slot's value, padding included.</summary>
    public int ValueWidth { get; }

    /// <summary>Bytes from one slot's value to the next one's.</summary>
    public int ValueBytes { get; }

    /// <summary>Numbers of a cache line.</summary>
    public int LineNumbers { get; }

    /// <summary>Bytes from one page to the next in a piece of memory.</summary>
    public int PartBytes { get; }

    /// <summary>Parts that a page consists of, <see cref="ValuesOffset"/> from one to the next: keys and values of each head of each layer.</summary>
    public int Parts { get; }

    /// <summary>Pages of a piece of memory.</summary>
    public int ChunkPages { get; }

    /// <summary>Bytes of a piece of memory.</summary>
    public long ChunkBytes => ChunkPages * PageBytes;

    /// <summary>Bytes from a head's keys to its values.</summary>
    public long ValuesOffset { get; }

    /// <summary>Bytes from one KV head to the next.</summary>
    public long HeadBytes { get; }

    /// <summary>Bytes from one layer to the next.</summary>
    public long LayerBytes { get; }

    /// <summary>Bytes of all parts of a page.</summary>
    public long PageBytes { get; }

    /// <summary>Puts one head's key and value of a layer into a slot.</summary>
    /// <param name="keys">The page's keys of the layer and head.</param>
    /// <param name="lane">The slot.</param>
    /// <param name="key">Floats of the head's size.</param>
    /// <param name="value">As many.</param>
    public unsafe void Store(byte* keys, int lane, float* key, float* value)
    {
        if (Format == KvFormat.F32) Store<F32Number>(keys, lane, key, value);
        else Store<Bf16Number>(keys, lane, key, value);
    }

    private unsafe void Store<TNumber>(byte* keys, int lane, float* key, float* value)
        where TNumber : struct, IKvNumber
    {
        var values = keys + ValuesOffset + lane * ValueBytes;
        keys += lane * TNumber.Bytes;
        for (var i = 0; i < HeadSize; i++)
        {
            TNumber.Store(keys + i * Slots * TNumber.Bytes, key[i]);
            TNumber.Store(values + i * TNumber.Bytes, value[i]);
        }
    }
}
