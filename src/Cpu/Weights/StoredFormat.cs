using DecodeAlign.Models;

namespace DecodeAlign.Cpu;

/// <summary>The format in which the engine keeps what a file holds, where none is asked for.</summary>
internal static class StoredFormat
{
    /// <summary>The matrices of a layer.</summary>
    public static readonly WeightRole[] OfLayers = [WeightRole.Query, WeightRole.Key, WeightRole.Value, WeightRole.Output, WeightRole.Gate, WeightRole.Up, WeightRole.Down];

    /// <summary>Those that stand outside the layers.</summary>
    public static readonly WeightRole[] Outside = [WeightRole.TokenEmbedding, WeightRole.PositionEmbedding, WeightRole.Head, WeightRole.RewardHead, WeightRole.RewardGateInput];

    /// <summary>Bf16 where all matrices are so, and all are kept exactly; integers where all are such, of 4 bits if any layer has them; else f32.</summary>
    public static WeightFormat Of(IWeightSource source)
    {
        if (source is not IStoredWeights stored) return WeightFormat.F32;
        var layers = (from layer in Enumerable.Range(0, source.Description.LayerCount) from role in OfLayers where source.Has(role, layer) select stored.StoredAs(role, layer)).ToHashSet();
        var all = Outside.Where(role => source.Has(role)).Select(role => stored.StoredAs(role, 0)).Concat(layers).ToHashSet();
        if (all.SetEquals([StoredNumbers.BFloat16])) return WeightFormat.BF16;
        if (all.Contains(StoredNumbers.Wide) || all.Contains(StoredNumbers.BFloat16)) return WeightFormat.F32;
        return layers.Contains(StoredNumbers.FourBits) ? WeightFormat.Q4 : WeightFormat.Q8;
    }
}
