using DecodeAlign.Cpu;

namespace DecodeAlign.Benchmarks;

/// <summary>The table of decoding speeds: shapes × formats × batches, each beside the plain engine, with its share of the ceilings.</summary>
internal static class DecodeSection
{
    private const int Prompt = 128;
    private const double Milliseconds = 120;
    private static readonly int[] Batches = [1, 8, 32];

    public static IEnumerable<ContestResult> Run(EngineReport report)
    {
        var results = new List<ContestResult>();
        Console.WriteLine("\n| shape | format | batch | tokens/s | best | median, p95, p99 (ms) | × plain | DRAM | FMA | × prototype | × prototype, scaled |\n|---|---|---|---|---|---|---|---|---|---|---|");
        foreach (var shape in new[] { "SmolLM2-135M", "stories15M" })
        {
            var wanted = Enum.GetValues<WeightFormat>().SelectMany(format => Batches.Select(batch => (Format: format, Batch: batch))).Where(cell => report.Wants(Name(shape, cell.Format, cell.Batch))).ToArray();
            if (wanted.Length == 0) continue;
            using var ceilings = new CeilingRounds(report.Threads);
            var description = Shapes.Of(shape);
            var plain = new PlainEngine(description, report.Threads);
            var disposables = new Stack<IDisposable>();
            var cells = new List<(WeightFormat Format, int Batch, Contest Contest)>();
            foreach (var ofFormat in wanted.GroupBy(cell => cell.Format))
            {
                var engine = Shapes.Load(shape, ofFormat.Key, report.Threads);
                disposables.Push(engine);
                foreach (var (format, batch) in ofFormat)
                {
                    var ours = new EngineCase(engine, Prompt, batch);
                    disposables.Push(ours);
                    // row by row a token costs the same at any batch: one is enough
                    var baseline = new PlainCase(plain, Prompt, 1);
                    cells.Add((format, batch, new(Name(shape, format, batch), batch, ours.Decode, 1, () => baseline.Decode())));
                }
            }
            foreach (var cell in cells) cell.Contest.WarmUp();
            for (var round = 0; round < report.Rounds; round++)
            {
                ceilings.Round();
                foreach (var cell in cells) cell.Contest.Round(Milliseconds);
            }
            foreach (var (format, batch, contest) in cells)
            {
                var perToken = Prototype.Bytes(description, format) / batch;
                var operations = 2 * Prototype.Weights(description);
                var result = contest.Result() with
                {
                    ShareOfBandwidth = Samples.MedianOf(contest.Speeds.Zip(ceilings.Bandwidth, (speed, most) => speed * perToken / most)),
                    ShareOfMultiplyAdds = Samples.MedianOf(contest.Speeds.Zip(ceilings.MultiplyAdds, (speed, most) => speed * operations / most)),
                };
                results.Add(result);
                var prototype = Prototype.Speed(shape, format, batch);
                var scaled = prototype is { } speed ? Prototype.Scale(speed, description, format, batch, Samples.MedianOf(ceilings.Bandwidth), Samples.MedianOf(ceilings.MultiplyAdds)) : (double?)null;
                Console.WriteLine(FormattableString.Invariant(
                    $"| {shape} | {format} | {batch} | {result.TokensPerSecond:0} | {result.BestTokensPerSecond:0} | {result.MedianMilliseconds:0.00}, {result.P95Milliseconds:0.00}, {result.P99Milliseconds:0.00} | {result.Ratio:0.0} | {result.ShareOfBandwidth:0 %} | {result.ShareOfMultiplyAdds:0 %} | {result.TokensPerSecond / prototype:0.00} | {result.TokensPerSecond / scaled:0.00} |"));
            }
            report.Keep(ceilings);
            while (disposables.TryPop(out var disposable)) disposable.Dispose();
        }
        return results;
    }

    private static string Name(string shape, WeightFormat format, int batch) => $"decode/{shape}/{format}/{batch}";
}
