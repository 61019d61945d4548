namespace DecodeAlign.Tests;

public class BadUsageTests
{
    private const string Prompt = "Once upon a time";

    public static TheoryData<string[], string> Wrong => new()
    {
        { ["generate", Prompt, "--lambda", "NaN"], "--lambda: must be a finite number; it is 'NaN'" },
        { ["generate", Prompt, "--lambda", "1,5"], "--lambda: must be a finite number; it is '1,5'" },
        { ["generate", Prompt, "--beam", "0"], "--beam: must be a whole number, at least 1; it is '0'" },
        { ["generate", Prompt, "--beam", "-2", "--decoder", "beam"], "--beam: must be a whole number, at least 1; it is '-2'" },
        { ["generate", Prompt, "--candidates", "0"], "--candidates: must be a whole number, at least 1" },
        { ["generate", Prompt, "--lookahead", "-1"], "--lookahead: must be a whole number, at least 0" },
        { ["generate", Prompt, "--max-tokens", "0"], "--max-tokens: MaxTokens must be at least 1" },
        { ["generate", Prompt, "--max-tokens", "99999999999"], "--max-tokens: '99999999999' is not a whole number" },
        { ["generate", Prompt, "--temperature", "0", "--decoder", "sample"], "--temperature: must be a finite number, above 0" },
        { ["generate", Prompt, "--top-p", "1.5"], "--top-p: must be a finite number, above 0, at most 1" },
        { ["generate", Prompt, "--min-p", "-0.1"], "--min-p: must be a finite number, at least 0, at most 1" },
        { ["generate", Prompt, "--repetition-penalty", "0.5"], "--repetition-penalty: must be a finite number, at least 1" },
        { ["generate", Prompt, "--length-exponent", "-1"], "--length-exponent: must be a finite number, at least 0" },
        { ["generate", Prompt, "--answers", "0"], "--answers: must be a whole number, at least 1" },
        { ["generate", Prompt, "--samples", "4"], "--samples" },
        { ["generate", Prompt, "--choose-by", "taste"], "--choose-by: must be one of score, heuristics, soft, confidence, divergence, length, knee, nash, max-min; it is 'taste'" },
        { ["decoders", "magic"], "there is no decoder 'magic'; there are deal, deal-paper, grid-beam" },
        { ["generate", Prompt, "--stop", ""], "--stop: StopSequences must be texts that are not empty" },
        { ["generate", Prompt, "--seed", "-1"], "--seed: '-1' is not a whole number from 0" },
        { ["generate", Prompt, "--threads", "-1"], "--threads: must be from 0" },
        { ["generate", Prompt, "--kv-budget", "12 parsecs"], "--kv-budget: '12 parsecs' is not a size" },
        { ["generate", Prompt, "--kv-budget", "0"], "--kv-budget: '0' is not a size" },
        { ["generate", Prompt, "--kv-budget", "99999999999GiB"], "is not a size" },
        { ["generate", Prompt, "--device", "tpu"], "--device: must be cpu, cuda or cuda:N; it is 'tpu'" },
        { ["generate", Prompt, "--device", "cuda", "--dtype", "int4"], "--dtype: must be f32, bf16 or f16; it is 'int4'" },
        { ["generate", Prompt, "--weight-format", "q5"], "--weight-format: must be one of f32, bf16, q8, q4; it is 'q5'" },
        { ["next", Prompt, "--kv-format", "1"], "--kv-format: must be one of f32, bf16; it is '1'" },
        { ["generate", Prompt, "--device", "cuda", "--kv-format", "bf16"], "--kv-format: is for the managed engine; with --device it is --dtype" },
        { ["next", Prompt, "--dtype", "bf16"], "--dtype: goes with --device" },
        { ["generate", Prompt, "--sentences", "3..", "--words", "..2"], "--sentences: 3 sentences take as many words at least, and --words allows 2" },
        { ["generate", Prompt, "--words", "9..3"], "--words: " },
        { ["generate", Prompt, "--words", "many"], "--words: " },
        { ["generate", Prompt, "--must-include", ""], "--must-include: " },
        { ["generate", Prompt, "--must-include", "fox", "--must-not-include", "Fox"], "both name \"fox\"" },
        { ["generate", Prompt, "--heuristic", "beauty=1"], "--heuristic: there is no heuristic 'beauty'" },
        { ["generate", Prompt, "--heuristic", "coverage=fox@heavy"], "--heuristic: 'heavy' in 'coverage=fox@heavy' is no weight" },
        { ["generate", Prompt, "--decoder", "magic"], "magic" },
        { ["generate", Prompt, "--no-such-option"], "--no-such-option" },
        { ["generate"], "the prompt is empty" },
        { ["next", Prompt, "--top", "0"], "--top: must be at least 1" },
        { ["chant"], "chant" },
        { ["--json=some"], "must be --json or --json=all" },
        { ["generate", Prompt, "--reward-outputs", "a,b"], "--reward-outputs: does nothing here: there is no reward model" },
        { ["generate", Prompt, "--reward-steps", "\\n", "--heuristic", "coverage=fox"], "--reward-steps: does nothing here: there is no reward model" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task WrongUsage_Each_ReturnsTwoAndNamesTheCause(string[] args, string cause)
    {
        var run = await Cli.RunAsync(args);
        Assert.Equal(2, run.Code);
        Assert.Contains(cause, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("(Parameter", run.Error, StringComparison.Ordinal);
        Assert.Equal("", run.Out);
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task WrongUsage_WithJson_IsOneObjectOnStandardOutput(string[] args, string cause)
    {
        var run = await Cli.RunAsync([.. args, "--json"]);
        Assert.Equal(2, run.Code);
        var error = run.Json.GetProperty("error");
        Assert.Equal("usage", error.GetProperty("kind").GetString());
        Assert.Contains(cause, error.GetProperty("message").GetString()!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("there is no command 'genrate'. Did you mean generate?", "genrate", Prompt)]
    [InlineData("there is no command 'gen'. Did you mean generate?", "gen", Prompt)]
    [InlineData("generate has no option '--lamda'. Did you mean --lambda?", "generate", Prompt, "--lamda", "3")]
    [InlineData("generate has no option '--must-inclde'. Did you mean --must-include?", "generate", Prompt, "--must-inclde=fox")]
    [InlineData("generate has no option '--no-such-option'.\n", "generate", Prompt, "--no-such-option")]
    [InlineData("--decoder: there is no 'dael'. Did you mean deal?", "generate", Prompt, "--decoder", "dael")]
    [InlineData("there is no decoder 'greed'", "decoders", "greed")]
    [InlineData("Did you mean greedy?", "decoders", "greed")]
    [InlineData("Did you mean coverage?", "generate", Prompt, "--heuristic", "covrage=fox")]
    [InlineData("Did you mean max-min?", "generate", Prompt, "--combine", "maxmin")]
    [InlineData("it is 'symetric'. Did you mean symmetric?", "generate", Prompt, "--decoder", "rps", "--sampler", "symetric")]
    [InlineData("is not one of all, none, reuse, prune, shorten, finish, forced, pipeline, pipeline=W. Did you mean prune?", "generate", Prompt, "--savings", "prun")]
    [InlineData("Did you mean bf16?", "generate", Prompt, "--weight-format", "fb16")]
    [InlineData("there is no 'bsh'. Did you mean bash?", "completion", "bsh")]
    public async Task WrongWord_NearOne_SaysWhichWasMeant(string said, params string[] args)
    {
        var run = await Cli.RunAsync(args);
        Assert.Equal(2, run.Code);
        Assert.Contains(said, run.Error.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("'upon' is one word too many. Put PROMPT in quotes: decodealign generate \"Once upon a time\"", "generate", "Once", "upon", "a", "time", "--must-include", "fox")]
    [InlineData("Put PROMPT in quotes: decodealign generate \"Once upon\"", "generate", "--quiet", "Once", "upon")]
    [InlineData("Put the value of --task in quotes: --task \"Tell a story.\"", "generate", Prompt, "--task", "Tell", "a", "story.")]
    [InlineData("Put TEXT in quotes", "tokenize", "the", "fox")]
    [InlineData("A text of several words needs quotes.", "generate", Prompt, "--seed", "5", "Once", "upon")]
    public async Task Text_WithoutQuotes_IsToldToHaveThem(string said, params string[] args)
    {
        var run = await Cli.RunAsync(args);
        Assert.Equal(2, run.Code);
        Assert.Contains(said, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prompt_SwallowedByAnOption_IsExplained()
    {
        var run = await Cli.RunAsync("generate", "--must-include", "fox", Prompt, "--model", "x");
        Assert.Equal(2, run.Code);
        Assert.Contains("before the options", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prompt_LongerThanTheContext_NamesBoth()
    {
        var run = await new Cli { Models = new() { ContextLength = 8 } }.CallAsync("generate", "Once upon a time there was a little girl named Lily.", "--json");
        Assert.Equal(2, run.Code);
        Assert.Contains("the model's context holds 8", run.Json.GetProperty("error").GetProperty("message").GetString()!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Candidates_MoreThanTheVocabulary_TakeAllOfIt() =>
        Assert.Equal(0, (await Cli.RunAsync("generate", Prompt, "--candidates", "100000", "--lookahead", "1", "--beam", "1", "--max-tokens", "3", "--heuristic", "coverage=fox")).Code);

    [Theory]
    [InlineData("--temperature does nothing here: greedy has no such setting; deal, deal-paper, beam, sample", "--decoder", "greedy", "--temperature", "0.5")]
    [InlineData("--beam does nothing here: greedy has no such setting", "--decoder", "greedy", "--beam", "3")]
    [InlineData("--temperature does nothing here: nothing is sampled here", "--temperature", "0.5", "--heuristic", "distinct=2")]
    [InlineData("--min-p does nothing here: nothing is sampled here", "--decoder", "beam", "--min-p", "0.1")]
    [InlineData("--lambda does nothing here: there are no heuristics to rank by", "--lambda", "5")]
    [InlineData("--front-page does nothing here: there are no heuristics to compare answers by", "--front-page", "no-such-folder/front.html")]
    [InlineData("--lookahead does nothing here: there are no heuristics to rank by", "--lookahead", "3")]
    [InlineData("--lookahead does nothing here: with λ = 0 the heuristics are not consulted", "--lookahead", "3", "--lambda", "0", "--heuristic", "coverage=fox")]
    [InlineData("--halve-lookaheads does nothing here: there is no lookahead", "--lookahead", "0", "--halve-lookaheads", "--heuristic", "coverage=fox")]
    [InlineData("--sample-lookahead does nothing here: there is no lookahead", "--sample-lookahead", "--heuristic", "distinct=2")]
    [InlineData("--suggestions does nothing here: there is no constraint that could suggest any", "--decoder", "grid-beam", "--suggestions", "3")]
    [InlineData("--keep-temperature does nothing here: there is nothing to draw among", "--decoder", "rad", "--candidates", "1", "--keep-temperature", "2", "--heuristic", "coverage=fox")]
    [InlineData("--choose-by does nothing here: there is one answer", "--decoder", "best-of", "--answers", "1", "--choose-by", "heuristics")]
    [InlineData("--lookahead-model does nothing here: there is no lookahead", "--lookahead-model", "draft", "--heuristic", "distinct=2")]
    [InlineData("--whole-sentences does nothing here: the form that is required says how the text ends", "--whole-sentences", "--choice", " a| b")]
    [InlineData("--best-effort does nothing here: nothing is required", "--best-effort")]
    [InlineData("--ask does nothing here: the embedded model is always asked", "--ask", "--must-include", "fox", "--max-tokens", "20")]
    [InlineData("--ask does nothing here: --instruction says what stands there", "--ask", "--instruction", "Be kind.", "--model", "x")]
    [InlineData("--ask does nothing here: there is nothing to ask for", "--ask", "--model", "x")]
    [InlineData("--heuristic-timeout does nothing here: there are no heuristics", "--heuristic-timeout", "5")]
    [InlineData("--combine does nothing here: there are no heuristics", "--combine", "direction")]
    [InlineData("--seed does nothing here: deal draws nothing at random", "--seed", "5")]
    [InlineData("--seed does nothing here: grid-beam draws nothing at random", "--seed", "5", "--must-include", "fox", "--max-tokens", "20")]
    [InlineData("--verbose does nothing here: --quiet prints the continuation alone", "-v", "--quiet")]
    [InlineData("--verbose does nothing here: JSON has all numbers", "-v", "--json")]
    [InlineData("--quiet does nothing here: JSON is printed", "--quiet", "--json")]
    [InlineData("--stream does nothing here: best-of compares whole answers", "--stream", "--decoder", "best-of", "--answers", "2")]
    public async Task Setting_WithoutEffect_IsNoted(string note, params string[] options)
    {
        var run = await Cli.RunAsync(["generate", Prompt, .. options.Contains("--max-tokens") ? Array.Empty<string>() : ["--max-tokens", "2"], .. options]);
        Assert.True(run.Code == 0, run.Error);
        Assert.Contains(note, run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.Split("does nothing here").Skip(1));
    }

    [Theory]
    [InlineData("--temperature", "0.5", "--sample-candidates", "--heuristic", "coverage=fox")]
    [InlineData("--temperature", "0.5", "--sample-lookahead", "--lookahead", "8", "--heuristic", "coverage=fox")]
    [InlineData("--lambda", "5", "--lookahead", "2", "--must-include", "fox")]
    [InlineData("--decoder", "best-of", "--answers", "3", "--choose-by", "heuristics", "--heuristic", "coverage=fox", "--temperature", "0.9")]
    [InlineData("--decoder", "grid-beam", "--suggestions", "3", "--must-include", "fox")]
    [InlineData("--seed", "5", "--decoder", "sample")]
    [InlineData("--seed", "5", "--heuristic", "coverage=fox", "--sample-candidates")]
    [InlineData("--seed", "5", "--heuristic", "coverage=fox", "--decoder", "particles")]
    [InlineData("--whole-sentences")]
    [InlineData("--best-effort", "--must-include", "fox")]
    public async Task Setting_WithEffect_IsNotNoted(params string[] options) =>
        Assert.Equal("", (await Cli.RunAsync(["generate", Prompt, "--max-tokens", "5", .. options])).Error);

    [Fact]
    public async Task Trace_IntoAFolderThatIsNotThere_FailsPlainly()
    {
        var run = await Cli.RunAsync("generate", Prompt, "--trace", Path.Combine("no", "such", "folder.html"), "--max-tokens", "2");
        Assert.Equal(1, run.Code);
        Assert.Contains("folder.html", run.Error, StringComparison.Ordinal);
    }
}
