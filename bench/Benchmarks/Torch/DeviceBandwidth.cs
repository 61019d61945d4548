using System.Diagnostics;
using TorchSharp;

namespace DecodeAlign.Benchmarks;

/// <summary>How fast a device reads its own memory.</summary>
internal static class DeviceBandwidth
{
    private const long Values = 1L << 28;
    private const int Rounds = 20;

    /// <summary>Bytes a second, the best of some sums over 1 GiB.</summary>
    public static double Measure(string name)
    {
        var device = new torch.Device(name);
        using var values = torch.ones([Values], torch.ScalarType.Float32, device);
        var best = double.PositiveInfinity;
        for (var round = 0; round < Rounds; round++)
        {
            var started = Stopwatch.GetTimestamp();
            using (values.sum()) Wait(device);
            best = Math.Min(best, Stopwatch.GetElapsedTime(started).TotalSeconds);
        }
        return Values * sizeof(float) / best;
    }

    private static void Wait(torch.Device device)
    {
        if (device.type == DeviceType.CUDA) torch.cuda.synchronize(device);
    }
}
