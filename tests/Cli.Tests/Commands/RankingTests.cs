using System.Text.Json;

namespace DecodeAlign.Tests;

/// <summary>--reward, --judge, --likelihood, --combine and --calibration of generate, and calibrate.</summary>
public class RankingTests
{
    private const string Prompt = "Once upon a time";

    [Fact]
    public async Task Generate_Reward_SearchesForWhatItRewards()
    {
        var run = await Cli.RunAsync("generate", Prompt, "--model", "base", "--reward", "path/to/rm#dogs@3", "--reward", "path/to/rm#length@-0.1", "--max-tokens", "40", "--json");
        Assert.Equal(0, run.Code);
        var heuristics = run.Json.GetProperty("heuristics").EnumerateArray().ToArray();
        Assert.Equal(["rm#dogs", "rm#length"], heuristics.Select(heuristic => heuristic.GetProperty("name").GetString()));
        var text = run.JsonText("text");
        Assert.Equal(text.Split("dog").Length - 1, heuristics[0].GetProperty("value").GetDouble());
        Assert.Contains("dog", text, StringComparison.Ordinal);
        Assert.DoesNotContain("dog", (await Cli.RunAsync("generate", Prompt, "--model", "base", "--decoder", "greedy", "--max-tokens", "40", "--json")).JsonText("text"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Generate_Reward_IsLoadedOnceForItsOutputs()
    {
        var cli = new Cli();
        await cli.CallAsync("generate", Prompt, "--model", "base", "--reward", "rm#0", "--reward", "rm#1", "--likelihood", "other", "--judge", "other", "--principle", "Be kind.", "--max-tokens", "3");
        Assert.Equal(["base", "rm", "other"], cli.Models.Loads.Select(load => load.Folder));
    }

    [Fact]
    public async Task Generate_OnnxModelInABuildWithoutItsRuntime_SaysWhatToDo()
    {
        using var folder = new TempFolder();
        folder.Write("vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nfox\n");
        folder.Write("model.onnx", "");
        var run = await Cli.RunAsync("generate", Prompt, "--heuristic", $"onnx-relevance={folder.Path}", "--max-tokens", "3", "--json");
        Assert.Equal(1, run.Code);
        Assert.StartsWith("error: ONNX Runtime's native part is not beside the program: build decodealign with -p:Onnx=cpu, or add the package Microsoft.ML.OnnxRuntime", run.Error, StringComparison.Ordinal);
        Assert.Contains("onnx-nearness", (await Cli.RunAsync("heuristics")).Out, StringComparison.Ordinal);
        var near = await Cli.RunAsync("generate", Prompt, "--heuristic", "onnx-lable=x");
        Assert.Contains("Did you mean onnx-label?", near.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Calibrate_File_PutsGenerateOnItsScale()
    {
        using var folder = new TempFolder();
        var file = folder.File("scale.json");
        string[] heuristics = ["--model", "base", "--heuristic", "length=5 words", "--heuristic", "distinct=1", "--reward", "rm#dogs"];
        var made = await Cli.RunAsync(["calibrate", Prompt, .. heuristics, "--out", file, "--samples", "24", "--max-tokens", "30", "--seed", "3"]);
        Assert.Equal(0, made.Code);
        Assert.Contains("log P", made.Out, StringComparison.Ordinal);
        using var read = JsonDocument.Parse(File.ReadAllText(file));
        var rewards = read.RootElement.GetProperty("calibration").GetProperty("rewards");
        Assert.Equal(["length=5 words", "distinct=1", "reward=rm#dogs"], rewards.EnumerateObject().Select(reward => reward.Name));
        // the same again, and as JSON
        var again = await Cli.RunAsync(["calibrate", Prompt, .. heuristics, "--json", "--samples", "24", "--max-tokens", "30", "--seed", "3"]);
        Assert.Equal(File.ReadAllText(file), again.Out);

        string[] generate = ["generate", Prompt, .. heuristics, "--max-tokens", "30", "--json", "--lambda", "2"];
        var raw = (await Cli.RunAsync(generate)).Json.GetProperty("heuristics").EnumerateArray().Select(h => h.GetProperty("value").GetDouble()).ToArray();
        foreach (var rule in new[] { "sum", "direction", "log-sigmoid", "max-min", "nash", "lexicographic", "constrained:length>=-0.5,distinct>=0.5" })
        {
            var run = await Cli.RunAsync([.. generate, "--calibration", file, "--combine", rule]);
            Assert.True(run.Code == 0, run.Error);
            var values = run.Json.GetProperty("heuristics").EnumerateArray().ToArray();
            Assert.Equal(rule == "sum" ? 3 : 4, values.Length);
            var scale = rewards.GetProperty("reward=rm#dogs");
            if (rule == "sum") Assert.Equal((run.JsonText("text").Split("dog").Length - 1 - scale.GetProperty("mean").GetDouble()) / scale.GetProperty("standardDeviation").GetDouble(), values[2].GetProperty("value").GetDouble(), 1e-9);
        }
        Assert.Equal(3, raw.Length);
    }

    [Fact]
    public async Task Generate_CalibrationThatDoesNotFit_IsRefused()
    {
        using var folder = new TempFolder();
        var file = folder.File("scale.json");
        await Cli.RunAsync("calibrate", Prompt, "--model", "base", "--heuristic", "distinct=1", "--out", file, "--samples", "4", "--max-tokens", "5");
        var other = await Cli.RunAsync("generate", Prompt, "--model", "base", "--heuristic", "distinct=2", "--calibration", file);
        Assert.Equal(2, other.Code);
        Assert.Contains("the calibration has no 'distinct=2'; it has 'distinct=1'", other.Error, StringComparison.Ordinal);
        File.WriteAllText(file, File.ReadAllText(file).Replace("story:", "other:", StringComparison.Ordinal));
        Assert.Contains("another tokenizer", (await Cli.RunAsync("generate", Prompt, "--model", "base", "--heuristic", "distinct=1", "--calibration", file)).Error, StringComparison.Ordinal);
        File.WriteAllText(file, "{");
        var broken = await Cli.RunAsync("generate", Prompt, "--model", "base", "--heuristic", "distinct=1", "--calibration", file);
        Assert.Equal(1, broken.Code);
        Assert.Contains("scale.json: ", broken.Error, StringComparison.Ordinal);
    }

    public static TheoryData<string[], string> BadUses => new()
    {
        { ["--judge", "dir"], "--principle: a judge needs at least one principle" },
        { ["--principle", "Be kind."], "--principle: does nothing here: there is no judge to follow it" },
        { ["--by-position"], "--by-position needs --calibration" },
        { ["--combine", "medley"], "--combine: there is no rule 'medley'" },
        { ["--combine", "nash", "--heuristic", "distinct=1"], "needs a calibration" },
        { ["--reward", "rm"], "name one of dogs, length" },
        { ["--reward", "rm#wit"], "'wit' is no output of the reward; it has dogs, length" },
        { ["--reward", "rm#"], "names no output" },
        { ["--reward", "rm@heavy"], "'heavy' in 'rm@heavy' is no weight" },
        { ["--heuristic-timeout", "0"], "--heuristic-timeout: must be above 0" },
    };

    [Theory]
    [MemberData(nameof(BadUses))]
    public async Task Generate_BadUse_SaysWhatIsWrong(string[] options, string expected)
    {
        var run = await Cli.RunAsync(["generate", Prompt, "--model", "base", "--max-tokens", "3", .. options]);
        Assert.Equal(2, run.Code);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Calibrate_BadUse_SaysWhatIsWrong()
    {
        Assert.Contains("nothing to measure", (await Cli.RunAsync("calibrate", Prompt, "--model", "base")).Error, StringComparison.Ordinal);
        Assert.Contains("two of the heuristics are the same", (await Cli.RunAsync("calibrate", Prompt, "--model", "base", "--heuristic", "distinct=1", "--heuristic", "distinct=1@2")).Error, StringComparison.Ordinal);
        Assert.Contains("not both", (await Cli.RunAsync("calibrate", Prompt, "--model", "base", "--heuristic", "distinct=1", "--prompts", "p.txt")).Error, StringComparison.Ordinal);
        using var folder = new TempFolder();
        folder.Write("p.txt", "\n\n");
        Assert.Contains("has 0 prompts", (await Cli.RunAsync("calibrate", "--model", "base", "--heuristic", "distinct=1", "--prompts", folder.File("p.txt"))).Error, StringComparison.Ordinal);
        folder.Write("p.txt", "Once\nOne day\n");
        var run = await Cli.RunAsync("calibrate", "--model", "base", "--heuristic", "coverage=unicorn", "--prompts", folder.File("p.txt"), "--samples", "3", "--max-tokens", "4");
        Assert.Equal(0, run.Code);
        Assert.Contains("every text has the same coverage=unicorn", run.Error, StringComparison.Ordinal);
    }
}
