using DecodeAlign.Decoding;
using DecodeAlign.Models;

namespace DecodeAlign.Tests;

/// <summary>What is read on the device, against the same read of the whole distribution on the host.</summary>
public class ReadTests
{
    [Fact]
    public void Forward_AnyReads_EqualThoseOfTheWholeDistribution()
    {
        // ids from 60 on have the embedding, and so the logit, of 41 tokens before
        var weights = new RandomWeights(Descriptions.Llama, 3);
        var embedding = weights.Tensor(WeightRole.TokenEmbedding)!;
        embedding.AsSpan(19 * 50, 41 * 50).CopyTo(embedding.AsSpan(60 * 50));
        using var engine = Engines.Load(weights);
        var random = new Random(4);
        for (var round = 0; round < 40; round++) Compare(engine, random);
    }

    [Fact]
    public void Forward_MoreEqualLogitsThanAreTaken_GivesTheLowestIds()
    {
        var weights = new RandomWeights(Descriptions.Llama with { VocabularySize = 300 }, 3);
        var embedding = weights.Tensor(WeightRole.TokenEmbedding)!;
        for (var token = 1; token < 300; token++) embedding.AsSpan(0, 50).CopyTo(embedding.AsSpan(token * 50));
        using var engine = Engines.Load(weights);
        var tree = new TokenTree();
        using var session = engine.Open(tree, 8);
        var node = tree.AddRoot([1, 2, 3]);
        var mask = new TokenMask(300, allowed: true);
        mask[1] = mask[299] = false;
        var (top, masked) = (new TokenLogProbability[5], new TokenLogProbability[4]);
        engine.Forward([new(session, tree.Parent(tree.Parent(node)), 0, 0), new(session, tree.Parent(node), 0, 0), new(session, node, 0, 2)], [new() { Node = node, Top = top }, new() { Node = node, Top = masked, Allowed = mask }]);
        Assert.Equal([0, 1, 2, 3, 4], top.Select(t => t.Token));
        Assert.Equal([0, 2, 3, 4], masked.Select(t => t.Token));
        Assert.All(top, t => Assert.Equal(-Math.Log(300), t.LogProbability, 1e-5));
    }

    private static void Compare(IInferenceEngine engine, Random random)
    {
        var tree = new TokenTree();
        using var session = engine.Open(tree, 64);
        var nodes = new List<int> { tree.AddRoot([random.Next(101)]) };
        while (nodes.Count < random.Next(2, 20)) nodes.Add(tree.Append(nodes[random.Next(nodes.Count)], random.Next(101)));
        var rows = new List<ForwardRow>();
        var reads = new List<EvaluationRequest>();
        foreach (var node in nodes)
        {
            var first = reads.Count;
            for (var i = random.Next(3); i-- > 0;) reads.Add(RandomRead(random, node));
            // the whole distribution of the same pass
            reads.Add(new() { Node = node, LogProbabilities = new double[101] });
            rows.Add(new(session, node, first, reads.Count - first));
        }
        engine.Forward(rows.ToArray(), reads.ToArray());
        foreach (var row in rows)
        {
            var own = reads.GetRange(row.FirstRead, row.ReadCount);
            foreach (var read in own) Check(read, own[^1].LogProbabilities.ToArray());
        }
    }

    private static void Check(in EvaluationRequest read, double[] whole)
    {
        var mask = read.Allowed;
        var order = Enumerable.Range(0, whole.Length).Where(token => mask?[token] != false).OrderByDescending(token => whole[token]).ThenBy(token => token).ToArray();
        for (var i = 0; i < read.Top.Length; i++) Assert.Equal(i < order.Length ? new(order[i], whole[order[i]]) : TokenLogProbability.None, read.Top.Span[i]);
        if (!read.AllowedLogProbability.IsEmpty) Assert.Equal(mask is null ? 1 : order.Sum(token => Math.Exp(whole[token])), Math.Exp(read.AllowedLogProbability.Span[0]), 1e-5);
        for (var i = 0; i < read.Named.Length; i++) Assert.Equal(whole[read.Named.Span[i]], read.NamedLogProbabilities.Span[i]);
        if (!read.LogProbabilities.IsEmpty) Assert.Equal(whole, read.LogProbabilities.ToArray());
        Assert.Equal(0, Math.Log(whole.Sum(Math.Exp)), 1e-5);
    }

    private static EvaluationRequest RandomRead(Random random, int node)
    {
        var mask = random.Next(2) == 0 ? null : new TokenMask(101);
        // from none to all
        for (var i = random.Next(200); mask is not null && i-- > 0;) mask[random.Next(101)] = true;
        var named = Enumerable.Range(0, random.Next(4)).Select(_ => random.Next(101)).ToArray();
        return new()
        {
            Node = node,
            Top = random.Next(3) == 0 ? default : new TokenLogProbability[random.Next(1, 120)],
            Allowed = mask,
            AllowedLogProbability = random.Next(2) == 0 ? default : new double[1],
            Named = named,
            NamedLogProbabilities = new double[named.Length],
            LogProbabilities = random.Next(3) == 0 ? new double[101] : default,
        };
    }
}
