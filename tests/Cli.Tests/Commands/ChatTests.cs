namespace DecodeAlign.Tests;

public class ChatTests
{
    [Fact]
    public async Task Chat_Lines_AreAnsweredUntilTheEnd()
    {
        var run = await ChatAsync(["--decoder", "greedy", "--max-tokens", "8"], "One day", "The boy", "/quit", "never said");
        Assert.Equal((0, ""), (run.Code, run.Error));
        var answers = run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, answers.Length);
        // as generate goes on from the same lines
        Assert.Equal((await Story().CallAsync("generate", "One day", "--decoder", "greedy", "--max-tokens", "8", "--quiet")).Out.TrimEnd(), answers[0]);
        Assert.Equal((await Story().CallAsync("generate", $"One day\n{answers[0]}\nThe boy", "--decoder", "greedy", "--max-tokens", "8", "--quiet")).Out.TrimEnd(), answers[1]);
    }

    [Fact]
    public async Task Reset_ForgetsWhatWasSaid()
    {
        var run = await ChatAsync(["--decoder", "greedy", "--max-tokens", "8"], "One day", "/reset", "One day");
        var lines = run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(("forgotten", lines[0]), (lines[1], lines[2]));
    }

    [Fact]
    public async Task Require_HoldsInEveryAnswerFromThenOn_AndWhyTellsIt()
    {
        var run = await ChatAsync(["--decoder", "deal", "--max-tokens", "20"], "/require must-include=river", "/prefer coverage=dog@3", "Once upon a time", "/why", "/require none");
        var lines = run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["required: must-include=river", "preferred: coverage=dog@3"], lines[..2]);
        Assert.Contains("river", lines[2], StringComparison.Ordinal);
        var why = string.Join(' ', lines[3..^1]);
        Assert.StartsWith("deal looked at ", why, StringComparison.Ordinal);
        Assert.Contains("ranked by log P and by coverage", why, StringComparison.Ordinal);
        Assert.Matches(@"(it took "".*"" \(.* %\)|had to be forced)", why);
        Assert.Equal("required: nothing", lines[^1]);
    }

    [Fact]
    public async Task Decoder_IsChangedWithItsSettings()
    {
        var run = await ChatAsync(["--decoder", "greedy"], "/decoder", "/decoder beam beam=2", "/decoder deal lambda=5 candidates=3", "One day");
        var lines = run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["decoder: greedy", "decoder: beam beam=2", "decoder: deal lambda=5 candidates=3"], lines[..3]);
        Assert.Equal("error: lambda can't be honoured: there are no heuristics to rank by\n", run.Error);
    }

    [Theory]
    [InlineData("/decoder dael", "there is no decoder 'dael'. Did you mean deal?")]
    [InlineData("/decoder deal lamda=3", "deal has no setting 'lamda'. Did you mean lambda?")]
    [InlineData("/decoder deal lambda", "'lambda' is no setting: write NAME=VALUE")]
    [InlineData("/decoder deal beam=0", "must be a whole number, at least 1")]
    [InlineData("/require wrds=3", "wrds")]
    [InlineData("/prefer coverge=fox", "coverge")]
    [InlineData("/why", "there is no answer yet")]
    [InlineData("/wy", "there is no command '/wy'. Did you mean /why?")]
    public async Task ACommandThatCantBe_IsToldAndTheChatGoesOn(string line, string expected)
    {
        var run = await ChatAsync(["--decoder", "greedy", "--max-tokens", "4"], line, "One day");
        Assert.Equal(0, run.Code);
        Assert.StartsWith("error: ", run.Error, StringComparison.Ordinal);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
        Assert.NotEqual("", run.Out);
    }

    [Fact]
    public async Task AFailure_LeavesTheConversationAsItWas()
    {
        var run = await ChatAsync(["--decoder", "greedy", "--max-tokens", "3"], "One day", "/require must-include=elephant", "The boy", "/require none", "/reset", "One day");
        var lines = run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith("error: constraint", run.Error, StringComparison.Ordinal);
        Assert.Equal(lines[0], lines[^1]);
    }

    private static Cli Story(string input = "") => new() { Models = new() { EmbeddedFolder = Path.GetTempPath() }, Input = input };

    private static Task<CliRun> ChatAsync(string[] options, params string[] lines) => Story(string.Join('\n', lines)).CallAsync(["chat", .. options]);
}
