using DecodeAlign.Decoding;
using DecodeAlign.Heuristics;
using DecodeAlign.Text;

namespace DecodeAlign.Tests;

public class WeightedSumTests
{
    [Fact]
    public void RandomPaths_EqualsTheSumOfReferences() => RandomPaths.AgreesWith(
        new WeightedSum((new KeywordCoverage([Keyword.Of("fox"), Keyword.Of("river")]), 2), (new LengthRange(0, 2), -3), (new ForbiddenKeywords([Keyword.Of("red")]), 0)),
        (prompt, bytes, ended) =>
        {
            var text = Reference.Text(bytes, ended);
            var covered = new[] { "fox", "river" }.Count(word => Reference.Occurrences(prompt, text, word, ended) > 0);
            return 2 * (covered / 2.0) + -3 * -(Math.Max(0, Reference.Words(prompt, text) - 2) / 2.0);
        }, cases: 500);

    [Fact]
    public void Bounds_UnboundedPartWithoutWeight_AddsNothing()
    {
        var free = Heuristic.FromText("free", _ => 1);
        var sum = new WeightedSum((Heuristic.FromText("bounded", _ => 1, new(0, 1)), -2), (free, 0));
        var context = Generation.Context(ByteTokenizer.Of("a"));
        using var session = sum.Open(context);
        Assert.Equal(new HeuristicBounds(-2, 0), session.Bounds(context.Root, 3));
        using var unbounded = new WeightedSum((free, -1)).Open(context);
        Assert.Equal(HeuristicBounds.Unbounded, unbounded.Bounds(context.Root, 3));
    }

    [Fact]
    public void Score_PartThatIsNotANumber_IsNamed()
    {
        var context = Generation.Context(ByteTokenizer.Of("a"));
        using var session = new WeightedSum((new LengthRange(0, 2), 1), (Heuristic.FromText("mine", _ => double.PositiveInfinity), 0)).Open(context);
        Assert.Equal("mine", Assert.Throws<HeuristicException>(() => session.Score(context.Root, false)).Heuristic);
    }

    [Fact]
    public void AlignmentInstruction_PartsThatAreWanted_AreJoined()
    {
        var fox = new KeywordCoverage([Keyword.Of("fox")]);
        var river = new KeywordCoverage([Keyword.Of("river")]);
        Assert.Equal("Words: fox.\nWords: river.", new WeightedSum((fox, 1), (river, 2)).AlignmentInstruction);
        Assert.Null(new WeightedSum((fox, -1), (new LengthRange(1, 2), 1)).AlignmentInstruction);
    }

    [Fact]
    public void Constructor_BadParts_Throws()
    {
        Assert.Throws<ArgumentException>(() => new WeightedSum());
        Assert.Contains("'length'", Assert.Throws<ArgumentException>(() => new WeightedSum((new LengthRange(1, 2), double.NaN))).Message);
    }
}
