using DecodeAlign.Cpu;
using DecodeAlign.Decoding;
using System.Text.Json;

namespace DecodeAlign.Tests;

public class GenerateTests
{
    private const string Prompt = "Once upon a time";

    [Fact]
    public async Task Json_Requirements_HoldsExactlyTheFieldsAndTheirTypes()
    {
        var run = await Cli.RunAsync("generate", Prompt, "--must-include", "fox", "--must-include", "river", "--json");
        Assert.Equal(0, run.Code);
        Assert.Equal(
            ["text", "ids", "finishReason", "decoder", "seed", "logProbability", "score", "heuristics", "statistics", "prompt", "requirements", "unmet", "savings", "forced", "lostToMask"],
            run.Json.EnumerateObject().Select(property => property.Name));
        Assert.Contains(" fox", run.JsonText("text"), StringComparison.Ordinal);
        Assert.Contains(" river", run.JsonText("text"), StringComparison.Ordinal);
        Assert.Contains(run.JsonText("finishReason"), (string[])["eos", "length", "constraint"]);
        Assert.Equal("grid-beam", run.JsonText("decoder"));
        Assert.Equal(run.Json.GetProperty("ids").GetArrayLength(), run.Json.GetProperty("lostToMask").GetArrayLength());
        Assert.All(run.Json.GetProperty("lostToMask").EnumerateArray(), lost => Assert.True(lost.GetDouble() >= 0));
        Assert.Equal(["name", "value", "weight", "satisfied"], run.Json.GetProperty("heuristics")[0].EnumerateObject().Select(property => property.Name));
        Assert.Equal(
            ["promptTokens", "generatedTokens", "tokenEvaluations", "batchedPasses", "heuristicCalls", "peakKvBytes", "elapsedSeconds", "sharedPromptTokens"],
            run.Json.GetProperty("statistics").EnumerateObject().Select(property => property.Name));
        Assert.All(run.Json.GetProperty("ids").EnumerateArray(), id => Assert.Equal(JsonValueKind.Number, id.ValueKind));
        Assert.Equal(run.Json.GetProperty("ids").GetArrayLength(), run.Json.GetProperty("statistics").GetProperty("generatedTokens").GetInt32());
        Assert.Empty(run.Json.GetProperty("unmet").EnumerateArray());
        Assert.Equal("", run.Error);
    }

    [Fact]
    public async Task Json_All_HasTheHypothesesToo()
    {
        string[] args = ["generate", Prompt, "--decoder", "beam", "--beam", "3", "--max-tokens", "8"];
        var (answer, all) = (await Cli.RunAsync([.. args, "--json"]), await Cli.RunAsync([.. args, "--json=all"]));
        Assert.False(answer.Json.TryGetProperty("answers", out _));
        Assert.Equal(3, all.Json.GetProperty("answers").GetArrayLength());
        Assert.Equal(answer.JsonText("text"), all.Json.GetProperty("answers")[0].GetProperty("text").GetString());
        var error = await Cli.RunAsync("generate", Prompt, "--beam", "0", "--json=all");
        Assert.Equal("usage", error.Json.GetProperty("error").GetProperty("kind").GetString());
    }

