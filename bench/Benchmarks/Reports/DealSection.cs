using System.Globalization;
using DecodeAlign.Cpu;

namespace DecodeAlign.Benchmarks;

/// <summary>DeAL steps beside the same number of token evaluations as plain batches, and beside a search that shares no KV.</summary>
internal static class DealSection
{
    private const int Steps = 4;
    private const string NaiveShape = "stories15M";
    private const string NaiveName = $"deal/{NaiveShape}/F32/sharing no KV";

    public static IEnumerable<ContestResult> Run(EngineReport report)
    {
        Console.WriteLine("\n| DeAL steps, beam 4, 8 candidates, lookahead 16 | a step (ms) | p95, p99 | evaluations/s | wall time ÷ plain batches | allocated a step | an evaluation |\n|---|---|---|---|---|---|---|");
        foreach (var shape in new[] { "SmolLM2-135M", "stories15M" })
            foreach (var format in new[] { WeightFormat.F32, WeightFormat.BF16 })
            {
                var name = $"deal/{shape}/{format}/plain batches";
                if (!report.Wants(name)) continue;
                using var deal = new DealCase(shape, format, report.Threads, Steps);
                using var engine = Shapes.Load(shape, format, report.Threads);
                using var plain = new PlainBatches(engine, Steps);
                var evaluations = deal.Search().TokenEvaluations;
                if (evaluations != plain.Evaluations) throw new InvalidOperationException($"the search evaluates {evaluations} tokens, the plain batches {plain.Evaluations}");
                var contest = new Contest(name, evaluations, () => deal.Search(), plain.Evaluations, plain.Run);
                contest.WarmUp();
                for (var round = 0; round < report.Rounds; round++) contest.Round(1000);
                var before = GC.GetTotalAllocatedBytes(precise: true);
                deal.Search();
                var allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
                var result = contest.Result();
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"| {shape} {format} | {result.MedianMilliseconds / Steps:0.0} | {result.P95Milliseconds / Steps:0.0}, {result.P99Milliseconds / Steps:0.0} | {result.TokensPerSecond:0} | {1 / result.Ratio:0.000} (best {1 / result.BestRatio:0.000}) | {allocated / Steps:N0} B | {allocated / evaluations:N0} B |"));
                yield return result;
            }
        if (report.Wants(NaiveName)) yield return BesideNaive(report);
    }

    private static ContestResult BesideNaive(EngineReport report)
    {
        using var deal = new DealCase(NaiveShape, WeightFormat.F32, report.Threads, Steps);
        using var engine = Shapes.Load(NaiveShape, WeightFormat.F32, report.Threads);
        var naive = new NaiveSearch(engine, new(Shapes.Of(NaiveShape).VocabularySize), Steps);
        var contest = new Contest(NaiveName, Steps, () => deal.Search(), Steps, () => naive.Search());
        contest.WarmUp();
        for (var round = 0; round < Math.Min(report.Rounds, 3); round++) contest.Round(1);
        var result = contest.Result();
        Console.WriteLine(FormattableString.Invariant($"\nA search that shares no KV takes {result.Ratio:0.0} times as long ({NaiveShape}, F32)."));
        return result;
    }
}
