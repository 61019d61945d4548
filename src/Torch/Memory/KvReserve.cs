using System.Runtime.InteropServices;
using DecodeAlign.Models;

namespace DecodeAlign.Torch;

/// <summary>How much memory an engine takes for its KV cache, once, when it is loaded.</summary>
internal static class KvReserve
{
    /// <summary>Of what is free on a GPU beside the weights and a pass's own needs.</summary>
    public const double Share = 0.8;

    // no device has as much
    private const long Most = 1L << 42;
    private const long Least = 1L << 20;

    /// <summary>Bytes of the cache: those named, or a quarter of the process's memory on the processor, or a share of what is free on a GPU.</summary>
    /// <param name="options">The engine's options.</param>
    /// <param name="device">Where it runs.</param>
    /// <param name="room">Bytes that a pass needs beside it.</param>
    public static long Bytes(TorchEngineOptions options, torch.Device device, long room) => options.KvBudgetBytes > 0 ? options.KvBudgetBytes
        : device.type == DeviceType.CPU ? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4
        : ShareOf(bytes => Fits(bytes, device), room);

    /// <summary>The share of what fits, less the room. The binding does not tell how much memory is free, so that it is tried.</summary>
    /// <param name="fits">Whether so many bytes can be had at once.</param>
    /// <param name="room">Bytes left free beside it.</param>
    internal static long ShareOf(Func<long, bool> fits, long room)
    {
        var size = Most;
        while (size >= Least && !fits(size)) size /= 2;
        if (size < Least) return 0;
        for (var step = size / 2; step >= size / 64; step /= 2)
            if (fits(size + step)) size += step;
        return (long)(Math.Max(0, size - room) * Share);
    }

    /// <summary>Bytes that the largest pass needs at a time, by the sizes of its tensors: those of a layer, of attention over the whole context, and of the logits.</summary>
    /// <param name="d">The model.</param>
    /// <param name="rows">Rows of the pass.</param>
    /// <param name="elementBytes">Bytes of an activation.</param>
    internal static long Room(TransformerDescription d, int rows, long elementBytes)
    {
        var heads = (long)(d.HeadCount + 2 * d.KvHeadCount) * d.HeadSize;
        var layer = rows * (12L * d.HiddenSize + elementBytes * (4 * heads + 3L * d.IntermediateSize));
        var slots = d.ContextLength + (long)rows;
        var masks = d.SlidingWindow > 0 && d.LayersWithoutWindow.Count > 0 ? 2 : 1;
        // capped scores are there before and after the cap, and as shares
        var scoreBytes = d.ScoreCap > 0 ? 12 + 2 * elementBytes : 4;
        var attention = 2 * slots * d.KvHeadCount * d.HeadSize * elementBytes + masks * (elementBytes + 1) * rows * slots * (d.HeadCount / d.KvHeadCount) + scoreBytes * rows * slots * d.HeadCount;
        var logits = 3 * 4 * Math.Min((long)rows * d.VocabularySize, ReadPlan.MostLogits);
        return layer + attention + logits;
    }

    private static bool Fits(long bytes, torch.Device device)
    {
        try
        {
            using var tried = torch.empty([bytes], ScalarType.Byte, device);
            return true;
        }
        catch (ExternalException exception) when (DeviceMemory.IsExhausted(exception))
        {
            return false;
        }
    }
}
