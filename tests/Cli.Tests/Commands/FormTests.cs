namespace DecodeAlign.Tests;

public class FormTests
{
    private const string Prompt = "Once upon a time";

    [Theory]
    [InlineData("--choice", " blue| grey sky", "^( blue| grey sky)$")]
    [InlineData("--regex", @" \d{3}-\d{2}\.", @"^ \d{3}-\d{2}\.$")]
    [InlineData("--characters", "5..9", @"^(?s).{5,9}$")]
    public async Task Form_AnyDecoder_Holds(string option, string value, string expected)
    {
        foreach (var decoder in (string[])["greedy", "sample", "beam", "grid-beam", "best-of", "deal"])
        {
            var run = await Cli.RunAsync("generate", Prompt, option, value, "--decoder", decoder, "--max-tokens", "20", "--json");
            Assert.Equal(0, run.Code);
            Assert.Matches(expected, run.JsonText("text"));
            Assert.True(run.Json.GetProperty("requirements")[0].GetProperty("met").GetBoolean());
            Assert.Contains(run.JsonText("finishReason"), (string[])["eos", "constraint"]);
        }
    }

    [Fact]
    public async Task Choice_NothingElseMayFollow_SaysThatTheConstraintEndedIt() =>
        Assert.Equal("constraint", (await Cli.RunAsync("generate", Prompt, "--choice", " a b c", "--decoder", "greedy", "--json")).JsonText("finishReason"));

    [Fact]
    public async Task Files_SchemaAndGrammar_Hold()
    {
        using var folder = new TempFolder();
        var (schema, grammar) = (Path.Combine(folder.Path, "s.json"), Path.Combine(folder.Path, "g.gbnf"));
        await File.WriteAllTextAsync(schema, """{"type":"object","properties":{"name":{"type":"string","maxLength":8},"next":{"$ref":"#"}},"required":["name"]}""");
        await File.WriteAllTextAsync(grammar, "root ::= \" (\" root \")\" | \" x\"");
        var json = await Cli.RunAsync("generate", Prompt, "--json-schema", schema, "--decoder", "sample", "--max-tokens", "60", "--json");
        Assert.Equal(0, json.Code);
        Assert.Equal(System.Text.Json.JsonValueKind.String, System.Text.Json.JsonDocument.Parse(json.JsonText("text")).RootElement.GetProperty("name").ValueKind);
        var brackets = await Cli.RunAsync("generate", Prompt, "--grammar", grammar, "--decoder", "sample", "--max-tokens", "24", "--json");
        Assert.Equal(0, brackets.Code);
        Assert.Matches(@"^( \()* x\)*$", brackets.JsonText("text"));
    }

    [Fact]
    public async Task After_Marker_LeavesWhatStandsBeforeItFree()
    {
        var run = await Cli.RunAsync("generate", Prompt, "--choice", " yes| no", "--after", "So", "--max-tokens", "30", "--decoder", "sample", "--json");
        Assert.Equal(0, run.Code);
        Assert.Matches("So (yes|no)$", run.JsonText("text"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("So")]
    public async Task JumpForward_ForcedText_StandsInTheTokenizersTokens(string? after)
    {
        const string Text = " fox and river";
        string[] args = ["generate", Prompt, "--choice", Text, "--decoder", "sample", "--temperature", "9", "--max-tokens", "60", "--json", .. after is null ? Array.Empty<string>() : ["--after", after]];
        var tokenizer = new StoryModels().LoadTokenizer(null);
        var (jumps, plain) = (await Cli.RunAsync([.. args, "--jump-forward"]), await Cli.RunAsync(args));
        Assert.Equal((0, 0), (jumps.Code, plain.Code));
        Assert.EndsWith(Text, jumps.JsonText("text"), StringComparison.Ordinal);
        int[] ids = [.. tokenizer.Encode(Text, addSpecialTokens: false), StoryTokenizer.End];
        Assert.Equal(ids, Ids(jumps)[^ids.Length..]);
        // which the model would not have chosen by itself, at this temperature
        if (after is null) Assert.NotEqual(ids, Ids(plain)[^ids.Length..]);
        Assert.Contains("--jump-forward does nothing here: nothing is required", (await Cli.RunAsync("generate", Prompt, "--jump-forward", "--max-tokens", "4")).Error, StringComparison.Ordinal);

        static int[] Ids(CliRun run) => [.. run.Json.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32())];
    }

    [Theory]
    [InlineData("--regex", "(a", "--regex: regular expression '(a'")]
    [InlineData("--regex", @"(a)\1", "back-reference")]
    [InlineData("--json-schema", "no-such-file.json", "--json-schema: ")]
    [InlineData("--after", "x", "--after: nothing is asked for")]
    [InlineData("--sentences", "3..2", "--sentences: '3..2' is empty")]
    public async Task BadForm_IsRefusedByItsOption(string option, string value, string part)
    {
        var run = await Cli.RunAsync("generate", Prompt, option, value);
        Assert.Equal(2, run.Code);
        Assert.Contains(part, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Limit_TooSmall_IsRefusedUnlessTheBestTextIsWanted()
    {
        string[] args = ["generate", Prompt, "--must-include", "fox", "--must-include", "river", "--max-tokens", "2"];
        var refused = await Cli.RunAsync(args);
        Assert.Equal(1, refused.Code);
        Assert.Contains("the limit is 2", refused.Error, StringComparison.Ordinal);
        Assert.Equal("", refused.Out);
        var best = await Cli.RunAsync([.. args, "--best-effort"]);
        Assert.Equal(3, best.Code);
        Assert.Contains("not met", best.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stop_BesideARequirement_IsRefused()
    {
        var run = await Cli.RunAsync("generate", Prompt, "--must-include", "fox", "--stop", " was");
        Assert.Equal(2, run.Code);
        Assert.Contains("--stop: stop sequences could cut", run.Error, StringComparison.Ordinal);
    }
}
