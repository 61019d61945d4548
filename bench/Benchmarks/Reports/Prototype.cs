using DecodeAlign.Cpu;
using DecodeAlign.Models;

namespace DecodeAlign.Benchmarks;

/// <summary>
/// The speeds to beat: a throw-away prototype on two cores of another machine, with that machine's ceilings, and the bound that bytes and multiply-adds of a pass set.
/// </summary>
internal static class Prototype
{
    private const double Bandwidth = 23e9;
    private const double MultiplyAdds = 290e9;

    private static readonly Dictionary<(string, WeightFormat, int), double> Speeds = new()
    {
        [("SmolLM2-135M", WeightFormat.F32, 1)] = 41,
        [("SmolLM2-135M", WeightFormat.BF16, 1)] = 82,
        [("SmolLM2-135M", WeightFormat.Q8, 1)] = 124,
        [("SmolLM2-135M", WeightFormat.F32, 8)] = 267,
        [("SmolLM2-135M", WeightFormat.BF16, 8)] = 493,
        [("SmolLM2-135M", WeightFormat.Q8, 8)] = 579,
        [("SmolLM2-135M", WeightFormat.F32, 32)] = 612,
        [("SmolLM2-135M", WeightFormat.BF16, 32)] = 637,
        [("SmolLM2-135M", WeightFormat.Q8, 32)] = 832,
        [("stories15M", WeightFormat.F32, 1)] = 478,
        [("stories15M", WeightFormat.BF16, 1)] = 1104,
        [("stories15M", WeightFormat.Q8, 1)] = 1719,
        [("stories15M", WeightFormat.F32, 32)] = 3660,
        [("stories15M", WeightFormat.BF16, 32)] = 4150,
        [("stories15M", WeightFormat.Q8, 32)] = 4680,
    };

    /// <summary>Its tokens a second; null: not measured.</summary>
    public static double? Speed(string shape, WeightFormat format, int batch) => Speeds.TryGetValue((shape, format, batch), out var speed) ? speed : null;

    /// <summary>Weights that one token passes through; a tied embedding counts once.</summary>
    public static double Weights(TransformerDescription d) =>
        d.HiddenSize * ((double)d.LayerCount * (2 * (d.HeadCount + d.KvHeadCount) * d.HeadSize + 3 * d.IntermediateSize) + d.VocabularySize);

    public static double Bytes(TransformerDescription d, WeightFormat format) => format switch
    {
        WeightFormat.F32 => Weights(d) * 4,
        WeightFormat.BF16 => Weights(d) * 2,
        WeightFormat.Q8 => Weights(d) * 1.125,
        // the head has 8 bits
        _ => Weights(d) * 0.625 + (double)d.HiddenSize * d.VocabularySize * 0.5,
    };

    /// <summary>The prototype's speed on a machine of other ceilings, were it as near to them.</summary>
    public static double Scale(double speed, TransformerDescription d, WeightFormat format, int batch, double bandwidth, double multiplyAdds) =>
        speed * Seconds(d, format, batch, Bandwidth, MultiplyAdds) / Seconds(d, format, batch, bandwidth, multiplyAdds);

    private static double Seconds(TransformerDescription d, WeightFormat format, int batch, double bandwidth, double multiplyAdds) =>
        Math.Max(Bytes(d, format) / bandwidth, 2 * Weights(d) * batch / multiplyAdds);
}
