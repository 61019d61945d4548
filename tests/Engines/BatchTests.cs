using DecodeAlign.Decoding;
using FsCheck;
using FsCheck.Fluent;

namespace DecodeAlign.Tests;

/// <summary>Random trees of several sessions, in random batches and chunks: every node as if its path stood alone.</summary>
public class BatchTests
{
    [Theory]
    [InlineData("llama")]
    [InlineData("sliding window (mistral)")]
    [InlineData("gpt2")]
    [InlineData("gemma 2")]
    [InlineData("gemma 3")]
    [InlineData("norms after (olmo 2)")]
    [InlineData("parallel residual (gpt-neox)")]
    public void Forward_AnyBatchOfAnySessions_EqualsEachPathAlone(string variant)
    {
        var (description, biases) = Descriptions.Variants[variant];
        var weights = new RandomWeights(description, 1, biases);
        using var alone = Engines.Load(weights, maxRows: 1);
        using var wide = Engines.Load(weights);
        using var narrow = Engines.Load(weights, maxRows: 7);
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            Compare(alone, wide, seed);
            Compare(alone, narrow, seed);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3).WithReplay(1, 1));
    }

    private static void Compare(IInferenceEngine alone, IInferenceEngine engine, int seed)
    {
        var random = new Random(seed);
        var sessions = Enumerable.Range(0, random.Next(1, 5)).Select(_ => engine.Open(new(), 400)).ToArray();
        var nodes = new List<(IEngineSession Session, int Node)>();
        foreach (var session in sessions)
        {
            var own = new List<int> { session.Tree.AddRoot([.. Enumerable.Range(0, random.Next(1, 60)).Select(_ => random.Next(101))]) };
            for (var i = random.Next(1, 25); i-- > 0;) own.Add(session.Tree.Append(own[random.Next(own.Count)], random.Next(101)));
            nodes.AddRange(own.Select(node => (session, node)));
        }
        var order = nodes.OrderBy(_ => random.Next()).ToArray();
        for (var start = 0; start < order.Length;)
        {
            var batch = order[start..Math.Min(order.Length, start + random.Next(1, 30))];
            var actual = engine.Evaluate(batch);
            for (var i = 0; i < batch.Length; i++)
            {
                var expected = alone.EvaluateAlone(batch[i].Session.Tree.Path(0, batch[i].Node));
                for (var t = 0; t < expected.Length; t++) Assert.Equal(expected[t], actual[i][t], Engines.Tolerance);
            }
            // a leaf that is freed is computed again when it is asked for, in a slot of others
            foreach (var (session, node) in batch)
                if (random.Next(3) == 0 && !nodes.Any(other => other.Session == session && session.Tree.Parent(other.Node) == node)) session.Free(node);
            start += batch.Length;
        }
        foreach (var session in sessions) session.Dispose();
    }
}
