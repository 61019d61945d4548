using DecodeAlign.Cpu;

namespace DecodeAlign.Benchmarks;

/// <summary>Decoding while as many other threads as there are cores never rest, beside decoding alone: half the cores is a fair share.</summary>
internal static class ContentionSection
{
    private const string Shape = "stories15M";

    public static IEnumerable<ContestResult> Run(EngineReport report)
    {
        if (!report.Wants($"contention/{Shape}/BF16/8") && !report.Wants($"contention/{Shape}/plain")) yield break;
        using var competition = new Competition(Environment.ProcessorCount);
        using var engine = Shapes.Load(Shape, WeightFormat.BF16, report.Threads);
        using var ours = new EngineCase(engine, 128, 8);
        var plain = new PlainCase(new(Shapes.Of(Shape), report.Threads), 128, 1);
        Console.WriteLine($"\n| {Shape}, {Environment.ProcessorCount} competing threads | share of the speed alone | median, p95, p99 (ms) |\n|---|---|---|");
        foreach (var (name, call) in new (string, Action)[] { ("BF16/8", ours.Decode), ("plain", () => plain.Decode()) })
        {
            var contest = new Contest($"contention/{Shape}/{name}", 1, call, 1, call) { BeforeOurs = competition.Begin, BeforeBaseline = competition.End };
            contest.WarmUp();
            for (var round = 0; round < report.Rounds; round++) contest.Round(300);
            var result = contest.Result();
            Console.WriteLine(FormattableString.Invariant($"| {name} | {result.Ratio:0 %} | {result.MedianMilliseconds:0.00}, {result.P95Milliseconds:0.00}, {result.P99Milliseconds:0.00} |"));
            yield return result;
        }
    }
}
