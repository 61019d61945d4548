namespace DecodeAlign.Tests;

public class SavingsOptionsTests
{
    private const string Prompt = "Once upon a time";

    private static readonly string[] Search = ["generate", Prompt, "--heuristic", "coverage=fox,river", "--decoder", "deal", "--beam", "1", "--candidates", "8", "--lookahead", "8", "--lambda", "3", "--max-tokens", "16"];

    [Theory]
    [InlineData("none")]
    [InlineData("reuse")]
    [InlineData("prune,shorten")]
    [InlineData("pipeline=3")]
    [InlineData("pipeline")]
    [InlineData("all,pipeline=0")]
    [InlineData("all")]
    public async Task Savings_Any_LeaveTheTextAndSayWhatTheySaved(string list)
    {
        var plain = await Cli.RunAsync([.. Search, "--json", "--savings", "none"]);
        var run = await Cli.RunAsync([.. Search, "--json", "--savings", list]);
        Assert.Equal(plain.JsonText("text"), run.JsonText("text"));
        Assert.Equal(plain.Json.GetProperty("score").GetDouble(), run.Json.GetProperty("score").GetDouble());
        var savings = run.Json.GetProperty("savings").EnumerateArray().ToDictionary(saving => saving.GetProperty("name").GetString()!, saving => saving.GetProperty("active").GetBoolean());
        Assert.Equal(["reuse", "prune", "shorten", "finish", "forced", "pipeline"], savings.Keys);
        Assert.Equal(list.Contains("prune", StringComparison.Ordinal) || list.StartsWith("all", StringComparison.Ordinal), savings["prune"]);
        Assert.Equal(list is "pipeline=3" or "pipeline" or "all", savings["pipeline"]);
    }

    [Fact]
    public async Task Report_Savings_AreOneLine()
    {
        var run = await Cli.RunAsync("generate", Prompt, "--heuristic", "coverage=fox,river", "--beam", "2", "--halve-lookaheads", "--lookahead", "8", "--max-tokens", "16", "-v");
        var words = string.Join(' ', run.Out.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(" savings: reuse: ", words, StringComparison.Ordinal);
        Assert.Contains("pipeline off: halving drops candidates by unfinished lookaheads", words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Budget_Small_EndsTheTextAndSaysSo()
    {
        var run = await Cli.RunAsync([.. Search, "--json", "--budget", "100"]);
        Assert.Equal("budget", run.JsonText("finishReason"));
        Assert.InRange(run.Json.GetProperty("statistics").GetProperty("tokenEvaluations").GetInt64(), 1, 100);
    }

    [Fact]
    public async Task Stream_Text_IsTheSameAsWithout()
    {
        var plain = await Cli.RunAsync([.. Search, "--quiet"]);
        var run = await Cli.RunAsync([.. Search, "--quiet", "--stream"]);
        Assert.Equal(plain.Out, run.Out);
    }

    [Theory]
    [InlineData("--savings", "magic", "--savings: 'magic' is not one of all, none")]
    [InlineData("--savings", "pipeline=wide", "--savings: 'pipeline=wide' is not one of")]
    [InlineData("--savings", "pipeline=9999", "--savings: Pipeline must be from 0 to 256")]
    [InlineData("--budget", "-1", "--budget: '-1' is not a whole number above 0")]
    [InlineData("--deadline", "soon", "--deadline: 'soon' is not a time such as 5s")]
    [InlineData("--segment-length", "0", "--segment-length: must be a whole number, at least 1")]
    [InlineData("--lookahead-entropy", "-1", "--lookahead-entropy: must be a finite number, at least 0")]
    public async Task WrongUsage_Each_NamesTheOption(string option, string value, string message)
    {
        var run = await Cli.RunAsync([.. Search, option, value]);
        Assert.Equal(2, run.Code);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stream_WithJson_IsRefused()
    {
        var run = await Cli.RunAsync([.. Search, "--json", "--stream"]);
        Assert.Equal(2, run.Code);
        Assert.Contains("choose one", run.Error, StringComparison.Ordinal);
    }
}
