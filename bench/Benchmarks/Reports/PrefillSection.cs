using DecodeAlign.Cpu;

namespace DecodeAlign.Benchmarks;

/// <summary>A prompt of 128 tokens beside the plain engine.</summary>
internal static class PrefillSection
{
    private const int Prompt = 128;

    public static IEnumerable<ContestResult> Run(EngineReport report)
    {
        Console.WriteLine("\n| prefill of 128 tokens | tokens/s | median, p95, p99 (ms) | × plain |\n|---|---|---|---|");
        foreach (var shape in new[] { "SmolLM2-135M", "stories15M" })
        {
            var formats = Enum.GetValues<WeightFormat>().Where(format => report.Wants(Name(shape, format))).ToArray();
            if (formats.Length == 0) continue;
            var plain = new PlainCase(new(Shapes.Of(shape), report.Threads), Prompt / 2, 1);
            foreach (var format in formats)
            {
                using var engine = Shapes.Load(shape, format, report.Threads);
                using var ours = new EngineCase(engine, Prompt, 1);
                var contest = new Contest(Name(shape, format), Prompt, ours.Prefill, 1, () => plain.Decode());
                contest.WarmUp();
                for (var round = 0; round < report.Rounds; round++) contest.Round(150);
                var result = contest.Result();
                Console.WriteLine(FormattableString.Invariant(
                    $"| {shape} {format} | {result.TokensPerSecond:0} | {result.MedianMilliseconds:0.0}, {result.P95Milliseconds:0.0}, {result.P99Milliseconds:0.0} | {result.Ratio:0.0} |"));
                yield return result;
            }
        }
    }

    private static string Name(string shape, WeightFormat format) => $"prefill/{shape}/{format}/128";
}
