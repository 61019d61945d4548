using DecodeAlign.Models;
using DecodeAlign.Torch;

namespace DecodeAlign.Tests;

internal static class Engines
{
    /// <summary>How far log-probabilities of other batches may be apart: operators round as they like.</summary>
    public const double Tolerance = 1e-4;

    /// <summary>Where the tests run: <c>DECODEALIGN_TORCH_DEVICE</c>, or the processor.</summary>
    public static string Device { get; } = Environment.GetEnvironmentVariable("DECODEALIGN_TORCH_DEVICE") is { Length: > 0 } named ? named : "cpu";

    public static TorchEngine Load(IWeightSource weights, int maxRows = 512, TorchDataType type = TorchDataType.F32, long kvBudget = 1 << 26) =>
        TorchEngine.Load(weights, new() { Device = Device, Threads = 2, MaxRows = maxRows, DataType = type, KvBudgetBytes = kvBudget }, "tokens");
}
