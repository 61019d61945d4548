using DecodeAlign.Decoding;
using DecodeAlign.Heuristics;
using DecodeAlign.Text;

namespace DecodeAlign.Tests;

public class KeywordCoverageTests
{
    private static readonly Keyword[] Keywords =
        [Keyword.AnyOf("fox", "foxes"), Keyword.Of("river"), Keyword.Of("red fox"), Keyword.Of("café"), Keyword.Of("c++"), Keyword.AnyOf("a fox", "fox. The", "x")];

    [Fact]
    public void Soft_RandomPaths_EqualsRegularExpressions() =>
        RandomPaths.AgreesWith(new KeywordCoverage(Keywords), (prompt, bytes, ended) => (double)Covered(prompt, bytes, ended) / Keywords.Length);

    [Fact]
    public void Hard_RandomPaths_EqualsRegularExpressions()
    {
        var two = Keywords[..2];
        RandomPaths.AgreesWith(new KeywordCoverage(two, all: true), (prompt, bytes, ended) => Covered(prompt, bytes, ended, 2) == 2 ? 1 : 0);
    }

    [Theory]
    [InlineData("", "The fox|glove", 0)]
    [InlineData("", "The fox| ran", 1)]
    [InlineData("", "The FOX|.", 1)]
    [InlineData("", "The fox|'s den", 1)]
    [InlineData("", "The fox|", 1)]
    [InlineData("a ", "fox|", 1)]
    [InlineData("a", "fox|", 0)]
    [InlineData("fo", "x|", 0)]
    [InlineData("", "fox|\u0301 ", 0)]
    public void Ended_Boundary_DecidesWhetherTheWordCounts(string prompt, string text, double expected)
    {
        var tokens = text.Split('|');
        var context = Generation.Context(ByteTokenizer.Of(tokens), prompt);
        using var session = new KeywordCoverage([Keyword.Of("fox")]).Open(context);
        Assert.Equal(expected, session.Score(context.Nodes([0, 1])[2], ended: true));
    }

    [Fact]
    public void Passing_WordWithoutBoundary_DoesNotCountYet()
    {
        var context = Generation.Context(ByteTokenizer.Of("a fox", " "));
        using var session = new KeywordCoverage([Keyword.Of("fox")]).Open(context);
        var nodes = context.Nodes([0, 1]);
        Assert.Equal(0, session.Score(nodes[1], ended: false));
        Assert.Equal(1, session.Score(nodes[2], ended: false));
        Assert.Equal(new HeuristicBounds(0, 1), session.Bounds(nodes[1], 0));
        Assert.Equal(new HeuristicBounds(1, 1), session.Bounds(nodes[2], 9));
    }

    [Fact]
    public void Bounds_TooFewTokensForTheWord_ExcludeIt()
    {
        var context = Generation.Context(ByteTokenizer.Of("ab", "c"));
        using var session = new KeywordCoverage([Keyword.Of("abcab"), Keyword.Of("c")]).Open(context);
        Assert.Equal(new HeuristicBounds(0, 0.5), session.Bounds(context.Root, 2));
        Assert.Equal(new HeuristicBounds(0, 1), session.Bounds(context.Root, 3));
    }

    [Fact]
    public void CaseSensitive_OtherCase_DoesNotCount()
    {
        var context = Generation.Context(ByteTokenizer.Of("Fox"));
        using var session = new KeywordCoverage([Keyword.Of("fox")], caseSensitive: true).Open(context);
        Assert.Equal(0, session.Score(context.Nodes([0])[1], ended: true));
    }

    [Fact]
    public void AlignmentInstruction_Default_AsksForTheWords()
    {
        Assert.Equal("Words: fox, river.", new KeywordCoverage([Keyword.AnyOf("fox", "foxes"), Keyword.Of("river")]).AlignmentInstruction);
        Assert.Equal("Use fox", new KeywordCoverage([Keyword.Of("fox")], instruction: "Use {words}").AlignmentInstruction);
        Assert.Null(new KeywordCoverage([Keyword.Of("fox")], instruction: null).AlignmentInstruction);
    }

    [Fact]
    public void IsSatisfied_OnlyWhenAllAreCovered()
    {
        var coverage = new KeywordCoverage(Keywords);
        Assert.True(coverage.IsSatisfied(1));
        Assert.False(coverage.IsSatisfied(5.0 / 6));
    }

    [Fact]
    public void Constructor_BadKeywords_SaysWhy()
    {
        Assert.Throws<ArgumentException>(() => new KeywordCoverage([]));
        Assert.Contains("64", Assert.Throws<ArgumentException>(() => new KeywordCoverage(Enumerable.Range(0, 65).Select(i => Keyword.Of($"w{i}")))).Message);
        Assert.Contains("not valid text", Assert.Throws<ArgumentException>(() => new KeywordCoverage([Keyword.Of("a\uD800")])).Message);
        Assert.Throws<ArgumentException>(() => Keyword.Of(" "));
        Assert.Throws<ArgumentException>(() => Keyword.AnyOf());
    }

    private static int Covered(string prompt, byte[] bytes, bool ended, int keywords = 6)
    {
        var text = Reference.Text(bytes, ended);
        return Keywords.Take(keywords).Count(keyword => keyword.Forms.Any(form => Reference.Occurrences(prompt, text, form, ended) > 0));
    }
}
