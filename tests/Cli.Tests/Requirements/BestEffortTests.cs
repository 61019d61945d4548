namespace DecodeAlign.Tests;

/// <summary>What is done where not all of what is required can be met.</summary>
public class BestEffortTests
{
    private const string Prompt = "Once upon a time";

    [Theory]
    [InlineData("a count that does not fit", "--must-include", "fox", "--sentences", "9..", "--max-tokens", "8")]
    [InlineData("words that do not fit", "--must-include", "fox", "--words", "30..", "--max-tokens", "8")]
    [InlineData("a length against a count", "--characters", "..3", "--words", "5..")]
    [InlineData("more sentences than tokens", "--words", "40", "--sentences", "35..", "--max-tokens", "60")]
    [InlineData("a word that a form does not hold", "--must-include", "fox", "--choice", " yes.| no.")]
    [InlineData("two grammars' worth of forms", "--regex", " a+", "--regex", " b+")]
    public async Task BestEffort_NotAllCanBeMet_PrintsTheBestTextAndReturnsThree(string what, params string[] asked)
    {
        var refused = await Cli.RunAsync(["generate", Prompt, .. asked]);
        Assert.True(refused.Code == 1, what);
        var run = await Cli.RunAsync(["generate", Prompt, .. asked, "--best-effort", "--json"]);
        Assert.True(run.Code == 3, run.Error);
        Assert.NotEmpty(run.Json.GetProperty("unmet").EnumerateArray());
        Assert.Contains("searching without what can't be met: ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BestEffort_OneWordThatNobodyCanSpell_LeavesTheOthersToHold()
    {
        // a word that is forbidden in one of its parts can't be written, whatever the vocabulary
        string[] asked = ["--must-include", "fox", "--must-include", "bad wolf", "--must-include", "river", "--must-not-include", "wolf", "--max-tokens", "40"];
        Assert.Equal(1, (await Cli.RunAsync(["generate", Prompt, .. asked])).Code);
        var run = await Cli.RunAsync(["generate", Prompt, .. asked, "--best-effort", "--json"]);
        Assert.Equal(3, run.Code);
        Assert.Equal(["include \"bad wolf\": \"bad wolf\" does not occur"], run.Json.GetProperty("unmet").EnumerateArray().Select(one => one.GetString()));
        Assert.Contains("searching without what can't be met: include \"bad wolf\"\n", run.Error.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task BestEffort_AllCanBeMet_ChangesNothing()
    {
        string[] asked = ["generate", Prompt, "--must-include", "fox", "--words", "5..30", "--json"];
        Assert.Equal((await Cli.RunAsync(asked)).JsonText("text"), (await Cli.RunAsync([.. asked, "--best-effort"])).JsonText("text"));
    }

    [Fact]
    public async Task WholeSentences_Alone_HoldAndAreReported()
    {
        string[] asked = ["generate", Prompt, "--decoder", "greedy", "--max-tokens", "10"];
        Assert.False((await Cli.RunAsync([.. asked, "--json"])).JsonText("text").EndsWith('.'));
        var run = await Cli.RunAsync([.. asked, "--whole-sentences", "--json"]);
        Assert.EndsWith(".", run.JsonText("text"), StringComparison.Ordinal);
        Assert.Equal("whole sentences", run.Json.GetProperty("requirements")[0].GetProperty("asked").GetString());
    }

    [Theory]
    [InlineData("x")]
    [InlineData(null)]
    public async Task Requirement_EndsWhereASentenceDoes_UnlessTold(string? model)
    {
        string[] asked = ["generate", Prompt, "--must-include", "there", "--max-tokens", "3", "--decoder", "greedy", "--json", .. model is null ? Array.Empty<string>() : ["--model", model]];
        Assert.EndsWith(".", (await Cli.RunAsync(asked)).JsonText("text"), StringComparison.Ordinal);
        Assert.False((await Cli.RunAsync([.. asked, "--whole-sentences=false"])).JsonText("text").EndsWith('.'));
    }
}
