using System.Globalization;
using DecodeAlign.Cpu;
using DecodeAlign.Decoding;

namespace DecodeAlign.Benchmarks;

/// <summary>Whether two engines compute the same from a file: the log-probabilities of all tokens along llama.cpp's greedy text.</summary>
internal static class Agreement
{
    private const int Tokens = 24;

    /// <returns>Null: they do, within what rounding explains; otherwise how they differ, and comparing their speed is void.</returns>
    public static string? Check(string name, CpuEngine ours, LlamaModel theirs, WeightFormat format)
    {
        int[] prompt = [.. PeerPrompt.Tokens(16)];
        using var sequences = theirs.Open(LlamaSettings.Exact, 1, prompt.Length + Tokens);
        sequences.Prefill(prompt);
        var there = new List<double[]>();
        var ids = prompt.ToList();
        for (var place = prompt.Length - 1; there.Count < Tokens; place = 0)
        {
            there.Add(Logits.LogProbabilities(sequences.Logits(place)));
            ids.Add(Best(there[^1]));
            sequences.Begin();
            sequences.Add(ids[^1], ids.Count - 1, 0);
            sequences.Decode();
        }
        var here = LogProbabilities(ours, [.. ids[..^1]], Tokens);
        var mean = here.Zip(there).Average(pair => pair.First.Zip(pair.Second).Average(values => Math.Abs(values.First - values.Second)));
        var same = here.Zip(there).Count(pair => Best(pair.First) == Best(pair.Second));
        // f32: the order of sums; else llama.cpp rounds what it multiplies as coarsely as the weights, ours does not
        var allowed = format switch { WeightFormat.F32 => 1e-3, WeightFormat.BF16 => 0.1, _ => 0.3 };
        var text = string.Create(CultureInfo.InvariantCulture, $"log-probabilities {mean:0.0e0} apart in the mean, {same} of {Tokens} greedy tokens the same");
        var differ = !(mean <= allowed) || format == WeightFormat.F32 && same < Tokens;
        Console.WriteLine($"{name}: {text}{(differ ? ": VOID, they do not compute the same" : "")}");
        return differ ? text : null;
    }

    private static double[][] LogProbabilities(CpuEngine engine, int[] ids, int last)
    {
        var tree = new TokenTree();
        using var session = engine.Open(tree, ids.Length);
        var rows = new ForwardRow[ids.Length];
        var reads = new EvaluationRequest[last];
        var results = Enumerable.Range(0, last).Select(_ => new double[engine.Facts.VocabularySize]).ToArray();
        var node = tree.AddRoot(ids);
        for (var i = ids.Length; i-- > 0; node = tree.Parent(node))
        {
            var read = i - (ids.Length - last);
            rows[i] = read < 0 ? new(session, node, 0, 0) : new(session, node, read, 1);
            if (read >= 0) reads[read] = new() { Node = node, LogProbabilities = results[read] };
        }
        engine.Forward(rows, reads);
        return results;
    }

    private static int Best(double[] values) => Array.IndexOf(values, values.Max());
}
