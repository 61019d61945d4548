using DecodeAlign.Models;
using DecodeAlign.Torch;

namespace DecodeAlign.Tests;

internal static class Engines
{
    /// <summary>How far log-probabilities of other batches may be apart: operators round as they like.</summary>
    public const double Tolerance = 1e-4;

    /// <summary>Where the tests run: <c>DECODEALIGN_TORCH_DEVICE</c>, or the processor.</summary>
    public static string Device { get; } = Environment.GetEnvironmentVariable("DECODEALIGN_TORCH_DEVICE") is { Length: > 0 } named ? named : "cpu";

    /// <summary>Why nothing of libtorch can run here; null where it can.</summary>
    public static string? Missing { get; } = FindMissing();

    /// <summary>Skips the calling test, saying why, where libtorch can't be loaded.</summary>
    public static void Require() => Assert.SkipWhen(Missing is not null, $"{Missing} (.ci/run fetches it)");

    /// <summary>Loads an engine; skips the calling test where libtorch can't be loaded.</summary>
    public static TorchEngine Load(IWeightSource weights, int maxRows = 512, TorchDataType type = TorchDataType.F32, long kvBudget = 1 << 26)
    {
        Require();
        return TorchEngine.Load(weights, new() { Device = Device, Threads = 2, MaxRows = maxRows, DataType = type, KvBudgetBytes = kvBudget }, "tokens");
    }

    private static string? FindMissing()
    {
        try
        {
            NativeLibraries.Require(Device, "torch_cpu");
            NativeLibraries.Require(Device, "LibTorchSharp");
            return null;
        }
        catch (TorchUnavailableException exception)
        {
            return exception.Message;
        }
    }
}
