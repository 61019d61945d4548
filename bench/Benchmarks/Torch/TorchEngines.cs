using DecodeAlign.Torch;

namespace DecodeAlign.Benchmarks;

/// <summary>TorchSharp engines of random weights.</summary>
internal static class TorchEngines
{
    /// <summary>Where benchmarks run: <c>DECODEALIGN_TORCH_DEVICE</c>, or the first GPU.</summary>
    public static string Device { get; } = Environment.GetEnvironmentVariable("DECODEALIGN_TORCH_DEVICE") is { Length: > 0 } named ? named : "cuda";

    public static TorchEngine Load(string shape, TorchDataType type, string device)
    {
        using var weights = new RandomWeights(Shapes.Of(shape));
        return TorchEngine.Load(weights, new() { Device = device, DataType = type, KvBudgetBytes = 4L << 30 }, NumberedTokens.Fingerprint);
    }
}
