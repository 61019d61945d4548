using System.CommandLine;
using System.Globalization;
using DecodeAlign.Cpu;
using DecodeAlign.Decoding;

namespace DecodeAlign.Experiments;

/// <summary>What rounding the weights (bf16, integers of 8 or 4 bits with scales) and keys and values (bf16) does to log-probabilities, along texts that the f32 model samples.</summary>
internal static class RoundingExperiment
{
    private static readonly string[] Prompts = ["Once upon a time", "One day, a little girl", "The old man", "There was a dog who", "\"Look,\" said"];

    public static Command Command()
    {
        var model = new Option<string>("--model") { Description = "Model folder.", Required = true };
        var texts = new Option<int>("--texts") { Description = "Texts sampled.", DefaultValueFactory = _ => 50 };
        var tokens = new Option<int>("--max-tokens") { Description = "Tokens a text.", DefaultValueFactory = _ => 100 };
        var seed = new Option<int>("--seed") { Description = "Seed of the texts.", DefaultValueFactory = _ => 1 };
        var command = new Command("rounding", "What bf16, int8 and int4 weights, and keys and values in bf16, do to log-probabilities, along texts sampled from the f32 model.") { model, texts, tokens, seed };
        command.SetAction((parsed, cancellationToken) => RunAsync(new(parsed.GetValue(model)!, parsed.GetValue(texts), parsed.GetValue(tokens), parsed.GetValue(seed)), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Settings settings, CancellationToken cancellationToken)
    {
        await using var exact = await CpuModel.LoadAsync(settings.Model, cancellationToken: cancellationToken);
        var paths = new List<(int[] Ids, int Prompt)>();
        for (var i = 0; i < settings.Texts; i++)
        {
            var prompt = Prompts[i % Prompts.Length];
            var result = await new Decoder(exact).GenerateAsync(new() { Prompt = prompt, Decoder = Decoders.Sample(), MaxTokens = settings.Tokens, Seed = (ulong)(settings.Seed * 1000 + i) }, cancellationToken);
            var ids = exact.Tokenizer.Encode(prompt);
            paths.Add(([.. ids, .. result.Answer.Ids], ids.Length));
        }
        Console.WriteLine($"{exact.Facts.Name}: {paths.Sum(path => path.Ids.Length - path.Prompt)} tokens of {settings.Texts} texts sampled from the f32 model, seed {settings.Seed}\n");
        Console.WriteLine("| weights | KV | log P of a token, mean | mean change | mean absolute change | 99th percentile | greatest | KL divergence, mean | same most likely token | log P of a text, mean absolute change |\n|---|---|---|---|---|---|---|---|---|---|");
        foreach (var (format, kv) in new[] { (WeightFormat.BF16, KvFormat.F32), (WeightFormat.Q8, KvFormat.F32), (WeightFormat.Q4, KvFormat.F32), (WeightFormat.BF16, KvFormat.BF16), (WeightFormat.Q8, KvFormat.BF16), (WeightFormat.Q4, KvFormat.BF16) })
        {
            await using var rounded = await CpuModel.LoadAsync(settings.Model, new() { WeightFormat = format, KvFormat = kv }, cancellationToken: cancellationToken);
            await CompareAsync(exact, rounded, $"{format} | {kv}", paths, cancellationToken);
        }
        return 0;
    }

    private static async Task CompareAsync(ILanguageModel exact, ILanguageModel rounded, string formats, List<(int[] Ids, int Prompt)> paths, CancellationToken cancellationToken)
    {
        var (values, changes, divergences, texts, same) = (new List<double>(), new List<double>(), new List<double>(), new List<double>(), 0);
        foreach (var (ids, prompt) in paths)
        {
            var (before, after) = (await ReadAsync(exact, ids, prompt, cancellationToken), await ReadAsync(rounded, ids, prompt, cancellationToken));
            var text = 0.0;
            for (var i = 0; i < before.Length; i++)
            {
                var token = ids[prompt + i];
                var change = after[i][token] - before[i][token];
                values.Add(after[i][token]);
                changes.Add(change);
                text += change;
                divergences.Add(before[i].Select((p, t) => double.IsNegativeInfinity(p) ? 0 : Math.Exp(p) * (p - after[i][t])).Sum());
                if (Array.IndexOf(before[i], before[i].Max()) == Array.IndexOf(after[i], after[i].Max())) same++;
            }
            texts.Add(Math.Abs(text));
        }
        var sizes = changes.Select(Math.Abs).Order().ToArray();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {formats} | {values.Average():0.0000} | {changes.Average():+0.00000;−0.00000;0} | {sizes.Average():0.00000} | {sizes[(int)(0.99 * (sizes.Length - 1))]:0.0000} | {sizes[^1]:0.0000} | {divergences.Average():0.0000000} | {same / (double)sizes.Length:0.0 %} | {texts.Average():0.000} |"));
    }

    /// <summary>The distribution before each token after the prompt.</summary>
    private static async Task<double[][]> ReadAsync(ILanguageModel model, int[] ids, int prompt, CancellationToken cancellationToken)
    {
        var tree = new TokenTree();
        await using var session = await model.OpenAsync(tree, ids.Length, cancellationToken);
        var node = tree.AddRoot(ids.AsSpan(..^1));
        var requests = new EvaluationRequest[ids.Length - prompt];
        var read = new double[requests.Length][];
        for (var i = requests.Length; i-- > 0; node = tree.Parent(node))
            requests[i] = new() { Node = node, LogProbabilities = read[i] = new double[model.Facts.VocabularySize] };
        await session.EvaluateAsync(requests, cancellationToken);
        return read;
    }

    private sealed record Settings(string Model, int Texts, int Tokens, int Seed);
}
