using DecodeAlign.Decoding;
using DecodeAlign.Heuristics;

namespace DecodeAlign.Tests;

public class HeuristicParserTests
{
    [Fact]
    public void Parse_CatalogueExamples_AllWork()
    {
        foreach (var entry in HeuristicCatalogue.All.Where(entry => entry.Needs is null))
        {
            var (heuristic, weight) = HeuristicParser.Parse(entry.Example);
            Assert.Equal(entry.Name, heuristic.Name);
            Assert.True(weight > 1);
        }
    }

    [Fact]
    public void Parse_HeuristicThatAProgramAdded_IsReadLikeOthers()
    {
        Assert.Contains("there is no heuristic 'letters-of'", Assert.Throws<FormatException>(() => HeuristicParser.Parse("letters-of=a@2")).Message, StringComparison.Ordinal);
        for (var i = 0; i < 2; i++)
            HeuristicCatalogue.Add(new("letters-of", "How many letters are among those.", "letters", null, "letters-of=ab@2"), argument => argument.Length > 0 ? Heuristic.FromText("letters-of", text => text.Count(argument.Contains)) : throw new FormatException("no letter is named"));
        var (heuristic, weight) = HeuristicParser.Parse("letters-of=ab@2");
        var context = Generation.Context(ByteTokenizer.Of("abcab"));
        using var session = heuristic.Open(context);
        Assert.Equal((4, 2), (session.Score(context.Nodes([0])[1], ended: true), weight));
        Assert.Single(HeuristicCatalogue.All, known => known.Name == "letters-of");
        Assert.Equal("'letters-of=': no letter is named; such as letters-of=ab@2", Assert.Throws<FormatException>(() => HeuristicParser.Parse("letters-of=")).Message);
    }

    [Theory]
    [InlineData("coverage", "is a heuristic of DecodeAlign's own")]
    [InlineData("a=b", "is no name")]
    [InlineData("", "is no name")]
    public void Add_NameThatCantBe_IsRefused(string name, string message) =>
        Assert.Contains(message, Assert.Throws<ArgumentException>(() => HeuristicCatalogue.Add(new(name, "", "", null, ""), _ => Heuristic.FromText("x", _ => 0))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("coverage=fox,river@3", 3)]
    [InlineData("coverage=fox,river@-0.5", -0.5)]
    [InlineData("coverage=fox,river", 1)]
    [InlineData("coverage=a@b,river@2", 2)]
    public void Parse_Weight_FollowsTheLastAt(string spec, double expected) => Assert.Equal(expected, HeuristicParser.Parse(spec).Weight);

    [Theory]
    [InlineData("coverage=fox~", "two foxes", 1)]
    [InlineData("coverage=fox", "two foxes", 0)]
    [InlineData("coverage=wolf|fox, river", "a fox", 0.5)]
    [InlineData("coverage=red fox", "a red  fox", 1)]
    [InlineData("avoid=fox,river", "fox river fox", -3)]
    [InlineData("length=2..3", "a b c d", -1.0 / 3)]
    [InlineData("length=..3", "a", 0)]
    [InlineData("length=4..", "a b", -0.5)]
    [InlineData("length=2 sentences", "A. B", 0)]
    [InlineData("length=2..2tokens", "A. B", -0.5)]
    public void Parse_Spec_ScoresAsItSays(string spec, string text, double expected)
    {
        var context = Generation.Context(ByteTokenizer.Of(text));
        using var session = HeuristicParser.Parse(spec).Heuristic.Open(context);
        Assert.Equal(expected, session.Score(context.Nodes([0])[1], ended: true));
    }

    [Theory]
    [InlineData("coverge=fox", "known are avoid, brevity")]
    [InlineData("coverage", "lacks an argument")]
    [InlineData("coverage=", "a word is missing")]
    [InlineData("coverage=fox,,river", "a word is missing")]
    [InlineData("coverage=fox|", "a word is missing in 'fox|'")]
    [InlineData("coverage=fox@three", "'three' in 'coverage=fox@three' is no weight")]
    [InlineData("coverage=fox@NaN", "is no weight")]
    [InlineData("coverage=fox@1e999", "is no weight")]
    [InlineData("distinct=three", "'three' is no whole number")]
    [InlineData("distinct=9", "must be less than or equal to '4'")]
    [InlineData("sentiment=no such file", "no such file")]
    [InlineData("profanity=", "such as profanity=words.txt")]
    [InlineData("length=120..80", "120 is greater than 80")]
    [InlineData("length=..", "is no range")]
    [InlineData("length=ten", "'ten' is no unit")]
    [InlineData("length=1..99999999999", "no whole number")]
    [InlineData("length=10 pages", "'pages' is no unit of length")]
    [InlineData("length=1.5", "'1.5'")]
    [InlineData("", "there is no heuristic ''")]
    public void Parse_BadSpec_SaysWhatIsWrong(string spec, string expected) =>
        Assert.Contains(expected, Assert.Throws<FormatException>(() => HeuristicParser.Parse(spec)).Message);
}
