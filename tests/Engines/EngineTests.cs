using DecodeAlign.Decoding;
using DecodeAlign.Models;

namespace DecodeAlign.Tests;

/// <summary>What every engine owes; each engine's tests compile this file, with an <c>Engines.Load</c> of their own.</summary>
public class EngineTests
{
    public static TheoryData<string> Variants => [.. Descriptions.Variants.Keys];

    [Theory]
    [MemberData(nameof(Variants))]
    public void Forward_TreeOfAnyArchitecture_EqualsDoublePrecisionReference(string variant)
    {
        var (description, biases) = Descriptions.Variants[variant];
        var weights = new RandomWeights(description, 1, biases);
        using var engine = Engines.Load(weights);
        var (largest, _) = Differences.FromReference(engine, weights);
        Assert.InRange(largest, 0, 1e-4);
    }

    [Fact]
    public void Open_BudgetTooSmall_ThrowsUntilAnotherSessionIsDisposed()
    {
        using var plain = Engines.Load(new RandomWeights(Descriptions.Llama, 1));
        var perToken = plain.Facts.KvBytesPerToken;
        using var engine = Engines.Load(new RandomWeights(Descriptions.Llama, 1), kvBudget: perToken * 64);
        var first = engine.Open(new TokenTree(), 48);
        var refused = Assert.Throws<KvBudgetException>(() => engine.Open(new TokenTree(), 17));
        Assert.Equal((perToken * 32, perToken * 16, perToken * 64), (refused.NeededBytes, refused.FreeBytes, refused.BudgetBytes));
        first.Dispose();
        engine.Open(new TokenTree(), 64).Dispose();
    }

    [Fact]
    public void Free_NodesReleased_PagesAreUsedAgainWithinTheReservation()
    {
        using var engine = Engines.Load(new RandomWeights(Descriptions.Llama, 1));
        var tree = new TokenTree();
        using var session = engine.Open(tree, 40);
        var root = tree.AddRoot([3, 4, 5, 6, 7, 8, 9, 10]);
        var random = new Random(3);
        for (var round = 0; round < 50; round++)
        {
            // 32 leaves besides the prompt: the whole reservation, however scattered
            var leaves = new List<int>();
            while (leaves.Count < 32)
            {
                var parent = leaves.Count > 0 && random.Next(2) == 0 ? leaves[^1] : root;
                var token = random.Next(101);
                if (tree.Find(parent, token) < 0) leaves.Add(tree.Append(parent, token));
            }
            var after = engine.Evaluate(session, [.. leaves]);
            Assert.Equal(3 * 16 * engine.Facts.KvBytesPerToken, session.KvBytes);
            // what a page held for others does not show
            var alone = engine.EvaluateAlone(tree.Path(0, leaves[round % 32]));
            for (var token = 0; token < alone.Length; token++) Assert.Equal(alone[token], after[round % 32][token], Engines.Tolerance);
            foreach (var leaf in Enumerable.Reverse(leaves))
            {
                session.Free(leaf);
                tree.Release(leaf);
            }
            Assert.Equal(16 * engine.Facts.KvBytesPerToken, session.KvBytes);
        }
        Assert.Equal(8, tree.Count);
    }

    [Fact]
    public void Free_NodeAboveOneThatIsHeld_ThrowsAndNothingChanges()
    {
        using var engine = Engines.Load(new RandomWeights(Descriptions.Llama, 1));
        var tree = new TokenTree();
        using var session = engine.Open(tree, 40);
        var node = tree.AddRoot([.. Enumerable.Range(0, 20)]);
        var before = engine.Evaluate(session, node)[0];
        for (var above = tree.Parent(node); above > 0; above = tree.Parent(above))
            Assert.Contains("right below it", Assert.Throws<InvalidOperationException>(() => session.Free(above)).Message, StringComparison.Ordinal);
        var after = engine.Evaluate(session, node)[0];
        for (var token = 0; token < before.Length; token++) Assert.Equal(before[token], after[token], Engines.Tolerance);
        session.Free(node);
        session.Free(tree.Parent(node));
        Assert.False(session.Holds(node));
    }

    [Fact]
    public void Forward_MoreNodesThanReserved_ThrowsAndTheSessionCanBeUsedAgain()
    {
        using var engine = Engines.Load(new RandomWeights(Descriptions.Llama, 1));
        var tree = new TokenTree();
        using var session = engine.Open(tree, 4);
        var node = tree.AddRoot([1, 2, 3, 4, 5]);
        Assert.Throws<InvalidOperationException>(() => engine.Evaluate(session, node));
        Assert.Equal(0, session.KvBytes);
        Assert.Single(engine.Evaluate(session, tree.Parent(node)));
    }

    [Fact]
    public void Forward_NodeWithoutItsParent_Throws()
    {
        using var engine = Engines.Load(new RandomWeights(Descriptions.Llama, 1));
        var tree = new TokenTree();
        using var session = engine.Open(tree, 40);
        var node = tree.AddRoot([1, 2]);
        Assert.Throws<InvalidOperationException>(() => engine.Forward([new(session, node, 0, 0)], []));
    }

