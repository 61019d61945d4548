using DecodeAlign.Decoding;
using DecodeAlign.Heuristics;
using DecodeAlign.Text;

namespace DecodeAlign.Tests;

/// <summary>The tokens that lead on to a missing keyword, and how far a text has come, through every heuristic around it.</summary>
public class KeywordSuggestionTests
{
    private static readonly ByteTokenizer Vocabulary = ByteTokenizer.Of(" ", "a", " ri", "ri", "ver", " fox", "fox", ".");

    public static TheoryData<string> Around => ["itself", "calibrated", "time-limited", "sum"];

    [Theory]
    [MemberData(nameof(Around))]
    public void Suggest_MissingKeywords_BeginsThemAndGoesOn(string around)
    {
        var context = Generation.Context(Vocabulary);
        using var session = Wrapped(around).Open(context);
        Assert.Equal([" fox", " ri"], Suggested(session, context.Nodes([Vocabulary.Id("a")])[^1]));
        // after a space there is no other
        Assert.Equal(["fox", "ri"], Suggested(session, context.Nodes([Vocabulary.Id("a"), Vocabulary.Id(" ")])[^1]));
        // inside a spelling it goes on, or another one begins
        var begun = context.Nodes([Vocabulary.Id("a"), Vocabulary.Id(" ri")])[^1];
        Assert.Contains("ver", Suggested(session, begun));
        // what is there is not suggested any more
        var met = context.Nodes([Vocabulary.Id("a"), Vocabulary.Id(" fox"), Vocabulary.Id(".")])[^1];
        Assert.DoesNotContain(Suggested(session, met), text => text.Contains("fox", StringComparison.Ordinal));
        Assert.Equal((0, 1, 2), (session.Progress(context.Nodes([Vocabulary.Id("a")])[^1]), session.Progress(begun), session.Progress(met)));
    }

    [Fact]
    public void Suggest_ByANegativeWeightInASum_IsNothing()
    {
        var context = Generation.Context(Vocabulary);
        using var session = new WeightedSum((Coverage, -1), (new LengthRange(1, 2), 1)).Open(context);
        var node = context.Nodes([Vocabulary.Id("a")])[^1];
        Assert.Empty(Suggested(session, node));
        Assert.Equal(0, session.Progress(context.Nodes([Vocabulary.Id("a"), Vocabulary.Id(" fox"), Vocabulary.Id(".")])[^1]));
    }

    private static KeywordCoverage Coverage => new([Keyword.Of("fox"), Keyword.Of("river")]);

    private static IHeuristic Wrapped(string around) => around switch
    {
        "calibrated" => new CalibratedHeuristic(Coverage, new() { Samples = 3, Mean = 0.2, StandardDeviation = 0.3, Quantiles = [0, 1], Positions = [] }),
        "time-limited" => new TimeLimited(Coverage, TimeSpan.FromMinutes(1)),
        "sum" => new WeightedSum((Coverage, 2), (new LengthRange(1, 2), 1)),
        _ => Coverage,
    };

    private static string[] Suggested(IHeuristicSession session, int node)
    {
        var tokens = new HashSet<int>();
        session.Suggest(node, tokens);
        return [.. tokens.Select(Vocabulary.TokenText).Order(StringComparer.Ordinal)];
    }
}
