using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

/// <summary>Pages that lie one after another are read where they are, others are gathered: it is the same.</summary>
public class PageOrderTests
{
    public static TheoryData<string> Variants => EngineTests.Variants;

    [Theory]
    [MemberData(nameof(Variants))]
    public void Forward_PagesOfTwoSessionsInTurn_ReadsWhatNeighbouringPagesGive(string variant)
    {
        var (description, biases) = Descriptions.Variants[variant];
        using var engine = Engines.Load(new RandomWeights(description, 1, biases));
        int[] path = [.. Enumerable.Range(1, 40)];
        var (tree, otherTree) = (new TokenTree(), new TokenTree());
        using var session = engine.Open(tree, path.Length);
        using var other = engine.Open(otherTree, path.Length);
        double[] inTurn = [];
        for (var length = 1; length <= path.Length; length++)
        {
            inTurn = engine.Evaluate(session, tree.AddRoot(path.AsSpan(0, length)))[0];
            engine.Evaluate(other, otherTree.AddRoot(path.AsSpan(0, length)));
        }
        var neighbouring = engine.EvaluateAlone(path);
        for (var i = 0; i < inTurn.Length; i++) Assert.Equal(neighbouring[i], inTurn[i], Engines.Tolerance);
    }
}
