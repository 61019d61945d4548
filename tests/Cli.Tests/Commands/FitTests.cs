using System.Text.Json;
using DecodeAlign.Cli;
using DecodeAlign.Heuristics;

namespace DecodeAlign.Tests;

public sealed class FitTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public FitTests() => _folder.Write("pairs.jsonl", string.Concat(Enumerable.Range(0, 40).Select(i => $$"""{"prompt": "{{Story}}", "chosen": " {{(i % 5 == 0 ? "cat" : "dog")}}", "rejected": " {{(i % 5 == 0 ? "dog" : "cat")}}"}""" + "\n")));

    private static string Story => "the dog saw";

    [Fact]
    public async Task Fit_Pairs_PrintsWeightsAndWritesThem()
    {
        var run = await Cli.RunAsync("fit", _folder.File("pairs.jsonl"), "--heuristic", "coverage=dog", "--out", _folder.File("weights.json"));
        Assert.Equal(0, run.Code);
        Assert.Contains("coverage=dog", run.Out, StringComparison.Ordinal);
        Assert.Contains("40 pairs; on pairs that they were not fitted to, the weights rank 80.0 % right", run.Out, StringComparison.Ordinal);
        var weight = Assert.Single(FittedWeightsFile.Read(_folder.File("weights.json")).Weights);
        // 32 of 40, whose logit the prior draws a little towards 0
        Assert.InRange(weight.Weight, 1.2, Math.Log(4));
        var json = await Cli.RunAsync("fit", _folder.File("pairs.jsonl"), "--heuristic", "coverage=dog", "--json");
        using var document = JsonDocument.Parse(json.Out);
        Assert.Equal(weight.Weight, document.RootElement.GetProperty("fit").GetProperty("weights")[0].GetProperty("weight").GetDouble());
    }

    [Fact]
    public async Task Fit_LogP_OfAModelAndOverAnother()
    {
        var own = await Cli.RunAsync("fit", _folder.File("pairs.jsonl"), "--log-p", "base");
        Assert.Equal(0, own.Code);
        Assert.Contains("│ log P", own.Out, StringComparison.Ordinal);
        // a model beside itself says nothing
        var same = await Cli.RunAsync("fit", _folder.File("pairs.jsonl"), "--log-p", "base", "--over", "base");
        Assert.Contains("log P over the reference's is the same in both texts of every pair", same.Error, StringComparison.Ordinal);
    }

    public static TheoryData<string[], string> BadUses => new()
    {
        { [], "nothing to weigh: name a --heuristic, --reward, --judge, --likelihood or --log-p" },
        { ["--over", "base"], "--over needs --log-p" },
        { ["--heuristic", "distinct=1", "--prior", "0"], "--prior must be a finite number above 0" },
        { ["--heuristic", "distinct=1", "--folds", "1"], "--folds must be at least 2" },
        { ["--heuristic", "distinct=1", "--heuristic", "distinct=1"], "two of the heuristics are the same" },
    };

    [Theory]
    [MemberData(nameof(BadUses))]
    public async Task Fit_BadUse_SaysWhatIsWrong(string[] options, string expected)
    {
        var run = await Cli.RunAsync(["fit", _folder.File("pairs.jsonl"), .. options]);
        Assert.Equal(2, run.Code);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
