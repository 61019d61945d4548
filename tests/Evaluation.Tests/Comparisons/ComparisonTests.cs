using System.Text.Json;
using DecodeAlign.Cpu;
using DecodeAlign.Decoding;
using DecodeAlign.DefaultModel;
using DecodeAlign.Evaluation;
using DecodeAlign.Heuristics;

namespace DecodeAlign.Tests;

public class ComparisonTests
{
    private static readonly string[] Prompts = ["Once upon a time", "The dog"];

    private static async Task<ILanguageModel> LoadAsync()
    {
        Assert.SkipUnless(EmbeddedModel.Exists, "this build has no embedded model");
        return await CpuModel.LoadAsync(EmbeddedModel.Folder, new() { Threads = 1 }, cancellationToken: Cancel);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RunAsync_EachDecoder_WritesWhatItWritesAlone()
    {
        await using var model = await LoadAsync();
        var decoder = new Decoder(model);
        var request = new DecodingRequest { Prompt = "", Heuristics = [new(HeuristicParser.Parse("distinct=1").Heuristic, 2)], MaxTokens = 8, Seed = 3 };
        var unseen = HeuristicParser.Parse("length=..4 words");
        var report = await new Comparison(decoder, request, Prompts) { Unseen = new(unseen.Heuristic, unseen.Weight) }.RunAsync(["greedy", "best-of:answers=3", "deal:candidates=2,lookahead=2"], cancellationToken: Cancel);
        Assert.Equal(["greedy", "best-of:answers=3", "deal:candidates=2,lookahead=2"], report.Decoders.Select(row => row.Decoder));
        foreach (var row in report.Decoders)
            for (var p = 0; p < Prompts.Length; p++)
            {
                var alone = await decoder.GenerateAsync(request with { Prompt = Prompts[p], Decoder = DecoderSpecification.Parse(row.Decoder).Create(null) }, Cancel);
                var text = row.Texts[p];
                Assert.Equal((alone.Text, alone.Answer.LogProbability, alone.Statistics.TokenEvaluations), (text.Text, text.LogProbability, text.Evaluations));
                Assert.Equal(2 * alone.Answer.Heuristics[0].Value, text.Reward);
                var words = alone.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;
                Assert.Equal(words <= 4, text.Unseen >= 0);
            }
        using var json = JsonDocument.Parse(report.ToJson());
        Assert.Equal(3, json.RootElement.GetProperty("decoders").GetArrayLength());
        Assert.Equal(report.Decoders[1].Reward!.Value, json.RootElement.GetProperty("decoders")[1].GetProperty("reward").GetDouble());
        Assert.Contains("Once upon a time", report.ToHtml(), StringComparison.Ordinal);
        Assert.DoesNotContain("<script", report.ToHtml(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sweep", "sweep:steps=fit")]
    [InlineData("dual-ascent:inner=best-of", "dual-ascent:inner=best-of,rounds=fit")]
    [InlineData("neurologic", "neurologic:beam=fit")]
    [InlineData("neurologic:beam=2", "neurologic:beam=2")]
    [InlineData("deal:candidates=fit", "deal:candidates=fit")]
    [InlineData("greedy", "greedy")]
    public void Fitted_Decoder_NamesWhatABudgetIsSpentBy(string decoder, string expected) => Assert.Equal(expected, Comparison.Fitted(decoder));

    [Fact]
    public async Task RunAsync_Budget_IsSpentByWhatEachDecoderSpendsItBy_AndOnAverageKept()
    {
        await using var model = await LoadAsync();
        var request = new DecodingRequest { Prompt = "", Heuristics = [new(HeuristicParser.Parse("distinct=1").Heuristic, 1)], MaxTokens = 8 };
        var report = await new Comparison(new Decoder(model), request, Prompts) { Budget = 120 }.RunAsync(["greedy", "best-of", "beam", "deal:candidates=4", "mbr:answers=2", "diverse-beam", "speculative-rejection"], cancellationToken: Cancel);
        Assert.StartsWith("best-of:answers=", report.Decoders[1].Decoder, StringComparison.Ordinal);
        Assert.StartsWith("beam:beam=", report.Decoders[2].Decoder, StringComparison.Ordinal);
        Assert.StartsWith("deal:candidates=4,beam=", report.Decoders[3].Decoder, StringComparison.Ordinal);
        // named by hand it stays
        Assert.Equal("mbr:answers=2", report.Decoders[4].Decoder);
        // at least as many hypotheses as groups
        Assert.Matches("^diverse-beam:beam=([2-9]|[1-9][0-9])$", report.Decoders[5].Decoder);
        Assert.StartsWith("speculative-rejection:answers=", report.Decoders[6].Decoder, StringComparison.Ordinal);
        Assert.All(report.Decoders, row => Assert.InRange(row.Evaluations, 1, 120));
        Assert.True(report.Decoders[1].Evaluations > 60, "the budget was not spent");
    }

    [Fact]
    public async Task ToMarkdown_TellsDivergencesThatAreKnown_AndAJudge()
    {
        await using var model = await LoadAsync();
        var request = new DecodingRequest { Prompt = "", Heuristics = [new(HeuristicParser.Parse("distinct=1").Heuristic, 1)], MaxTokens = 8 };
        string[] decoders = ["greedy", "sample", "sample:temperature=0.5", "best-of:answers=4,temperature=1", "mbr:answers=3", "speculative-rejection:answers=6", "dvts", "stochastic-beam"];
        var report = await new Comparison(new Decoder(model), request, Prompts) { Judge = JudgeParser.Parse("ended-in-range=1..9") }.RunAsync(decoders, cancellationToken: Cancel);
        Assert.Equal("ended-in-range", report.Unseen);
        Assert.All(report.Decoders, row => Assert.All(row.Texts, text => Assert.True(text.Unseen is 0 or 1)));
        var rows = report.ToMarkdown().Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => line.Split('|').Select(cell => cell.Trim()).ToArray()).ToList();
        var greedy = report.Decoders[0].LogProbability;
        string[] expected = [Text(-greedy), "0.0", "", $"≤ {Text(Math.Log(4) - 0.75)}", $"≤ {Text(Math.Log(3) - 2.0 / 3)}", $"≤ {Text(Math.Log(6) - 5.0 / 6)}", "", ""];
        Assert.Equal(expected, rows.Select(row => row[7]));
        Assert.Equal(report.Decoders.Select(row => Text(greedy - row.LogProbability)), rows.Select(row => row[6]));
        Assert.Equal(decoders.Select(name => $"`{name}`"), rows.Select(row => row[1]));

        static string Text(double value) => value.ToString("0.0", System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task RunAsync_FitWithoutABudget_OrUnknown_IsRefused()
    {
        await using var model = await LoadAsync();
        var comparison = new Comparison(new Decoder(model), new() { Prompt = "" }, Prompts);
        await Assert.ThrowsAsync<FormatException>(() => comparison.RunAsync(["best-of:answers=fit"], cancellationToken: Cancel));
        await Assert.ThrowsAsync<FormatException>(() => comparison.RunAsync(["no-such"], cancellationToken: Cancel));
        Assert.Throws<ArgumentException>(() => new Comparison(new Decoder(model), new() { Prompt = "" }, []));
    }
}
