namespace DecodeAlign.Tests;

/// <summary><c>generate --decoder rps</c>.</summary>
public class PreferenceTests
{
    [Fact]
    public async Task Generate_Front_ListsTheAnswersThatNoOtherBeats()
    {
        string[] args = ["generate", "Once upon a time", "--model", "base", "--decoder", "best-of", "--answers", "12", "--temperature", "1", "--heuristic", "length=..4 words", "--heuristic", "distinct=1@2", "--max-tokens", "12", "--front"];
        var run = await Cli.RunAsync([.. args, "--json=all"]);
        var front = run.Json.GetProperty("front");
        Assert.Equal(["length=..4 words", "distinct=1"], front.GetProperty("objectives").EnumerateArray().Select(name => name.GetString()!.Replace("length", "length=..4 words", StringComparison.Ordinal).Replace("distinct", "distinct=1", StringComparison.Ordinal)));
        var members = front.GetProperty("answers").EnumerateArray().Select(answer => answer.GetProperty("values").EnumerateArray().Select(value => value.GetDouble()).ToArray()).ToArray();
        Assert.InRange(members.Length, 1, 12);
        Assert.Equal(12, front.GetProperty("of").GetInt32());
        foreach (var one in members)
            Assert.DoesNotContain(members, other => other.Zip(one, (a, b) => a >= b).All(holds => holds) && !other.SequenceEqual(one));
        var table = await Cli.RunAsync(args);
        Assert.Contains("answers are on the front of", table.Out, StringComparison.Ordinal);
        Assert.Matches(@"\((knee|knee, Nash|knee, Nash, max-min|knee, max-min)\)", table.Out);
        // the picture has a letter for each place, better to the right and upwards
        Assert.Matches(@"@ its knee", table.Out);
        Assert.Contains("└────", table.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Generate_FrontPage_HoldsTheFrontThatIsPrinted()
    {
        using var folder = new TempFolder();
        var file = folder.File("front.html");
        string[] args = ["generate", "Once upon a time", "--model", "base", "--decoder", "best-of", "--answers", "12", "--temperature", "1", "--heuristic", "length=..4 words", "--heuristic", "distinct=1@2", "--max-tokens", "12", "--front-page"];
        var run = await Cli.RunAsync([.. args, file, "--front", "--json=all"]);
        Assert.True(run.Code == 0, run.Error);
        var page = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        Assert.Contains($"{run.Json.GetProperty("front").GetProperty("answers").GetArrayLength()} of 12 answers of best-of are on the front of", page, StringComparison.Ordinal);
        Assert.All(run.Json.GetProperty("front").GetProperty("answers").EnumerateArray(), answer => Assert.Contains(System.Net.WebUtility.HtmlEncode(answer.GetProperty("text").GetString()!.Trim()), page, StringComparison.Ordinal));
        // quiet or not, with --front or without, the page is written; where it can't be, before the search
        Assert.Equal(0, (await Cli.RunAsync([.. args, folder.File("other.html"), "--quiet"])).Code);
        Assert.Equal(page, await File.ReadAllTextAsync(folder.File("other.html"), TestContext.Current.CancellationToken));
        var cli = new Cli();
        var failed = await cli.CallAsync([.. args, Path.Combine(folder.Path, "none", "front.html")]);
        Assert.Equal(1, failed.Code);
        Assert.Contains("front.html", failed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Generate_FrontOfASweep_TellsTheWeightsOfEachAnswer()
    {
        string[] args = ["generate", "Once upon a time", "--model", "base", "--decoder", "sweep", "--steps", "3", "--lambda", "9", "--heuristic", "length=..4 words", "--heuristic", "coverage=river,fox@2", "--max-tokens", "12", "--front"];
        var run = await Cli.RunAsync([.. args, "--json=all"]);
        Assert.True(run.Code == 0, run.Error);
        Assert.Equal("sweep over deal", run.JsonText("decoder"));
        var front = run.Json.GetProperty("front");
        Assert.All(front.GetProperty("answers").EnumerateArray(), answer => Assert.Equal(1, answer.GetProperty("weights").EnumerateArray().Sum(weight => weight.GetDouble()), 1e-12));
        Assert.Equal(run.JsonText("text"), front.GetProperty("answers")[front.GetProperty("knee").GetInt32()].GetProperty("text").GetString());
        Assert.All(front.GetProperty("answers").EnumerateArray(), answer => Assert.InRange(answer.GetProperty("gini").GetDouble(), 0, 1));
        Assert.Contains("kept 1 of", (await Cli.RunAsync(args)).Out, StringComparison.Ordinal);
        Assert.Contains("at least two heuristics", (await Cli.RunAsync("generate", "Once", "--model", "base", "--decoder", "sweep", "--heuristic", "distinct=1")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Generate_FrontOfRps_IsOverThePreferencesObjectives()
    {
        var run = await Cli.RunAsync([.. Basic, "--front", "--json=all"]);
        var front = run.Json.GetProperty("front");
        Assert.Equal(["short", "words"], front.GetProperty("objectives").EnumerateArray().Select(name => name.GetString()));
        Assert.Equal(5, front.GetProperty("of").GetInt32());
        var all = run.Json.GetProperty("preference").GetProperty("answers").EnumerateArray().Select(answer => (double[])[answer.GetProperty("rewards").GetProperty("short").GetDouble(), answer.GetProperty("rewards").GetProperty("words").GetDouble()]).ToList();
        var members = all.Where(one => !all.Exists(other => other[0] >= one[0] && other[1] >= one[1] && (other[0] > one[0] || other[1] > one[1]))).Select(one => string.Join(' ', one)).Order();
        Assert.Equal(members, front.GetProperty("answers").EnumerateArray().Select(answer => string.Join(' ', answer.GetProperty("values").EnumerateArray().Select(value => value.GetDouble()))).Order());
    }

    [Theory]
    [InlineData("tournament", "won all of its 2 matches")]
    [InlineData("listwise", "the judge values it at")]
    public async Task Generate_JudgedByAModel_SaysWhyOneWasKept(string decoder, string expected)
    {
        var cli = new Cli { Models = new() { ContextLength = 1024 } };
        var run = await cli.CallAsync("generate", "Once upon a time", "--model", "folder", "--decoder", decoder, "--answers", "4", "--judge-model", "other", "--criterion", "Short is good.", "--max-tokens", "6");
        Assert.True(run.Code == 0, run.Error);
        Assert.Contains("kept 1 of 4 answers: ", run.Out, StringComparison.Ordinal);
        Assert.Contains(expected, run.Out, StringComparison.Ordinal);
        Assert.Equal(["folder", "other"], cli.Models.Loads.Select(load => load.Folder));
    }

    [Fact]
    public async Task Generate_DualAscent_AdaptsTheMultipliersOfCombine()
    {
        string[] args = ["generate", "Once upon a time", "--model", "base", "--decoder", "dual-ascent", "--rounds", "3", "--heuristic", "distinct=1", "--heuristic", "coverage=river", "--max-tokens", "12"];
        var run = await Cli.RunAsync([.. args, "--combine", "constrained:coverage>=1*0"]);
        Assert.True(run.Code == 0, run.Error);
        Assert.Contains("kept 1 of", run.Out, StringComparison.Ordinal);
        Assert.Contains("--combine constrained", (await Cli.RunAsync(args)).Error, StringComparison.Ordinal);
    }

    private static readonly string[] Basic = ["generate", "Once upon a time", "--decoder", "rps", "--model", "folder", "--preference", "short=0.8,words=0.6", "--objective", "short=length=..3", "--objective", "words=distinct=1", "--max-tokens", "6"];

    public static TheoryData<string> Inner => [.. ((string[])["sample", "greedy", "beam", "best-of", "deal", "grid-beam", "cards", "stochastic-beam", "dvts", "speculative-rejection"])];

    [Theory]
    [MemberData(nameof(Inner))]
    public async Task Generate_RpsOverAnyInner_TellsEveryAnswerAndWhyOneWasKept(string inner)
    {
        var run = await Cli.RunAsync([.. Basic, "--inner", inner, "--directions", "3", "--json=all"]);
        Assert.True(run.Code == 0, run.Error);
        var preference = run.Json.GetProperty("preference");
        Assert.Equal(3, preference.GetProperty("answers").GetArrayLength());
        Assert.Equal(0.8, preference.GetProperty("target").GetProperty("short").GetDouble(), 1e-12);
        Assert.Equal("rps", preference.GetProperty("plan").GetString());
        Assert.Equal(inner, preference.GetProperty("inner").GetString());
        Assert.Equal([0, 5, 5], preference.GetProperty("answers").EnumerateArray().OrderBy(a => a.GetProperty("number").GetInt32()).Select(a => Math.Round(a.GetProperty("offsetDegrees").GetDouble(), 6)));
        var best = preference.GetProperty("answers")[0];
        Assert.Equal(run.JsonText("text"), best.GetProperty("text").GetString());
        Assert.Equal(0.8 * best.GetProperty("rewards").GetProperty("short").GetDouble() + 0.6 * best.GetProperty("rewards").GetProperty("words").GetDouble(), best.GetProperty("score").GetDouble(), 1e-12);
        Assert.Contains("v·r", preference.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Contains("weighted rating = short*80 + words*60", preference.GetProperty("answers").EnumerateArray().Single(a => a.GetProperty("number").GetInt32() == 0).GetProperty("prompt").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Generate_Rps_PrintsTheTableAndTheReason()
    {
        var run = await Cli.RunAsync([.. Basic, "--sampler", "symmetric"]);
        Assert.Equal(0, run.Code);
        Assert.Contains("kept 1 of 5 answers: v·r = 0.800·", run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("30°", run.Out, StringComparison.Ordinal);
        foreach (var width in (int[])[60, 80, 120])
        {
            var table = await new Cli { Width = width }.CallAsync([.. Basic, "--sampler", "symmetric", "-v"]);
            Assert.Contains(width > 60 ? "asked short" : "asked short 0.", width > 60 ? table.Out.Replace("asked  ", "asked short", StringComparison.Ordinal) : table.Out, StringComparison.Ordinal);
            Assert.Contains("30°", table.Out, StringComparison.Ordinal);
            Assert.All(table.Out.Split('\n').Skip(1), line => Assert.InRange(line.TrimEnd().Length, 0, width));
            // every answer begins where one can read it
            foreach (var answer in (await Cli.RunAsync([.. Basic, "--sampler", "symmetric", "--json=all"])).Json.GetProperty("preference").GetProperty("answers").EnumerateArray())
                Assert.Contains(answer.GetProperty("text").GetString()!.Trim().Split(' ')[0], table.Out, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Generate_RpsAdaptive_SpendsAllAnswers()
    {
        var run = await Cli.RunAsync([.. Basic, "--adaptive", "--directions", "4", "--answers", "10", "--sampler", "cap", "--conditioner", "short {short%}, words {words}: {prompt}", "--json=all"]);
        Assert.True(run.Code == 0, run.Error);
        var answers = run.Json.GetProperty("preference").GetProperty("answers");
        Assert.Equal(10, answers.GetArrayLength());
        Assert.Equal([0, 1], answers.EnumerateArray().Select(a => a.GetProperty("round").GetInt32()).Distinct().Order());
        Assert.StartsWith("short ", answers[0].GetProperty("prompt").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--preference: rps needs one", "--decoder", "rps", "--model", "m")]
    [InlineData("all zero", "--decoder", "rps", "--model", "m", "--preference", "a=0,b=0")]
    [InlineData("'a' is named twice", "--decoder", "rps", "--model", "m", "--preference", "a=1,a=1")]
    [InlineData("nothing measures 'wit'", "--decoder", "rps", "--model", "m", "--preference", "wit=1,short=1")]
    [InlineData("--sampler: must be one of grid, cap, symmetric", "--decoder", "rps", "--sampler", "dice")]
    [InlineData("--grid-step: must be a finite number, above 0, at most 90", "--decoder", "rps", "--grid-step", "0")]
    [InlineData("--inner: must be one of deal, deal-paper, grid-beam", "--decoder", "rps", "--inner", "rps")]
    [InlineData("--neighbourhood: must be a finite number, above 0, at most 90", "--decoder", "rps", "--model", "m", "--preference", "a=1,b=1", "--neighbourhood", "100")]
    [InlineData("--directions: Count must be at most 13", "--decoder", "rps", "--model", "m", "--preference", "a=1,b=1", "--objective", "a=distinct=1", "--objective", "b=distinct=2", "--directions", "14")]
    [InlineData("--answers: must be from the number of directions, 5", "--decoder", "rps", "--model", "m", "--preference", "a=1,b=1", "--answers", "4")]
    [InlineData("--objective: the preference does not name 'c'", "--decoder", "rps", "--model", "m", "--preference", "a=1,b=1", "--objective", "c=distinct=1")]
    [InlineData("lacks {prompt}", "--decoder", "rps", "--model", "m", "--preference", "a=1,b=1", "--conditioner", "hello")]
    [InlineData("--scorer-timeout: must be a finite number, at least 0", "--decoder", "rps", "--model", "m", "--preference", "a=1,b=1", "--objective", "a=distinct=1", "--objective", "b=distinct=2", "--scorer-timeout", "-1")]
    [InlineData("the model knows no objective 'short'", "--decoder", "rps", "--model", "m", "--preference", "short=1,a=0", "--objective", "short=distinct=1", "--objective", "a=distinct=1", "--conditioner", "line")]
    public async Task Generate_BadPreference_NamesTheOption(string message, params string[] options)
    {
        var run = await Cli.RunAsync(["generate", "Once", .. options]);
        Assert.Equal(2, run.Code);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--directions does nothing here: greedy has no such setting; rps has it", "--decoder", "greedy", "--directions", "3")]
    [InlineData("--inner does nothing here", "--decoder", "greedy", "--inner", "deal")]
    [InlineData("--beam does nothing here: rps over sample has no such setting", "--decoder", "rps", "--beam", "3")]
    [InlineData("--temperature does nothing here: nothing is sampled here", "--decoder", "rps", "--inner", "deal", "--temperature", "0.5")]
    [InlineData("--grid-step does nothing here: the directions are not on a grid", "--decoder", "rps", "--sampler", "cap", "--grid-step", "3")]
    [InlineData("--neighbourhood does nothing here: the one direction is the preference itself", "--decoder", "rps", "--directions", "1", "--neighbourhood", "20")]
    public async Task Generate_SettingThatDoesNothing_IsNoted(string note, params string[] options)
    {
        var run = await Cli.RunAsync([.. options.Contains("rps") ? Basic : ["generate", "Once", "--max-tokens", "2"], .. options.Contains("rps") ? options.Skip(2) : options]);
        Assert.True(run.Code == 0, run.Error);
        Assert.Contains(note, run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.Split("does nothing here").Skip(1));
    }

    [Fact]
    public async Task Generate_InnerSettings_AreItsOwn()
    {
        var run = await Cli.RunAsync([.. Basic, "--inner", "deal", "--beam", "2", "--lookahead", "3", "--lambda", "2", "--json=all"]);
        Assert.True(run.Code == 0, run.Error);
        Assert.Equal("", run.Error);
        Assert.Equal("deal", run.Json.GetProperty("preference").GetProperty("inner").GetString());
    }
}