    [Fact]
    public async Task MustInclude_SeveralWordsInOne_AreAsGivenOneByOne()
    {
        var together = await Cli.RunAsync("generate", Prompt, "--must-include", "fox,river", "--must-not-include", "dragon, cat", "--json");
        var apart = await Cli.RunAsync("generate", Prompt, "--must-include", "fox", "--must-include", "river", "--must-not-include", "dragon", "--must-not-include", "cat", "--json");
        Assert.Equal((0, apart.JsonText("text")), (together.Code, together.JsonText("text")));
        Assert.Equal(apart.Json.GetProperty("requirements").GetRawText(), together.Json.GetProperty("requirements").GetRawText());
        Assert.Contains("a word is missing", (await Cli.RunAsync("generate", Prompt, "--must-include", "fox,")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Text_RequirementsMet_PrintsTextAndProof()
    {
        var run = await Cli.RunAsync("generate", Prompt, "--must-include", "fox", "--must-not-include", "dragon", "--words", "3..60");
        Assert.Equal(0, run.Code);
        Assert.StartsWith(Prompt + " ", run.Out, StringComparison.Ordinal);
        Assert.Contains("met  include \"fox\": found by the search", run.Out, StringComparison.Ordinal);
        Assert.Contains("met  not include \"dragon\": it does not occur", run.Out, StringComparison.Ordinal);
        Assert.Contains("met  3 to 60 words: ", run.Out, StringComparison.Ordinal);
        Assert.Matches(@"It took \d+\.\d s; the (model|constraint) ended the text", run.Out);
        Assert.DoesNotContain('\e', run.Out);
        Assert.DoesNotContain("token evaluations", run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("coverage", run.Out, StringComparison.Ordinal);
        var numbers = await Cli.RunAsync("generate", Prompt, "--must-include", "fox", "--must-not-include", "dragon", "--words", "3..60", "-v");
        Assert.StartsWith(run.Out[..run.Out.IndexOf("It took", StringComparison.Ordinal)], numbers.Out, StringComparison.Ordinal);
        Assert.Contains("token evaluations in", numbers.Out, StringComparison.Ordinal);
        Assert.Contains("coverage", numbers.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deadline_TheConstraintClosesTheText_IsToldAsForcedWithWhatItTook()
    {
        // over before the first pass: every token is the constraint's
        string[] args = ["generate", Prompt, "--must-include", "fox", "--decoder", "greedy", "--deadline", "0.0001ms"];
        var json = await Cli.RunAsync([.. args, "--json"]);
        Assert.Equal("deadline", json.JsonText("finishReason"));
        Assert.Equal("had to be forced at the deadline", json.Json.GetProperty("requirements")[0].GetProperty("how").GetString());
        Assert.Equal(Enumerable.Range(0, json.Json.GetProperty("ids").GetArrayLength()), json.Json.GetProperty("forced").EnumerateArray().Select(place => place.GetInt32()));
        Assert.True(json.Json.GetProperty("lostToMask").EnumerateArray().Sum(lost => lost.GetDouble()) > 0.1);
        var text = await Cli.RunAsync(args);
        Assert.Contains("had to be forced", text.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("found by the search", text.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ranked by coverage: ", "--must-include", "fox", "--decoder", "deal")]
    [InlineData("ranked by coverage: ", "--heuristic", "coverage=fox", "--decoder", "best-of")]
    [InlineData("measured coverage: ", "--heuristic", "coverage=fox", "--decoder", "greedy")]
    [InlineData("measured coverage: ", "--heuristic", "coverage=fox", "--decoder", "deal", "--lambda", "0")]
    [InlineData(null, "--must-include", "fox")]
    [InlineData(null, "--must-include", "fox", "--decoder", "deal", "--lambda", "0")]
    [InlineData(null, "--decoder", "greedy")]
    public async Task Report_Heuristics_AreSaidToRankOnlyWhereTheyDid(string? said, params string[] args)
    {
        var run = await Cli.RunAsync(["generate", Prompt, "--max-tokens", "20", .. args]);
        Assert.Equal(0, run.Code);
        Assert.Equal(said is null ? 0 : 1, run.Out.Split('\n').Count(line => line.Contains("coverage", StringComparison.Ordinal)));
        if (said is not null) Assert.Contains(said, run.Out, StringComparison.Ordinal);
        var table = (await Cli.RunAsync(["generate", Prompt, "--max-tokens", "20", "-v", .. args])).Out;
        Assert.Equal(args.Contains("greedy") && said is null ? 0 : 1, table.Split('\n').Count(line => line.StartsWith("│ coverage", StringComparison.Ordinal)));
        Assert.Equal(said?.StartsWith("ranked", StringComparison.Ordinal) == true, !table.Contains("measured only", StringComparison.Ordinal) && table.Contains("│ coverage", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Report_NothingAsked_SaysNothingOfRequirements()
    {
        var run = await Cli.RunAsync("generate", Prompt, "--decoder", "greedy", "--max-tokens", "5");
        Assert.Equal(["", "It took "], run.Out.TrimEnd().ReplaceLineEndings("\n").Split('\n').Skip(1).Select(line => line[..Math.Min(8, line.Length)]));
    }

    [Fact]
    public async Task Quiet_Always_PrintsTheContinuationAlone()
    {
        string[] args = ["generate", Prompt, "--decoder", "greedy", "--max-tokens", "5", "--quiet"];
        var text = (await Cli.RunAsync([.. args, "--json"])).JsonText("text");
        foreach (var stream in (string[][])[[], ["--stream"]])
        {
            Assert.Equal($"{text}{Environment.NewLine}", (await Cli.RunAsync([.. args, .. stream])).Out);
            Assert.Equal($"{Prompt}{text}{Environment.NewLine}", (await Cli.RunAsync([.. args, .. stream, "--with-prompt"])).Out);
        }
    }

    [Theory]
    [InlineData("without --quiet the prompt is printed anyway", "--with-prompt")]
    [InlineData("JSON has both", "--with-prompt", "--quiet", "--json")]
    public async Task WithPrompt_WithoutEffect_IsNoted(string reason, params string[] options) =>
        Assert.Contains($"--with-prompt does nothing here: {reason}", (await Cli.RunAsync(["generate", Prompt, "--decoder", "greedy", "--max-tokens", "2", .. options])).Error, StringComparison.Ordinal);

    [Fact]
    public async Task Quiet_OfASchema_IsJson()
    {
        using var folder = new TempFolder();
        folder.Write("s.json", """{"enum": [{"a": 1}]}""");
        var run = await Cli.RunAsync("generate", Prompt, "--json-schema", folder.File("s.json"), "--decoder", "greedy", "--quiet");
        Assert.Equal(1, run.Json.GetProperty("a").GetInt32());
    }

    // those that ask for more than a prompt and a heuristic have tests of their own
    public static TheoryData<string> Searches => [.. DecoderCatalogue.All.Select(entry => entry.Name).Where(name => name is not ("rps" or "sweep" or "dual-ascent"))];

    [Theory]
    [MemberData(nameof(Searches))]
    public async Task Decoder_EachPreset_RunsUnderItsNameAndTheSameTwice(string decoder)
    {
        string[] args = ["generate", Prompt, "--decoder", decoder, "--json=all", "--seed", "5", "--max-tokens", "20", "--heuristic", "coverage=fox"];
        // room for judges, who read several answers at once
        var cli = new Cli { Models = new() { ContextLength = 1024 } };
        var first = await cli.CallAsync(args);
        var second = await cli.CallAsync(args);
        Assert.True(first.Code == 0, first.Error);
        Assert.Equal(decoder, first.JsonText("decoder"));
        Assert.Equal(5, first.Json.GetProperty("seed").GetInt32());
        Assert.Equal(first.Json.GetProperty("ids").GetRawText(), second.Json.GetProperty("ids").GetRawText());
        if (decoder == "best-of") Assert.Equal(8, first.Json.GetProperty("answers").GetArrayLength());
    }

    [Theory]
    [InlineData("grid-beam", "--must-include", "fox")]
    [InlineData("grid-beam", "--must-include", "fox", "--heuristic", "coverage=river")]
    [InlineData("grid-beam", "--must-include", "fox", "--heuristic", "distinct=2")]
    [InlineData("grid-beam", "--heuristic", "coverage=river")]
    [InlineData("deal", "--heuristic", "coverage=river", "--heuristic", "distinct=2")]
    [InlineData("deal", "--heuristic", "coverage=river@-1")]
    [InlineData("deal", "--must-include", "fox", "--lookahead", "4")]
    [InlineData("deal", "--must-include", "fox", "--segment-length", "4")]
    [InlineData("greedy", "--must-include", "fox", "--decoder", "greedy")]
    [InlineData("grid-beam", "--words", "3..9")]
    [InlineData("grid-beam", "--characters", "..30")]
    [InlineData("grid-beam", "--must-include", "fox", "--sentences", "1..2")]
    [InlineData("grid-beam", "--words", "3..9", "--heuristic", "coverage=fox")]
    [InlineData("deal", "--words", "3..9", "--heuristic", "coverage=fox", "--lookahead", "4")]
    [InlineData("deal", "--choice", " blue.| grey.")]
    [InlineData("deal", "--choice", " a fox.| grey.", "--must-include", "fox")]
    [InlineData("deal", "--must-not-include", "fox")]
    public async Task Decoder_NotGiven_IsGridBeamWhereWordsAreWantedOrALengthMustBeMet(string expected, params string[] args)
    {
        var run = await Cli.RunAsync(["generate", Prompt, "--json", "--max-tokens", "20", .. args]);
        Assert.Equal(0, run.Code);
        Assert.Equal(expected, run.JsonText("decoder"));
    }

    [Fact]
    public async Task Seed_TwoOfThem_GiveTwoSamples()
    {
        var texts = new List<string>();
        foreach (var seed in (string[])["1", "2"]) texts.Add((await Cli.RunAsync("generate", Prompt, "--decoder", "sample", "--seed", seed, "--json")).JsonText("text"));
        Assert.NotEqual(texts[0], texts[1]);
    }

    [Fact]
    public async Task Prompt_Absent_IsReadFromStandardInputLessItsLineBreak()
    {
        var piped = await new Cli { Input = Prompt + "\n" }.CallAsync("generate", "--json", "--max-tokens", "4");
        var given = await Cli.RunAsync("generate", Prompt, "--json", "--max-tokens", "4");
        Assert.Equal(given.JsonText("text"), piped.JsonText("text"));
    }

    [Theory]
    [InlineData("@home")]
    [InlineData("[once]")]
    [InlineData("a \"quoted\" — 🦊 <b>")]
    public async Task Prompt_WithSpecialCharacters_IsTakenAsItIs(string prompt)
    {
        var run = await Cli.RunAsync("generate", prompt, "--json", "--max-tokens", "2");
        Assert.Equal(0, run.Code);
        Assert.Equal(prompt, run.JsonText("prompt"));
    }

    [Fact]
    public async Task Requirement_NotMet_ReturnsThreeAndPrintsTextAndWhatIsMissing()
    {
        var run = await Cli.RunAsync("generate", Prompt, "--must-include", "fox", "--words", "3..4", "--max-tokens", "1", "--best-effort", "--json");
        Assert.Equal(3, run.Code);
        Assert.NotEqual("", run.JsonText("text"));
        Assert.Equal(["include \"fox\": \"fox\" does not occur", "3 to 4 words: 1 words, 2 too few"], run.Json.GetProperty("unmet").EnumerateArray().Select(item => item.GetString()));
        var text = await Cli.RunAsync("generate", Prompt, "--must-include", "fox", "--max-tokens", "1", "--best-effort");
        Assert.Equal(3, text.Code);
        Assert.StartsWith(Prompt + " ", text.Out, StringComparison.Ordinal);
        Assert.Contains("not met: include \"fox\": \"fox\" does not occur", text.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MustInclude_SeveralValuesAndForms_AreAllRequired()
    {
        var run = await Cli.RunAsync("generate", Prompt, "--must-include", "dragon|fox", "girl~", "--json");
        Assert.Equal(0, run.Code);
        Assert.Equal(["include \"dragon\"", "include \"girl\""], run.Json.GetProperty("requirements").EnumerateArray().Select(item => item.GetProperty("asked").GetString()));
    }

    [Fact]
    public async Task Instruction_AskedOrGiven_StandsBeforeThePrompt()
    {
        var embedded = await Cli.RunAsync("generate", Prompt, "--must-include", "fox", "--json", "--max-tokens", "8");
        Assert.Equal($"Words: fox.\n{Prompt}", embedded.JsonText("prompt"));
        var folder = await Cli.RunAsync("generate", Prompt, "--model", "x", "--must-include", "fox", "--json", "--max-tokens", "8");
        Assert.Equal(Prompt, folder.JsonText("prompt"));
        var asked = await Cli.RunAsync("generate", Prompt, "--model", "x", "--ask", "--task", "Tell a story.", "--must-include", "fox", "--json", "--max-tokens", "8");
        Assert.Equal($"Tell a story.\nWords: fox.\n{Prompt}", asked.JsonText("prompt"));
        var given = await Cli.RunAsync("generate", Prompt, "--instruction", "Be brief.", "--must-include", "fox", "--json", "--max-tokens", "8");
        Assert.Equal($"Be brief.\n{Prompt}", given.JsonText("prompt"));
    }

    [Fact]
    public async Task Stop_Text_EndsTheGeneration()
    {
        var run = await Cli.RunAsync("generate", Prompt, "--decoder", "greedy", "--stop", " was", "--json");
        Assert.Equal("stop", run.JsonText("finishReason"));
        Assert.Equal(" there", run.JsonText("text"));
    }

    [Fact]
    public async Task Trace_ByExtension_IsAPictureOrJsonLines()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var (html, lines) = (Path.Combine(folder.FullName, "t.html"), Path.Combine(folder.FullName, "t.jsonl"));
            Assert.Equal(0, (await Cli.RunAsync("generate", Prompt, "--trace", html, "--max-tokens", "4", "--must-include", "there")).Code);
            Assert.Equal(0, (await Cli.RunAsync("generate", Prompt, "--trace", lines, "--max-tokens", "4", "--must-include", "there")).Code);
            Assert.StartsWith("<!doctype html>", await File.ReadAllTextAsync(html), StringComparison.Ordinal);
            var parsed = (await File.ReadAllLinesAsync(lines)).Select(line => JsonDocument.Parse(line).RootElement.EnumerateObject().Single().Name).ToArray();
            Assert.Equal("header", parsed[0]);
            Assert.Equal("end", parsed[^1]);
            Assert.All(parsed[1..^1], name => Assert.Equal("step", name));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Interrupt_First_PrintsTheBestTextSoFar()
    {
        using var stop = new CancellationTokenSource();
        var passes = 0;
        var models = new StoryModels { OnPass = () => { if (++passes == 40) stop.Cancel(); } };
        var run = await new Cli { Models = models, Stop = stop.Token }.CallAsync("generate", Prompt, "--decoder", "deal", "--lookahead", "8", "--lambda", "1", "--heuristic", "coverage=fox", "--json");
        Assert.Equal(0, run.Code);
        Assert.Equal("cancelled", run.JsonText("finishReason"));
        Assert.NotEqual("", run.JsonText("text"));
    }

    [Fact]
    public async Task Interrupt_Second_EndsAtOnce()
    {
        using var cancel = new CancellationTokenSource();
        var passes = 0;
        var models = new StoryModels { OnPass = () => { if (++passes == 40) cancel.Cancel(); } };
        var run = await new Cli { Models = models, Cancel = cancel.Token }.CallAsync("generate", Prompt, "--heuristic", "coverage=fox", "--json");
        Assert.Equal(1, run.Code);
        Assert.Equal("cancelled", run.Json.GetProperty("error").GetProperty("message").GetString());
    }

    [Fact]
    public async Task Options_OfTheModel_ReachTheLoader()
    {
        var cli = new Cli();
        await cli.CallAsync("generate", Prompt, "--model", "folder", "--lookahead-model", "draft", "--threads", "3", "--kv-budget", "1.5GiB", "--weight-format", "Q8", "--kv-format", "bf16", "--max-tokens", "2", "--heuristic", "coverage=fox");
        Assert.Equal(["folder", "draft"], cli.Models.Loads.Select(load => load.Folder));
        Assert.All(cli.Models.Loads, load => Assert.Equal((3, 1536L << 20, WeightFormat.Q8, KvFormat.BF16), (load.Threads, load.KvBudgetBytes, load.WeightFormat, load.KvFormat)));
    }
}
