using DecodeAlign.Cpu;

namespace DecodeAlign.Benchmarks;

/// <summary>A token after 2,048 others beside one after 128.</summary>
internal static class ContextSection
{
    public static IEnumerable<ContestResult> Run(EngineReport report)
    {
        Console.WriteLine("\n| context, SmolLM2-135M | tokens/s at 2,048 | median, p95, p99 (ms) | share of the speed at 128 |\n|---|---|---|---|");
        foreach (var (format, kv) in Enum.GetValues<WeightFormat>().SelectMany(format => Enum.GetValues<KvFormat>().Select(kv => (format, kv))))
        {
            var kind = kv == KvFormat.F32 ? $"{format}" : $"{format}, KV {kv}";
            var name = $"context/SmolLM2-135M/{kind}/2048";
            if (!report.Wants(name)) continue;
            using var engine = Shapes.Load("SmolLM2-135M", format, report.Threads, kv);
            using var after2048 = new EngineCase(engine, 2048, 1);
            using var after128 = new EngineCase(engine, 128, 1);
            var contest = new Contest(name, 1, after2048.Decode, 1, after128.Decode);
            contest.WarmUp();
            for (var round = 0; round < report.Rounds; round++) contest.Round(200);
            var result = contest.Result();
            Console.WriteLine(FormattableString.Invariant(
                $"| {kind} | {result.TokensPerSecond:0} | {result.MedianMilliseconds:0.00}, {result.P95Milliseconds:0.00}, {result.P99Milliseconds:0.00} | {result.Ratio:0 %} |"));
            yield return result;
        }
    }
}
