using System.Globalization;
using System.Text.Json;
using DecodeAlign.Cpu;
using DecodeAlign.Decoding;
using DecodeAlign.Heuristics;
using DecodeAlign.Text;

namespace DecodeAlign.Experiments;

internal sealed record CoverageSettings(string Model, string Data, int Sets, int Seed, int MaxTokens, int Texts, int Threads, string? Out);

/// <summary>
/// Soft and hard keyword coverage of decoders on the same prompt. A word counts where one of its listed forms stands as a whole word, in any case; coverage is measured by
/// regular expressions on the text, apart from the heuristic that the search ranks by.
/// </summary>
internal sealed class CoverageExperiment(CoverageSettings settings, ILanguageModel model, TextWriter? log)
{
    private const string Prompt = "Once upon a time";
    private const int Beam = 4;

    private static readonly double[] Temperatures = [1, 0.8, 0.6];

    private sealed record Figures(string Name, double[] Soft, double[] Hard, double Evaluations, double Passes, double Seconds, double LogProbability);

    public static async Task<int> RunAsync(CoverageSettings settings, CancellationToken cancellationToken)
    {
        await using var model = await CpuModel.LoadAsync(settings.Model, new() { Threads = settings.Threads }, cancellationToken: cancellationToken);
        await using var log = settings.Out is null ? null : new StreamWriter(settings.Out);
        var experiment = new CoverageExperiment(settings, model, log);
        Console.WriteLine($"prompt \"{Prompt}\", {settings.MaxTokens} tokens, seed {settings.Seed}, model {model.Facts.Name}; intervals: 95 % bootstrap over sets, paired with beam search");
        await experiment.RunAsync($"CommonGen dev, {settings.Sets} sets", ConceptSet.CommonGen(settings.Data, settings.Sets, settings.Seed), cancellationToken);
        await experiment.RunAsync($"Pairs of common nouns, {settings.Sets} pairs", ConceptSet.NounPairs(settings.Sets, settings.Seed), cancellationToken);
        return 0;
    }

    private async Task RunAsync(string title, ConceptSet[] sets, CancellationToken cancellationToken)
    {
        Console.WriteLine($"\n{title}\n\n| decoder | soft | soft − beam search [95 %] | hard | evaluations | passes | seconds | log P |\n|---|---|---|---|---|---|---|---|");
        var beam = Row($"beam search {Beam}", await DecodeAsync(Decoders.Beam(Beam), sets, cancellationToken), sets);
        Print(Row("greedy", await DecodeAsync(Decoders.Greedy, sets, cancellationToken), sets), beam);
        Print(beam, beam);
        // as many texts side by side in each: a token of each costs one evaluation
        foreach (var temperature in Temperatures)
            Print(Row(string.Create(CultureInfo.InvariantCulture, $"best of {settings.Texts} by h, temperature {temperature}"), await DecodeAsync(Decoders.BestOf(settings.Texts, temperature), sets, cancellationToken), sets), beam);
        Print(Row($"DeAL beam {settings.Texts}", await DecodeAsync(Decoders.Deal(settings.Texts), sets, cancellationToken), sets), beam);
        var grid = Decoders.GridBeam(settings.Texts);
        Print(Row($"grid beam {settings.Texts}, λ 1", await DecodeAsync(grid with { Rank = grid.Rank with { Lambda = 1 } }, sets, cancellationToken), sets), beam);
        Print(Row("DeAL as published", await DecodeAsync(DecoderCatalogue.Get("deal-paper").Create(), sets, cancellationToken), sets), beam);
    }

    private async Task<DecodingResult[]> DecodeAsync(DecoderParts decoder, ConceptSet[] sets, CancellationToken cancellationToken)
    {
        var search = new Decoder(model);
        var results = new DecodingResult[sets.Length];
        for (var i = 0; i < sets.Length; i++)
        {
            Progress(decoder, i, sets.Length);
            results[i] = await search.GenerateAsync(new()
            {
                Prompt = Prompt,
                Decoder = decoder,
                MaxTokens = settings.MaxTokens,
                Seed = (ulong)(settings.Seed * 1000 + i),
                Heuristics = [new(new KeywordCoverage(sets[i].Forms.Select(forms => Keyword.AnyOf(forms))))],
            }, cancellationToken);
        }
        Progress(decoder, sets.Length, sets.Length);
        return results;
    }

    private Figures Row(string name, DecodingResult[] results, ConceptSet[] sets)
    {
        double[] soft = [.. sets.Select((set, i) => set.Coverage(results[i].Text))];
        for (var i = 0; i < sets.Length; i++)
            log?.WriteLine(JsonSerializer.Serialize(new { decoder = name, words = sets[i].Forms.Select(f => f[0]), coverage = soft[i], text = results[i].Text, evaluations = results[i].Statistics.TokenEvaluations }));
        return new(name, soft, [.. soft.Select(s => s == 1 ? 1.0 : 0.0)],
            results.Average(r => r.Statistics.TokenEvaluations), results.Average(r => r.Statistics.BatchedPasses), results.Average(r => r.Statistics.ElapsedSeconds), results.Average(r => r.Answer.LogProbability));
    }

    private void Print(Figures row, Figures beam)
    {
        var (mean, low, high) = Bootstrap.Interval([.. row.Soft.Select((s, i) => s - beam.Soft[i])], settings.Seed);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {row.Name} | {row.Soft.Average():0.000} | {(row == beam ? "" : $"{mean:+0.000;−0.000} [{low:+0.000;−0.000}, {high:+0.000;−0.000}]")} | {row.Hard.Average():0.000} | {row.Evaluations:0} | {row.Passes:0} | {row.Seconds:0.00} | {row.LogProbability:0.0} |"));
    }

    private static void Progress(DecoderParts decoder, int done, int all)
    {
        if (!Console.IsErrorRedirected) Console.Error.Write($"\r{decoder.Name} λ {decoder.Rank.Lambda}: {done}/{all}{(done == all ? "\r\u001b[K" : "")}");
    }
}
