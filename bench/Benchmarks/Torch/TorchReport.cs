using System.Globalization;
using System.Text.Json;
using DecodeAlign.Cpu;
using DecodeAlign.Torch;

namespace DecodeAlign.Benchmarks;

/// <summary>What a device gives through TorchSharp: a token for each of a batch, and DeAL steps, beside the floor that its memory sets and, where that was measured, transformers.</summary>
/// <param name="device">The device, as the engine names it.</param>
/// <param name="rounds">Rounds of each measurement.</param>
/// <param name="transformers">Milliseconds by name, as bench/transformers/generate.py writes them.</param>
/// <param name="managed">Whether the managed engine is measured beside it.</param>
internal sealed class TorchReport(string device, int rounds, IReadOnlyDictionary<string, double> transformers, bool managed)
{
    public const int Prompt = 128;
    public const int Depth = 16;

    private const double Milliseconds = 200;
    private const int Steps = 4;

    public static IReadOnlyDictionary<string, double> ReadTransformers(string path) =>
        JsonSerializer.Deserialize<Dictionary<string, double>>(File.ReadAllText(path)) ?? throw new JsonException($"{path} holds no measurements");

    public BenchmarkRun Run(IEnumerable<string> shapes, IEnumerable<TorchDataType> types, int[] batches)
    {
        var machine = MachineDescription.Here();
        var bandwidth = DeviceBandwidth.Measure(device);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{machine.Processor}, {machine.Cores} cores, {machine.System}, {machine.Runtime}; device {device} reads {bandwidth / 1e9:0.0} GB/s; {rounds} rounds"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"A pass of 30 layers with next to nothing to compute, which is the host's side of one: {HostSide():0.00} ms\n"));
        Console.WriteLine("| | a pass: least, median, p95, p99 (ms) | tokens/s | floor (ms) | × floor | transformers (ms) | × as fast | managed engine: least, median (ms) |\n|---|---|---|---|---|---|---|---|");
        var results = new List<ContestResult>();
        foreach (var shape in shapes)
            foreach (var type in types)
            {
                using (var engine = TorchEngines.Load(shape, type, device))
                using (var other = managed ? Shapes.Load(shape, type == TorchDataType.F32 ? WeightFormat.F32 : WeightFormat.BF16, 0) : null)
                    foreach (var batch in batches)
                    {
                        using var decode = new EngineCase(engine, Prompt, batch, Depth);
                        using var beside = other is null ? null : new EngineCase(other, Prompt, batch, Depth);
                        results.Add(Measure($"decode/{shape}/{type}/{batch}", batch, 1, Floor(shape, type, batch, 1, bandwidth), decode.Decode, beside is null ? null : beside.Decode));
                    }
                using var deal = new DealCase(shape, TorchEngines.Load(shape, type, device), Steps);
                var statistics = deal.Search();
                // each evaluated token is read by some pass, and each pass reads the weights
                var rows = (int)(statistics.TokenEvaluations / statistics.BatchedPasses);
                results.Add(Measure($"deal/{shape}/{type}", statistics.TokenEvaluations / (double)Steps, Steps, Floor(shape, type, rows, statistics.BatchedPasses, bandwidth) / Steps, () => deal.Search()));
            }
        return new() { Machine = machine, Ceilings = new Dictionary<string, double> { [$"bandwidth of {device}"] = bandwidth }, Results = results };
    }

    private double HostSide()
    {
        using var engine = TorchEngines.Load(Shapes.HostSide, TorchDataType.F32, device);
        using var decode = new EngineCase(engine, Prompt, 1, Depth);
        decode.Decode();
        return Contest.Measure(decode.Decode, Milliseconds * rounds).Median;
    }

    /// <summary>Milliseconds that reading the weights, and the keys and values of the prompt and the rows, takes at least.</summary>
    private static double Floor(string shape, TorchDataType type, int rows, long passes, double bandwidth)
    {
        var d = Shapes.Of(shape);
        var bytes = type == TorchDataType.F32 ? 4 : 2;
        var slots = 2L * d.LayerCount * d.KvHeadCount * d.HeadSize * (Prompt + rows * Depth / 2);
        return 1000 * passes * bytes * (Prototype.Weights(d) + slots) / bandwidth;
    }

    private ContestResult Measure(string name, double tokens, int steps, double floor, Action call, Action? besideCall = null)
    {
        call();
        besideCall?.Invoke();
        var (samples, others) = (new Samples(), new Samples());
        for (var round = 0; round < rounds; round++)
        {
            samples.Add(Contest.Measure(call, Milliseconds));
            if (besideCall is not null) others.Add(Contest.Measure(besideCall, Milliseconds));
        }
        var beside = besideCall is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{others.Best:0.00}, {others.Median:0.00}");
        var median = samples.Median / steps;
        var other = transformers.TryGetValue(name, out var milliseconds) ? milliseconds : (double?)null;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {name} | {samples.Best / steps:0.00}, {median:0.00}, {samples.Percentile(95) / steps:0.00}, {samples.Percentile(99) / steps:0.00} | {1000 * tokens / median:0} | {floor:0.00} | {median / floor:0.0} | {other:0.00} | {other / median:0.00} | {beside} |"));
        return new()
        {
            Name = "torch/" + name,
            Ratio = floor / median,
            BestRatio = floor / (samples.Best / steps),
            TokensPerSecond = 1000 * tokens / median,
            BestTokensPerSecond = 1000 * tokens * steps / samples.Best,
            MedianMilliseconds = median,
            P95Milliseconds = samples.Percentile(95) / steps,
            P99Milliseconds = samples.Percentile(99) / steps,
            ShareOfBandwidth = floor / median,
        };
    }
}
