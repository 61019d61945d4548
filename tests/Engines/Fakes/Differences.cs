using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

/// <summary>How far an engine is from the double-precision pass.</summary>
internal static class Differences
{
    /// <summary>Of all log-probabilities, or rewards, of a random tree's nodes: the largest difference, and the mean one.</summary>
    public static (double Largest, double Mean) FromReference(IInferenceEngine engine, RandomWeights weights, Func<double, double>? kept = null)
    {
        var tree = new TokenTree();
        using var session = engine.Open(tree, 200);
        var random = new Random(2);
        var nodes = new List<int> { tree.AddRoot([1, 7, 100, 4, 9]), tree.AddRoot([1, 7, 100]), tree.AddRoot([55]) };
        for (var i = 0; i < 40; i++) nodes.Add(tree.Append(nodes[random.Next(nodes.Count)], random.Next(101)));
        nodes.Add(tree.AppendAll(nodes[3], [.. Enumerable.Range(0, 60).Select(_ => random.Next(101))]));
        var actual = engine.Evaluate(session, [.. nodes]);
        var reference = new ReferenceTransformer(weights, kept);
        var differences = new List<double>();
        for (var i = 0; i < nodes.Count; i++)
        {
            var expected = reference.Run(tree.Path(0, nodes[i]));
            var normalizer = weights.Description.RewardCount == 0 ? Math.Log(expected.Sum(Math.Exp)) : 0;
            for (var t = 0; t < expected.Length; t++) differences.Add(Math.Abs(expected[t] - normalizer - actual[i][t]));
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"largest difference {differences.Max():E2}, mean {differences.Average():E2}");
        return (differences.Max(), differences.Average());
    }
}
