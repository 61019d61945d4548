using DecodeAlign.Decoding;
using DecodeAlign.Models;

namespace DecodeAlign.Tests;

/// <summary>A trained checkpoint against an independent double-precision pass over it.</summary>
public class TrainedCheckpointTests
{
    [Fact]
    public void Forward_Prompt_LogitsEqualReference()
    {
        using var engine = Load(out var cases);
        var compared = 0;
        foreach (var (ids, _, logits) in cases.Where(example => example.Logits.Length > 0))
        {
            Assert.Equal(ids.Length, logits.Length);
            var actual = engine.EvaluateAll(ids);
            for (var position = 0; position < ids.Length; position++, compared++)
            {
                // the reference gives logits, the engine log-probabilities: they differ by the normalizer
                var normalizer = Math.Log(logits[position].Sum(Math.Exp));
                for (var token = 0; token < logits[position].Length; token++) Assert.Equal(logits[position][token], actual[position][token] + normalizer, 1e-3);
            }
        }
        Assert.Equal(7, compared);
    }

    [Fact]
    public void Forward_Greedy_IdsEqualReference()
    {
        using var engine = Load(out var cases);
        foreach (var (ids, expected, _) in cases)
        {
            var tree = new TokenTree();
            using var session = engine.Open(tree, ids.Length + expected.Length);
            var node = tree.AddRoot(ids);
            var actual = new List<int>();
            while (actual.Count < expected.Length)
            {
                var next = engine.Evaluate(session, node)[0];
                actual.Add(Array.IndexOf(next, next.Max()));
                node = tree.Append(node, actual[^1]);
            }
            Assert.Equal(expected, actual);
        }
    }

    private static IInferenceEngine Load(out List<(int[] Ids, int[] Greedy, double[][] Logits)> cases)
    {
        var folder = SharedData.Require("models/TinyStories-656K");
        cases = ReferenceCases.Read(folder);
        using var weights = ModelFolder.Open(folder).OpenWeights();
        return Engines.Load(weights);
    }
}
