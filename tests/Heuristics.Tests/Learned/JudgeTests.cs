using DecodeAlign.Decoding;
using DecodeAlign.Heuristics;

namespace DecodeAlign.Tests;

public class JudgeTests
{
    private static readonly ToyTokenizer Letters = ToyTokenizer.Letters, Pairs = ToyTokenizer.Pairs;

    private static readonly Dictionary<string, double> Grades = new() { ["a"] = 1, ["b"] = 2, ["c"] = 5 };

    private static Func<string, TextLayout> Layout { get; } = prompt => new($"bad {prompt} ", " de ");

    [Fact]
    public async Task Generate_Answers_ScoreAsTheExpectedGradeOfAFreshPass()
    {
        foreach (var tokenizer in new[] { Letters, Pairs })
        {
            var engine = new ToyEngine(tokenizer, seed: 6);
            await using var judgeModel = new EngineModel(engine, tokenizer);
            await using var model = ToyEngine.Model(Letters);
            var result = await new Decoder(model).GenerateAsync(new DecodingRequest
            {
                Prompt = "abc",
                Heuristics = [new(new Judge(judgeModel, Layout, Grades))],
            }.With(SearchSetup.Deal(beam: 2, candidates: 3, lookahead: 3, lambda: 4) with { MaxTokens = 8 }));
            foreach (var answer in result.Answers)
            {
                int[] ids = [.. answer.Ids.Where(id => id != 0)];
                int[] read = tokenizer == Letters
                    ? [.. Letters.Encode("bad abc "), .. ids, .. Letters.Encode(" de ", false)]
                    : Pairs.Encode($"bad abc {GeneratedText.Decode(Letters, ids)} de ");
                double[] p = [.. Grades.Keys.Select(grade => Math.Exp(engine.LogProbabilities(read)[tokenizer.Encode(grade, false)[0]]))];
                Assert.Equal((1 * p[0] + 2 * p[1] + 5 * p[2]) / p.Sum(), answer.Heuristics[0].Value, 1e-9);
            }
            Assert.Equal(0, engine.OpenSessions);
        }
    }

    // either way round the answer that is worth more comes first
    [Theory]
    [InlineData(1, 0)]
    [InlineData(-2, 5)]
    public async Task Generate_LogOdds_AreTheDifferenceOfAFreshPass(double first, double second)
    {
        var engine = new ToyEngine(Letters, seed: 6);
        await using var judgeModel = new EngineModel(engine, Letters);
        await using var model = ToyEngine.Model(Letters);
        var judge = new Judge(judgeModel, Layout, new Dictionary<string, double> { ["a"] = first, ["b"] = second }, score: JudgeScore.LogOdds);
        var result = await new Decoder(model).GenerateAsync(new DecodingRequest { Prompt = "abc", Heuristics = [new(judge)] }.With(SearchSetup.Deal(beam: 2, candidates: 3, lookahead: 2, lambda: 1) with { MaxTokens = 6 }));
        foreach (var answer in result.Answers)
        {
            var p = engine.LogProbabilities([.. Letters.Encode("bad abc "), .. answer.Ids.Where(id => id != 0), .. Letters.Encode(" de ", false)]);
            var (a, b) = (p[Letters.Encode("a", false)[0]], p[Letters.Encode("b", false)[0]]);
            Assert.Equal(first > second ? a - b : b - a, answer.Heuristics[0].Value, 1e-9);
        }
    }

    [Fact]
    public async Task Heuristic_RandomPaths_PassesTheChecks()
    {
        await using var model = ToyEngine.Model(Letters, seed: 2);
        await HeuristicCheck.RunAsync(new Judge(model, Layout, new Dictionary<string, double> { ["a"] = 1, ["b"] = 0 }, score: JudgeScore.LogOdds), Letters, new() { Paths = 30, Prompts = ["ab"] });
        await HeuristicCheck.RunAsync(new Judge(model, Layout, Grades), Letters, new() { Paths = 60, Prompts = ["", "ab"] });
    }

    [Fact]
    public void Ask_Principles_AreAllThere()
    {
        var layout = Judge.Ask(["Be kind.", "Be brief."])("Hello");
        Assert.Equal("Principles:\n- Be kind.\n- Be brief.\n\nPrompt: Hello\nText: ", layout.Before);
        Assert.EndsWith("\nAnswer:", layout.After);
        Assert.StartsWith("Context: For a child of six.\n\nPrinciples:\n- Be kind.\n", Judge.Ask(["Be kind."], context: "For a child of six.")("Hello").Before);
        Assert.Throws<ArgumentException>(() => Judge.Ask([]));
    }

    [Fact]
    public async Task Constructor_BadAnswers_AreNamed()
    {
        await using var model = ToyEngine.Model(Letters);
        Assert.Contains("at least two", Message(new() { ["a"] = 1 }));
        Assert.Contains("begin with the same token", Message(new() { ["a"] = 1, ["ab"] = 0 }));
        Assert.Contains("'?' has no token", Message(new() { ["a"] = 1, ["?"] = 0 }));
        Assert.Contains("worth of the answer 'b'", Message(new() { ["a"] = 1, ["b"] = double.NaN }));
        Assert.Contains("log odds are of two answers", Assert.Throws<ArgumentException>(() => new Judge(model, Layout, Grades, score: JudgeScore.LogOdds)).Message);
        await using var reward = ToyEngine.Model(Letters, rewards: 1);
        Assert.Throws<NotSupportedException>(() => new Judge(reward, Layout, Grades));

        string Message(Dictionary<string, double> answers) => Assert.Throws<ArgumentException>(() => new Judge(model, Layout, answers)).Message;
    }

    [Fact]
    public void Around_TemplateThatRepeatsOrDropsTheText_IsRefused()
    {
        Assert.Equal(new TextLayout("<", ">", false), TextLayout.Around(text => $"<{text}>"));
        Assert.Contains("2 times", Assert.Throws<ArgumentException>(() => TextLayout.Around(text => text + text)).Message);
        Assert.Contains("0 times", Assert.Throws<ArgumentException>(() => TextLayout.Around(_ => "")).Message);
    }
}
