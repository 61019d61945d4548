using System.CommandLine;
using System.Diagnostics;
using DecodeAlign.Benchmarks;
using DecodeAlign.Cpu;
using DecodeAlign.Decoding;

namespace DecodeAlign.Experiments;

/// <summary>
/// How much of the engine's gain from batching concurrent requests keep: tokens a second of the engine at batch 1 and n, and of 1 and n greedy requests at once, measured in turn
/// in one run, on random weights of a known shape.
/// </summary>
internal static class ThroughputCommand
{
    private const int Prompt = 16;

    public static Command Create()
    {
        var shape = new Option<string>("--shape") { Description = "SmolLM2-135M or stories15M.", DefaultValueFactory = _ => "SmolLM2-135M" };
        var format = new Option<WeightFormat>("--format") { Description = "Weight format.", DefaultValueFactory = _ => WeightFormat.BF16 };
        var threads = new Option<int>("--threads") { Description = "Threads that compute.", DefaultValueFactory = _ => 2 };
        var requests = new Option<int>("--requests") { Description = "Requests at once.", DefaultValueFactory = _ => 16 };
        var tokens = new Option<int>("--max-tokens") { Description = "Tokens of each.", DefaultValueFactory = _ => 64 };
        var rounds = new Option<int>("--rounds") { Description = "Rounds; medians are shown.", DefaultValueFactory = _ => 5 };
        var command = new Command("throughput", "Greedy requests at once beside the engine's own batching, measured in turn.") { shape, format, threads, requests, tokens, rounds };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new(parsed.GetValue(shape)!, parsed.GetValue(format), parsed.GetValue(threads), parsed.GetValue(requests), parsed.GetValue(tokens), parsed.GetValue(rounds)), cancellationToken));
        return command;
    }

    private static async Task RunAsync(Settings settings, CancellationToken cancellationToken)
    {
        using var engine = Shapes.Load(settings.Shape, settings.Format, settings.Threads);
        using var alone = new EngineCase(engine, Prompt, 1);
        using var batch = new EngineCase(engine, Prompt, settings.Requests);
        await using var model = new EngineModel(Shapes.Load(settings.Shape, settings.Format, settings.Threads), new NumberedTokens(Shapes.Of(settings.Shape).VocabularySize));
        var decoder = new Decoder(model);
        double[][] seconds = [new double[settings.Rounds], new double[settings.Rounds], new double[settings.Rounds], new double[settings.Rounds]];
        for (var round = -1; round < settings.Rounds; round++)
        {
            double[] times =
            [
                Time(() => Repeat(settings.MaxTokens, alone.Decode)) / settings.MaxTokens,
                await TimeAsync(() => GenerateAsync(decoder, settings, 0, 1, cancellationToken)) / settings.MaxTokens,
                Time(() => Repeat(settings.MaxTokens, batch.Decode)) / (settings.MaxTokens * settings.Requests),
                await TimeAsync(() => GenerateAsync(decoder, settings, 0, settings.Requests, cancellationToken)) / (settings.MaxTokens * settings.Requests),
            ];
            // the first round warms up
            for (var i = 0; i < times.Length && round >= 0; i++) seconds[i][round] = times[i];
        }
        double[] rates = [.. seconds.Select(times => 1 / times.Order().ElementAt(times.Length / 2))];
        var (ownGain, kept) = (rates[2] / rates[0], rates[3] / rates[1]);
        Console.WriteLine($"{settings.Shape}, {settings.Format}, {settings.Threads} threads, prompts of {Prompt} tokens, {settings.MaxTokens} tokens each, median of {settings.Rounds} rounds");
        Console.WriteLine($"engine    batch 1 {rates[0],8:0.0} tokens/s   batch {settings.Requests} {rates[2],8:0.0} tokens/s   gain {ownGain:0.00}");
        Console.WriteLine($"requests        1 {rates[1],8:0.0} tokens/s         {settings.Requests} {rates[3],8:0.0} tokens/s   gain {kept:0.00}");
        Console.WriteLine($"{settings.Requests} requests keep {kept / ownGain:0.0 %} of the engine's gain; {rates[3] / rates[2]:0.0 %} of its tokens a second");
        var statistics = model.Statistics;
        Console.WriteLine($"{(double)statistics.Rows / statistics.Passes:0.00} rows a pass in all");
    }

    private static Task<DecodingResult[]> GenerateAsync(Decoder decoder, Settings settings, int first, int count, CancellationToken cancellationToken) =>
        Task.WhenAll(Enumerable.Range(first, count).Select(i => decoder.GenerateAsync(
            new() { Prompt = string.Join(' ', Enumerable.Range(0, Prompt).Select(j => NumberedTokens.TextOf((i * 131 + j * 37) % 1000))), Decoder = Decoders.Greedy, MaxTokens = settings.MaxTokens }, cancellationToken)));

    private static void Repeat(int count, Action action)
    {
        for (var i = 0; i < count; i++) action();
    }

    private static double Time(Action action)
    {
        var started = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static async Task<double> TimeAsync(Func<Task> action)
    {
        var started = Stopwatch.GetTimestamp();
        await action();
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private sealed record Settings(string Shape, WeightFormat Format, int Threads, int Requests, int MaxTokens, int Rounds);
}
