using System.Text.Json;

namespace DecodeAlign.Tests;

/// <summary>compare: the same prompts under several decoders.</summary>
public class CompareTests
{
    private static readonly string[] Start = ["compare", "Once upon a time", "The dog", "--model", "base", "--max-tokens", "6"];

    [Fact]
    public async Task Compare_Decoders_ShowsTheirTextsAndATable()
    {
        using var folder = new TempFolder();
        var page = folder.File("page.html");
        var run = await Cli.RunAsync([.. Start, "--decoders", "greedy,best-of", "--decoder", "deal:candidates=2,lookahead=1", "--heuristic", "distinct=1", "--unseen", "length=..4 words", "--out", page]);
        Assert.Equal((0, ""), (run.Code, run.Error));
        foreach (var word in new[] { "Once upon a time", "The dog", "greedy", "best-of", "deal:candidates=2,lookahead=1", "reward", "unseen", "evaluations" }) Assert.Contains(word, run.Out, StringComparison.Ordinal);
        Assert.Contains("deal:candidates=2,lookahead=1", File.ReadAllText(page), StringComparison.Ordinal);
        var json = await Cli.RunAsync([.. Start, "--decoders", "greedy,best-of", "--heuristic", "distinct=1", "--json"]);
        Assert.Equal(["greedy", "best-of"], json.Json.GetProperty("decoders").EnumerateArray().Select(row => row.GetProperty("decoder").GetString()));
        Assert.Equal(JsonValueKind.Number, json.Json.GetProperty("decoders")[1].GetProperty("reward").ValueKind);
    }

    [Fact]
    public async Task Compare_ToMarkdown_SaysWhatEachIsForAndHowItWasMade()
    {
        using var folder = new TempFolder();
        var page = folder.File("table.md");
        var run = await Cli.RunAsync("compare", "--stories", "2", "--model", "base", "--max-tokens", "6", "--decoders", "greedy,best-of,step-beam", "--heuristic", "distinct=1", "--unseen", "ended-in-range=1..9", "--out", page);
        Assert.Equal((0, ""), (run.Code, run.Error));
        var lines = File.ReadAllLines(page);
        Assert.Contains($"    decodealign compare --stories 2 --model base --max-tokens 6 --decoders \"greedy,best-of,step-beam\" --heuristic \"distinct=1\" --unseen \"ended-in-range=1..9\" --out {page}", lines);
        Assert.Contains("| decoder | what it does | paper | reward | unseen | log P lost | KL | evaluations | passes | seconds |", lines);
        Assert.Contains(lines, line => line.StartsWith("| `greedy` | The most likely token at each step. |  | ", StringComparison.Ordinal) && line.Contains(" | 0.0 | ", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("| `step-beam` | ", StringComparison.Ordinal) && line.Contains("[arXiv 2408.03314](https://arxiv.org/abs/2408.03314)", StringComparison.Ordinal));
        // one of samples at another temperature: nothing is known of its divergence
        Assert.Contains(lines, line => line.StartsWith("| `best-of` | ", StringComparison.Ordinal) && line.Split('|')[7].Trim().Length == 0);
    }

    [Theory]
    [InlineData("--stories: must be from 1 to 5000", "--stories", "0")]
    [InlineData("there is no decoder 'no-such'", "--decoders", "no-such")]
    [InlineData("--budget: must be at least 1", "--budget", "0")]
    [InlineData("no setting=value", "--decoder", "deal:beam")]
    [InlineData("rps needs a preference", "--decoders", "rps")]
    public async Task Compare_WrongOptions_AreRefusedByName(string message, params string[] options)
    {
        var run = await Cli.RunAsync([.. Start, .. options]);
        Assert.NotEqual(0, run.Code);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compare_NoPrompt_IsRefused() => Assert.Contains("there is no prompt", (await Cli.RunAsync("compare", "--model", "base")).Error, StringComparison.Ordinal);
}
