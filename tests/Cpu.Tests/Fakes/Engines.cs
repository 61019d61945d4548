using DecodeAlign.Cpu;
using DecodeAlign.Models;

namespace DecodeAlign.Tests;

internal static class Engines
{
    /// <summary>How far results of other batches may be apart: bitwise the same.</summary>
    public const double Tolerance = 0;

    public static CpuEngine Load(IWeightSource weights, int threads = 2, int maxRows = 128, WeightFormat format = WeightFormat.F32, long kvBudget = 1 << 26, long kept = 0, KvFormat kvFormat = KvFormat.F32) =>
        CpuEngine.Load(weights, new() { Threads = threads, MaxRows = maxRows, WeightFormat = format, KvBudgetBytes = kvBudget, PrefixCacheBytes = kept, KvFormat = kvFormat }, "tokens");
}
