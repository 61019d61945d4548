using DecodeAlign.Decoding;
using DecodeAlign.Models;
using DecodeAlign.Torch;

namespace DecodeAlign.Tests;

/// <summary>Asks for more memory than a process can address, which any device refuses: an error, after which everything goes on.</summary>
public class ExhaustionTests
{
    [Fact]
    public void Load_WeightsThatDoNotFit_ThrowsAndLeavesNoTensorBehind()
    {
        Engines.Require();
        var tensors = Tensor.TotalCount;
        // an embedding of 2⁴⁷ values, of which none is read
        var description = Descriptions.Llama with { VocabularySize = 1 << 30, HiddenSize = 1 << 17 };
        var refused = Assert.Throws<InsufficientMemoryException>(() => Engines.Load(new Unread(description)));
        Assert.Contains("the weights of unread", refused.Message, StringComparison.Ordinal);
        Assert.Equal(tensors, Tensor.TotalCount);
    }

    [Fact]
    public void Load_KvCacheThatDoesNotFit_ThrowsAndLeavesNoTensorBehind()
    {
        Engines.Require();
        var tensors = Tensor.TotalCount;
        // 2 MiB for 16 tokens, so that 128 TiB are pages enough
        var description = Descriptions.Llama with { HiddenSize = 2, IntermediateSize = 2, LayerCount = 16, HeadCount = 16, KvHeadCount = 16, HeadSize = 64 };
        var refused = Assert.Throws<InsufficientMemoryException>(() => Engines.Load(new RandomWeights(description, 1), kvBudget: 1L << 47));
        Assert.Contains("a KV cache of 140,737,488,355,328 bytes", refused.Message, StringComparison.Ordinal);
        Assert.Equal(tensors, Tensor.TotalCount);
    }

    [Fact]
    public void Open_MoreThanIsReserved_ThrowsAndTheEngineGoesOn()
    {
        using var engine = Engines.Load(new RandomWeights(Descriptions.Llama, 1));
        var tree = new TokenTree();
        using var session = engine.Open(tree, 1);
        var refused = Assert.Throws<KvBudgetException>(() => engine.Open(new TokenTree(), 1 << 30));
        Assert.True(refused.NeededBytes > refused.BudgetBytes);
        Assert.All(engine.Evaluate(session, tree.AddRoot([6]))[0], p => Assert.True(double.IsFinite(p)));
    }

    [Fact]
    public void Forward_PassThatDoesNotFit_ThrowsAndTheEngineAndItsSessionsGoOn()
    {
        // 2048 roots on pages of their own, each row of 2¹⁹ heads hidden from 2¹⁵ slots: a mask of 2⁴⁵ values
        var description = Descriptions.Llama with { HiddenSize = 2, IntermediateSize = 2, LayerCount = 1, HeadCount = 1 << 19, KvHeadCount = 1, HeadSize = 2, VocabularySize = 4096 };
        using var engine = Engines.Load(new RandomWeights(description, 1), maxRows: 2048);
        var tree = new TokenTree();
        using var session = engine.Open(tree, 2048 * 16);
        var node = tree.AddRoot([4000, 7]);
        var before = engine.Evaluate(session, node)[0];
        // two plans take turns, and each keeps its upload; a pass of one row would keep fewer activations
        engine.Evaluate(session, tree.Parent(node), node);
        var (tensors, bytes) = (Tensor.TotalCount, session.KvBytes);
        var rows = Enumerable.Range(0, 2048).Select(token => new ForwardRow(session, tree.AddRoot([token]), 0, 0)).ToArray();
        Assert.Contains("a pass of 2048 rows", Assert.Throws<InsufficientMemoryException>(() => engine.Forward(rows, [])).Message, StringComparison.Ordinal);
        Assert.Equal((tensors, bytes), (Tensor.TotalCount, session.KvBytes));
        Assert.DoesNotContain(rows, row => session.Holds(row.Node));
        Assert.Equal(before, engine.Evaluate(session, node)[0], (a, b) => Math.Abs(a - b) < 1e-4);
        engine.Forward(rows.AsSpan(0, 2), []);
        Assert.True(session.Holds(rows[1].Node));
    }

    private sealed class Unread(TransformerDescription description) : IWeightSource
    {
        public TransformerDescription Description => description;

        public string Name => "unread";

        public bool Has(WeightRole role, int layer = 0) => false;

        public void ReadRows(WeightRole role, int layer, int firstRow, Span<float> destination) => throw new NotSupportedException();

        public void Dispose()
        {
        }
    }
}
