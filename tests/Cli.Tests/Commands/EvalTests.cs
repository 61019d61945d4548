namespace DecodeAlign.Tests;

public sealed class EvalTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public EvalTests() => _folder.Write("own.jsonl", """
        {"prompt": "Once upon a time", "words": ["fox"]}
        {"prompt": "Once upon", "words": ["river"]}
        {"prompt": "Once", "split": "test", "words": ["fox"]}
        """);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Eval_OwnPromptsAndScorers_WritesTheRunAndItsReports()
    {
        var run = await Cli.RunAsync(Own());

        Assert.Equal(0, run.Code);
        Assert.Contains("dev.html", run.Out, StringComparison.Ordinal);
        Assert.Contains("The test judges are closed. No claim.", run.Error, StringComparison.Ordinal);
        Assert.Equal(["dev.html", "dev.json", "dev.jsonl", "dev.md"], Directory.GetFiles(_folder.File("out")).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task Eval_OpenTest_RunsTheTestPromptsByTheTestJudge()
    {
        await Cli.RunAsync(Own());
        var run = await Cli.RunAsync([.. Own(), "--open-test", "--json"]);

        Assert.Equal(0, run.Code);
        Assert.Equal("test", run.JsonText("split"), ignoreCase: true);
        Assert.Equal(3, run.Json.GetProperty("texts").GetInt32());
        Assert.True(File.Exists(_folder.File("out/test.html")));
    }

    [Fact]
    public async Task Eval_AddsShards()
    {
        await Cli.RunAsync([.. Own("a"), "--shard", "0/2"]);
        await Cli.RunAsync([.. Own("b"), "--shard", "1/2"]);
        var run = await Cli.RunAsync("eval", "--add", _folder.File("a/dev.jsonl"), "--add", _folder.File("b/dev.jsonl"), "--out", _folder.File("both"), "--json");

        Assert.Equal((6, 6), (run.Json.GetProperty("texts").GetInt32(), run.Json.GetProperty("textsPlanned").GetInt32()));
        // what was put together is a run, whose test judges can be opened
        var test = await Cli.RunAsync([.. Own("both"), "--open-test", "--json"]);
        Assert.Equal(3, test.Json.GetProperty("texts").GetInt32());
        Assert.Equal(0, (await Cli.RunAsync("eval", "--add", _folder.File("b/dev.jsonl"), "--add", _folder.File("a/dev.jsonl"), "--out", _folder.File("both"))).Code);
        Assert.Contains("holds another run", (await Cli.RunAsync("eval", "--add", _folder.File("a/dev.jsonl"), "--out", _folder.File("both"))).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--task sentiment", "give --task or --prompts, not both")]
    [InlineData("--shard 2/2", "--shard: '2/2' is not I/N")]
    [InlineData("--budget many", "--budget: 'many' is not a whole number")]
    [InlineData("--decoder deal:beam=none", "decoder 'deal:beam=none'")]
    [InlineData("--open-test", "has no dev.jsonl")]
    public async Task Eval_WrongUsage_SaysWhatIsWrong(string options, string expected)
    {
        var run = await Cli.RunAsync([.. Own(), .. options.Split(' ')]);

        Assert.NotEqual(0, run.Code);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Eval_OneScorerTwice_IsRefused() =>
        Assert.Contains("the dev judge and the test judge are the same scorer", (await Cli.RunAsync([.. Own().Select(word => word == "placed={words}" ? "covered={words}" : word)])).Error, StringComparison.Ordinal);

    [Fact]
    public async Task Eval_ScorerWithoutPrompts_IsRefused() => Assert.Contains("name its --prompts", (await Cli.RunAsync("eval", "--reward", "grade=2", "--out", _folder.File("out"))).Error, StringComparison.Ordinal);

    [Fact]
    public async Task Eval_TaskWithAnotherTestJudgeAndPromptsSkipped_RunsThose()
    {
        await File.WriteAllTextAsync(_folder.File("mood.tsv"), "happy\t120\nsad\t-90\n", TestContext.Current.CancellationToken);
        string[] options = ["eval", "--task", "sentiment", "--test-judge", $"style={_folder.File("mood.tsv")}", "--reference", "greedy", "--baseline", "best-of:answers=2", "--decoder", "deal:beam=2", "--max-tokens", "4", "--json"];
        async Task<string[]> Prompts(params string[] more)
        {
            var run = await Cli.RunAsync([.. options, .. more]);
            Assert.True(run.Code == 0, run.Error);
            var header = System.Text.Json.JsonDocument.Parse(File.ReadLines(Path.Combine(more[1], "dev.jsonl")).First()).RootElement.GetProperty("tasks")[0];
            Assert.Equal($"style={_folder.File("mood.tsv")}", header.GetProperty("testJudge").GetString());
            return [.. header.GetProperty("prompts").EnumerateArray().Select(prompt => prompt.GetProperty("text").GetString()!)];
        }

        var all = await Prompts("--out", _folder.File("all"), "--count", "3");
        var rest = await Prompts("--out", _folder.File("rest"), "--count", "2", "--skip", "1");

        Assert.Equal(all[1..], rest);
    }

    [Fact]
    public async Task Eval_AnotherTestJudgeForSeveralTasks_IsRefused() =>
        Assert.Contains("--test-judge is the judge of one task", (await Cli.RunAsync("eval", "--test-judge", "grade=2", "--out", _folder.File("out"))).Error, StringComparison.Ordinal);

    private string[] Own(string name = "out") =>
    [
        "eval", "--prompts", _folder.File("own.jsonl"), "--reward", "coverage={words}", "--dev-judge", "covered={words}", "--test-judge", "placed={words}",
        "--reference", "greedy", "--baseline", "best-of:answers=2,chooseBy=heuristics", "--decoder", "deal:candidates=2,lookahead=2", "--max-tokens", "8", "--out", _folder.File(name),
    ];
}