    [Fact]
    public void Forward_TokenOrPositionOutOfRange_ThrowsNamingIt()
    {
        using var engine = Engines.Load(new RandomWeights(Descriptions.Llama, 1));
        var tree = new TokenTree();
        using var session = engine.Open(tree, 200);
        var token = Assert.Throws<ArgumentException>(() => engine.Evaluate(session, tree.AddRoot([101])));
        Assert.Contains("token 101", token.Message, StringComparison.Ordinal);
        var position = Assert.Throws<ArgumentException>(() => engine.Evaluate(session, tree.AddRoot(new int[97])));
        Assert.Contains("position 96", position.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Forward_WeightsNotFinite_ThrowsAndOtherSessionsAreNotTouched()
    {
        var weights = new RandomWeights(Descriptions.Llama with { TiedEmbeddings = false }, 1);
        weights.Tensor(WeightRole.TokenEmbedding)![5 * 50] = float.NaN;
        using var engine = Engines.Load(weights);
        var tree = new TokenTree();
        var damaged = engine.Open(tree, 20);
        Assert.Throws<InvalidOperationException>(() => engine.Evaluate(damaged, tree.AddRoot([5])));
        using var session = engine.Open(tree, 20);
        damaged.Dispose();
        // the page that held what is not finite serves another session, whose path leaves out the rest of it
        Assert.All(engine.Evaluate(session, tree.AddRoot([6]))[0], p => Assert.True(double.IsFinite(p)));
    }

    [Fact]
    public void Begin_AnotherPassBeforeTheFirstIsFinished_ReadsEqualThoseOfWholePasses()
    {
        using IInferenceEngine engine = Engines.Load(new RandomWeights(Descriptions.Llama, 1));
        Assert.Equal(ReadInTwoPasses(engine, (first, second, reads) =>
        {
            engine.Forward(first, []);
            engine.Forward(second, reads);
        }), ReadInTwoPasses(engine, (first, second, reads) =>
        {
            var one = engine.Begin(first, []);
            Assert.True(first[0].Session.Holds(first[^1].Node));
            if (one?.MayBeFollowed == false) one.Finish([]);
            var other = engine.Begin(second, reads);
            if (one?.MayBeFollowed == true) one.Finish([]);
            other?.Finish(reads);
        }));
    }

    [Fact]
    public void Begin_PassThatFails_ThrowsByItsEndAndItsRowsCanBeFreed()
    {
        var weights = new RandomWeights(Descriptions.Llama with { TiedEmbeddings = false }, 1);
        weights.Tensor(WeightRole.TokenEmbedding)![5 * 50] = float.NaN;
        using IInferenceEngine engine = Engines.Load(weights);
        var tree = new TokenTree();
        using var session = engine.Open(tree, 20);
        int[] nodes = [tree.AddRoot([6]), tree.AddRoot([6, 5])];
        EvaluationRequest[] reads = [new() { Node = nodes[1], LogProbabilities = new double[101] }];
        Assert.Throws<InvalidOperationException>(() => engine.Begin([new(session, nodes[0], 0, 0), new(session, nodes[1], 0, 1)], reads)?.Finish(reads));
        foreach (var node in nodes.Reverse()) session.Free(node);
        Assert.Equal(0, session.KvBytes);
        Assert.All(engine.Evaluate(session, nodes[0])[0], p => Assert.True(double.IsFinite(p)));
    }

    [Fact]
    public void Facts_OfAModel_CountItsParametersAndCapabilities()
    {
        using var engine = Engines.Load(new RandomWeights(Descriptions.Llama, 1));
        // embedding, final norm; per layer two norms, q, k, v, o, gate, up, down
        Assert.Equal(101 * 50 + 50 + 2 * (2 * 50 + 50 * (60 + 20 + 20 + 60) + 3 * 50 * 70), engine.Facts.ParameterCount);
        Assert.Equal(ModelCapabilities.FullDistribution | ModelCapabilities.NamedTokens | ModelCapabilities.Masks, engine.Facts.Capabilities);
        using var reward = Engines.Load(new RandomWeights(Descriptions.Llama with { RewardCount = 2 }, 1));
        Assert.Equal((ModelCapabilities.Rewards, 2), (reward.Facts.Capabilities, reward.Facts.RewardCount));
    }

    // what follows 20 tokens, of which 12 are rows of the first pass
    private static double[] ReadInTwoPasses(IInferenceEngine engine, Action<ForwardRow[], ForwardRow[], EvaluationRequest[]> run)
    {
        var tree = new TokenTree();
        using var session = engine.Open(tree, 20);
        var nodes = new List<int>();
        for (var node = tree.AddRoot([.. Enumerable.Range(3, 20)]); node != TokenTree.Empty; node = tree.Parent(node)) nodes.Insert(0, node);
        ForwardRow[] rows = [.. nodes.Select(node => new ForwardRow(session, node, 0, node == nodes[^1] ? 1 : 0))];
        var all = new double[101];
        run(rows[..12], rows[12..], [new() { Node = nodes[^1], LogProbabilities = all }]);
        return all;
    }
}
