using DecodeAlign.Evaluation;
using DecodeAlign.Heuristics;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.AI.Evaluation;

namespace DecodeAlign.Tests;

public class JudgeTests
{
    [Theory]
    [InlineData("covered=fox,river", " A fox slept.", 0.5)]
    [InlineData("covered=fox~,river", " Foxes by the river.", 1)]
    [InlineData("covered=fox,river", " A foxglove.", 0)]
    [InlineData("placed=fox,river", " A fox swam in the river.", 1)]
    [InlineData("placed=fox,river", " A fox river.", 0)]
    [InlineData("placed=fox,river", " A fox, river. Then a fox slept.", 0.5)]
    [InlineData("placed=fox", " fox and fox and fox", 0)]
    [InlineData("in-range=3..4", " one two three", 1)]
    [InlineData("in-range=3..4", " one two", 0)]
    [InlineData("ended-in-range=2..4", " one two.\"", 1)]
    [InlineData("ended-in-range=2..4", " one two three", 0)]
    [InlineData("length=2..3", " one two three", 0)]
    public async Task Judge_OfText_GivesItsValue(string spec, string text, double expected) => Assert.Equal(expected, await RateAsync(JudgeParser.Parse(spec), "Once.", text), 12);

    [Fact]
    public async Task Human_OfNoise_IsBelowPlainText()
    {
        var judge = JudgeParser.Parse("human=stories");
        var plain = await RateAsync(judge, "One day,", " Tom saw a big red ball under the old tree. He ran home to tell his mother.");

        Assert.True(plain > await RateAsync(judge, "One day,", " vzq xk jwp qvv zzx kpq xjv"));
    }

    [Fact]
    public async Task Style_OfCheerfulText_IsAboveThatOfSadText()
    {
        var judge = JudgeParser.Parse("style=positivity:stories");
        Assert.True(await RateAsync(judge, "", " They played together and danced with their new friends all day.") > await RateAsync(judge, "", " The wolf bit the boy and blood ran from the cut."));
    }

    [Theory]
    [InlineData("mood=3", "there is no judge 'mood'; known are covered")]
    [InlineData("covered", "lacks an argument")]
    [InlineData("human=newspapers", "'newspapers' is not one of stories, books")]
    [InlineData("style=mood:books", "is not OBJECTIVE:SOURCE")]
    [InlineData("grade=2@3", "a judge has no weight")]
    public void Parse_WrongSpecification_SaysWhatIsWrong(string spec, string expected) => Assert.Contains(expected, Assert.Throws<FormatException>(() => JudgeParser.Parse(spec)).Message, StringComparison.Ordinal);

    [Fact]
    public async Task HeuristicEvaluator_OfResponse_GivesTheHeuristicsValueUnderItsName()
    {
        var (heuristic, _) = HeuristicParser.Parse("coverage=fox,river");

        var result = await new HeuristicEvaluator(heuristic).EvaluateAsync([new(ChatRole.User, "Once")], new(new ChatMessage(ChatRole.Assistant, " a fox")));

        Assert.Equal(0.5, result.Get<NumericMetric>("coverage").Value);
        Assert.Equal("not met", result.Get<NumericMetric>("coverage").Reason);
    }

    [Fact]
    public async Task Style_OfAFileOfOnesOwn_IsTheMeanOfItsWords()
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder.File("own.tsv"), "happy\t120\nsad\t-90\n", TestContext.Current.CancellationToken);
        Assert.Equal((1.2 - 0.9) / 4, await RateAsync(JudgeParser.Parse($"style={folder.File("own.tsv")}"), "", "Happy or sad bear."), 12);
    }

    [Theory]
    [InlineData("happy\n", "line 1")]
    [InlineData("happy\t1\n\nsad\t1.5\n", "line 3")]
    [InlineData("happy\t1\nhappy\t2\n", "line 2")]
    [InlineData("", "holds no words")]
    public void Style_OfABrokenFile_NamesItsLine(string text, string expected)
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.File("own.tsv"), text);
        Assert.Contains(expected, Assert.Throws<FormatException>(() => JudgeParser.Parse($"style={folder.File("own.tsv")}")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WordOdds_OfTwoTexts_AreTheLogarithmsByHand()
    {
        var odds = WordOdds.Train(["sad sad day"], ["glad glad glad day"], new HashSet<string> { "day" }, 1);

        // glad: ln(3.5 / 3.5) − ln(0.5 / 2.5); sad: ln(0.5 / 3.5) − ln(2.5 / 2.5)
        Assert.Equal((Math.Log(5) - Math.Log(7)) / 3, odds.Score("Glad, sad: who?"), 12);
        Assert.Equal(0, odds.Score(""));
        Assert.Equal(odds.Score("glad"), WordOdds.Read(odds.Write()).Score("glad"), 0.005);
    }

    private static async Task<double> RateAsync(IEvaluator judge, string prompt, string text) =>
        (await judge.EvaluateAsync([new(ChatRole.User, prompt)], new(new ChatMessage(ChatRole.Assistant, text)))).Get<NumericMetric>(judge.EvaluationMetricNames.First()).Value!.Value;
}
