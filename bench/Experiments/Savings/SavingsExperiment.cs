using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using DecodeAlign.Cpu;
using DecodeAlign.Decoding;
using DecodeAlign.DefaultModel;

namespace DecodeAlign.Experiments;

internal sealed record SavingsSettings(string[] Models, int Prompts, int MaxTokens, int Threads, string Out, string[] Rewards, double Minutes, string? Paced, string Shape, WeightFormat WeightFormat, string? Tables);

/// <summary>
/// DeAL with K = 8 candidates and a lookahead of 16, going on from 20 beginnings of stories, which the model itself has written to 40 tokens at temperature 0.7. λ is stated in standard deviations of the reward over base samples of each prompt, so that λ = 3/σ weighs one of them as three
/// nats; the highest is the first of 1, 3, 10, 30, 100 that reaches 95 % of the greatest gain in reward over greedy. All ways of searching run side by side, prompt by prompt.
/// </summary>
internal sealed class SavingsExperiment(SavingsSettings settings, string name, ILanguageModel model, ILanguageModel? draft, Dictionary<string, SavingsCell> done)
{
    private const int Samples = 16;
    private const int PromptTokens = 40;
    private static readonly double[] Ladder = [1, 3, 10, 30, 100];

    public static async Task<int> RunAsync(SavingsSettings settings, CancellationToken cancellationToken)
    {
        var done = File.Exists(settings.Out) ? File.ReadLines(settings.Out).Select(line => JsonSerializer.Deserialize<SavingsCell>(line)!).ToDictionary(cell => cell.Key) : [];
        Console.WriteLine($"K 8, l 16, {settings.Prompts} prompts, {settings.MaxTokens} tokens a text, {Environment.ProcessorCount} processors");
        foreach (var folder in settings.Models.Length > 0 || settings.Paced is not null ? settings.Models : [EmbeddedModel.Folder])
        {
            var options = new CpuEngineOptions { Threads = settings.Threads, PrefixCacheBytes = 0 };
            await using var model = await CpuModel.LoadAsync(folder, options, cancellationToken: cancellationToken);
            await using var draft = await CpuModel.LoadAsync(folder, options with { WeightFormat = WeightFormat.Q8 }, cancellationToken: cancellationToken);
            await new SavingsExperiment(settings, folder == EmbeddedModel.Folder ? "embedded model" : model.Facts.Name, model, draft, done).RunAsync(cancellationToken);
        }
        if (settings.Paced is { } paced)
        {
            await using var plain = await CpuModel.LoadAsync(paced, new() { Threads = settings.Threads, PrefixCacheBytes = 0 }, cancellationToken: cancellationToken);
            await using var model = PacedModel.Load(paced, settings.Shape, settings.WeightFormat, settings.Threads);
            await new SavingsExperiment(settings with { Prompts = Math.Min(4, settings.Prompts) }, $"{settings.Shape} shape, {settings.WeightFormat}", model, null, done) { Unpaced = plain }.RunPacedAsync(cancellationToken);
        }
        if (settings.Tables is { } page) await File.WriteAllTextAsync(page, Page(done.Values), cancellationToken);
        return 0;
    }

    // every table that has been measured, in the order of their models
    private static string Page(IEnumerable<SavingsCell> cells) => $"""
        <!-- Written by "dotnet run -c Release --project bench/Experiments -- savings --tables FILE" -->
        # Tables of the savings

        What [savings.md](savings.md) sums up. Each table is for one model, one reward, one weight λ in standard deviations of the reward, and one beam.

        {string.Join('\n', cells.Where(cell => cell.Floor is not null && cell.Ways[0].Way == Way.All(0).Name).GroupBy(cell => cell.Model).Select(group => SavingsFit.Table([.. group])))}
        {string.Join('\n', cells.Where(cell => cell.Scale is null).OrderBy(cell => cell.Model, StringComparer.Ordinal).Select(cell => cell.Table()))}
        """.ReplaceLineEndings("\n");

    /// <summary>The model at its own pace, which counts the least that a search could evaluate.</summary>
    private ILanguageModel? Unpaced { get; init; }

