using DecodeAlign.Cpu;

namespace DecodeAlign.Benchmarks;

/// <summary>How both engines keep weights.</summary>
/// <param name="Name">For people.</param>
/// <param name="Ours">How ours does.</param>
/// <param name="Roundings">How llama.cpp can, the first as ours reads them.</param>
internal sealed record PeerFormat(string Name, WeightFormat Ours, params GgufRounding[] Roundings)
{
    public static PeerFormat F32 { get; } = new("F32", WeightFormat.F32, GgufRounding.F32);

    private static readonly PeerFormat[] All =
    [
        F32,
        // as many bytes, and quicker where the processor converts it
        new("BF16", WeightFormat.BF16, GgufRounding.BF16, GgufRounding.F16),
        new("Q8", WeightFormat.Q8, GgufRounding.Q8),
        new("Q4", WeightFormat.Q4, GgufRounding.Q4),
        new("Q4_K", WeightFormat.Q4, GgufRounding.Q4K),
    ];

    /// <summary>Those that a shape is measured in: all that its rows are whole blocks of, and of the large one, which would take 14 GB, those of integers.</summary>
    public static IEnumerable<PeerFormat> Of(string shape)
    {
        var d = Shapes.Of(shape);
        return All.Where(format => Array.TrueForAll(format.Roundings, rounding => d.HiddenSize % rounding.Block == 0 && d.IntermediateSize % rounding.Block == 0) && (shape != PeersReport.Large || format.Ours is WeightFormat.Q8 or WeightFormat.Q4));
    }

    public override string ToString() => Name;
}