    private readonly List<string> _prompts = [];
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        await WritePromptsAsync(cancellationToken);
        foreach (var reward in settings.Rewards)
        {
            var (deviation, highest) = await ScaleAsync(reward, cancellationToken);
            foreach (var level in highest > 3 ? (double[])[1, 3, highest] : [highest / 10, highest / 3, highest])
                await CellAsync(reward, level, deviation, 1, "same", Way.Same(1, all: level == 3), cancellationToken);
            await CellAsync(reward, 3, deviation, 4, "same", Way.Same(4, all: false), cancellationToken);
            if (reward != "unbounded") await CellAsync(reward, highest, deviation, 1, "changing", Way.Changing, cancellationToken);
        }
    }

    private async Task RunPacedAsync(CancellationToken cancellationToken)
    {
        await WritePromptsAsync(cancellationToken);
        foreach (var reward in settings.Rewards)
        {
            var deviation = await DeviationAsync(reward, cancellationToken);
            foreach (var beam in (int[])[1, 4])
                foreach (var level in (double[])[1, 3]) await CellAsync(reward, level, deviation, beam, "same", Way.Paced(beam), cancellationToken);
        }
        Console.WriteLine($"\n{SavingsFit.Table([.. done.Values.Where(cell => cell.Model == name && cell.Floor is not null)])}");
    }

    private async Task CellAsync(string reward, double level, double deviation, int beam, string kind, Way[] ways, CancellationToken cancellationToken)
    {
        var cell = new SavingsCell(name, reward, level, beam, kind, []);
        if (!done.TryGetValue(cell.Key, out var known))
        {
            if (_clock.Elapsed.TotalMinutes > settings.Minutes) return;
            var floor = kind == "same" ? new PruningFloor(Unpaced ?? model) : null;
            var results = new DecodingResult[ways.Length][];
            for (var w = 0; w < ways.Length; w++) results[w] = new DecodingResult[settings.Prompts];
            var search = new DecodingRequest { Prompt = "", Decoder = Deal(beam, level / deviation), MaxTokens = settings.MaxTokens };
            for (var p = 0; p < settings.Prompts; p++)
            {
                if (floor is not null)
                {
                    var naive = await new Decoder(Unpaced ?? model).GenerateAsync(search with { Prompt = _prompts[p], Heuristics = [new(SavingsRewards.Of(reward, p))], Savings = SavingsOptions.None, Trace = floor.Trace }, cancellationToken);
                    await floor.CountAsync(naive, new(SavingsRewards.Of(reward, p)), search, cancellationToken);
                }
                for (var w = 0; w < ways.Length; w++)
                {
                    results[w][p] = await DecodeAsync(ways[w].Change(search), reward, p, ways[w].Draft, cancellationToken);
                    // the last way is the model without the reward
                    if (kind == "same" && w > 0 && w < ways.Length - 1 && !Same(results[0][p].Answer, results[w][p].Answer)) throw new UnreachableException($"{ways[w].Name} changed the output of prompt {p} ({cell.Key})");
                }
            }
            known = cell with { Ways = [.. ways.Select((way, w) => Cost(way.Name, results[w], search.Decoder.Rank.Lambda))], Floor = floor?.Evaluations };
            done[cell.Key] = known;
            await File.AppendAllTextAsync(settings.Out, JsonSerializer.Serialize(known) + "\n", cancellationToken);
        }
        Console.WriteLine($"\n{known.Table()}");
    }

    private async Task WritePromptsAsync(CancellationToken cancellationToken)
    {
        const string opening = "Once upon a time";
        for (var seed = 1UL; _prompts.Count < settings.Prompts; seed++)
        {
            var request = new DecodingRequest { Prompt = opening, Decoder = Decoders.Sample(temperature: 0.7), MaxTokens = PromptTokens - model.Tokenizer.Encode(opening).Length, Seed = seed };
            var written = await new Decoder(model).GenerateAsync(request, cancellationToken);
            if (written.Answer.FinishReason == FinishReason.Length) _prompts.Add(opening + written.Text);
        }
    }

    // kept with the figures, since it takes as long as a table
    private async Task<(double Deviation, double Highest)> ScaleAsync(string reward, CancellationToken cancellationToken)
    {
        var scale = new SavingsCell(name, reward, 0, 1, "scale", []);
        if (done.TryGetValue(scale.Key, out var known)) return (known.Scale![0], known.Scale[1]);
        var deviation = await DeviationAsync(reward, cancellationToken);
        scale = scale with { Scale = [deviation, await HighestAsync(reward, deviation, cancellationToken)] };
        await File.AppendAllTextAsync(settings.Out, JsonSerializer.Serialize(scale) + "\n", cancellationToken);
        return (deviation, scale.Scale[1]);
    }

    private async Task<double> DeviationAsync(string reward, CancellationToken cancellationToken)
    {
        var variance = 0.0;
        for (var p = 0; p < settings.Prompts; p++)
        {
            var samples = await DecodeAsync(new() { Prompt = "", Decoder = Decoders.Sample() with { Selection = new BestOf(Samples) }, MaxTokens = settings.MaxTokens, Seed = (ulong)p }, reward, p, false, cancellationToken);
            double[] values = [.. samples.Answers.Select(answer => answer.Heuristics[0].Value)];
            variance += values.Sum(value => Math.Pow(value - values.Average(), 2)) / (values.Length - 1) / settings.Prompts;
        }
        if (variance == 0) throw new InvalidOperationException($"{reward} is the same in all base samples, so that λ can't be stated in its deviations: take more --prompts or --max-tokens");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"\n{name}, {reward}: σ = {Math.Sqrt(variance):0.000} over {Samples} base samples of each prompt"));
        return Math.Sqrt(variance);
    }

    private async Task<double> HighestAsync(string reward, double deviation, CancellationToken cancellationToken)
    {
        var gains = new List<double>();
        foreach (var level in (double[])[0, .. Ladder])
        {
            var sum = 0.0;
            for (var p = 0; p < settings.Prompts; p++)
                sum += (await DecodeAsync(new() { Prompt = "", Decoder = Deal(1, level / deviation), MaxTokens = settings.MaxTokens }, reward, p, false, cancellationToken)).Answer.Heuristics[0].Value;
            gains.Add(sum / settings.Prompts);
        }
        Console.WriteLine($"{name}, {reward}: mean reward at λσ = 0, {string.Join(", ", Ladder)}: {string.Join(", ", gains.Select(gain => gain.ToString("0.000", CultureInfo.InvariantCulture)))}");
        return Ladder[gains.Skip(1).ToList().FindIndex(gain => gain - gains[0] >= 0.95 * (gains.Max() - gains[0]))];
    }

    private Task<DecodingResult> DecodeAsync(DecodingRequest search, string reward, int prompt, bool drafted, CancellationToken cancellationToken) =>
        new Decoder(model).GenerateAsync(
            search with { Prompt = _prompts[prompt], Heuristics = [new(SavingsRewards.Of(reward, prompt))], LookaheadModel = drafted ? draft : null }, cancellationToken);

    private static bool Same(Answer left, Answer right) => left.Ids.SequenceEqual(right.Ids) && left.Score == right.Score && left.LogProbability == right.LogProbability;

    // as published: what repeats is not passed over
    private static DecoderParts Deal(int beam, double lambda) => Decoders.Deal(beam, 8, 16, lambda) with { Proposal = new TopTokens(8) };

    private static WayCost Cost(string way, DecodingResult[] results, double lambda) => new(way,
        results.Sum(r => (double)r.Statistics.TokenEvaluations), results.Sum(r => (double)r.Statistics.BatchedPasses), results.Sum(r => r.Statistics.ElapsedSeconds), results.Sum(r => (double)r.Answer.Ids.Count),
        results.Average(r => r.Answer.LogProbability + lambda * r.Answer.Heuristics[0].Value), results.Average(r => r.Answer.Heuristics[0].Value), results.Average(r => r.Answer.LogProbability));
}
