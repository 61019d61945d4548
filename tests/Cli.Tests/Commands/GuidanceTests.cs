using System.Text.Json;

namespace DecodeAlign.Tests;

/// <summary>--negative-prompt, --guide and what goes with them.</summary>
public class GuidanceTests
{
    private const string Prompt = "Once upon a time";

    [Theory]
    [InlineData("1.5·log p(story) − 0.5·log p(story | \"A sad day\")", "--negative-prompt", "A sad day")]
    [InlineData("3·log p(story) − 2·log p(story | \"A sad day\")", "--negative-prompt", "A sad day", "--guidance-scale", "3")]
    [InlineData("1·log p(story) + 0.7·log p(story) − 0.7·log p(story)", "--guide", "expert@0.7", "--guide", "anti@-0.7")]
    [InlineData("0.4·log p(story) + 0.6·log p(story)", "--guide", "other@0.6", "--base-weight", "0.4")]
    [InlineData("1·log p(story) − 1·log p(story), p ≥ 0.1·max p", "--guide", "small@-1", "--plausibility", "0.1")]
    public async Task Generate_Guidance_IsWhatTheTraceTells(string formula, params string[] options)
    {
        using var folder = new TempFolder();
        var file = folder.File("why.jsonl");
        var run = await Cli.RunAsync(["generate", Prompt, "--model", "base", "--decoder", "greedy", "--max-tokens", "6", "--trace", file, .. options]);
        Assert.Equal((0, ""), (run.Code, run.Error));
        using var header = JsonDocument.Parse(File.ReadLines(file).First());
        Assert.Equal(formula, Find(header.RootElement, "guidance"));
    }

    [Fact]
    public async Task Generate_GuideTwice_IsLoadedOnce()
    {
        var cli = new Cli();
        Assert.Equal(0, (await cli.CallAsync("generate", Prompt, "--model", "base", "--guide", "other@1", "--guide", "other@-0.5", "--guide", "third", "--max-tokens", "3")).Code);
        Assert.Equal(["base", "other", "third"], cli.Models.Loads.Select(load => load.Folder));
    }

    [Theory]
    [InlineData("--guidance-scale: does nothing here: there is no negative prompt", "--guidance-scale", "2")]
    [InlineData("--base-weight: does nothing here: there is no guide", "--base-weight", "2")]
    [InlineData("--base-weight: can't be given beside a negative prompt", "--base-weight", "2", "--negative-prompt", "x")]
    [InlineData("--plausibility: must be in [0, 1]", "--plausibility", "2", "--guide", "other")]
    [InlineData("--guide: 'much' in 'other@much' is no weight", "--guide", "other@much")]
    [InlineData("--guide: a guide needs a model before its @weight", "--guide", "@2")]
    [InlineData("RepetitionPenalty", "--guide", "other", "--decoder", "greedy", "--repetition-penalty", "1.2")]
    public async Task Generate_WrongGuidance_IsRefusedByName(string message, params string[] options)
    {
        var run = await Cli.RunAsync(["generate", Prompt, "--model", "base", .. options]);
        Assert.NotEqual(0, run.Code);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }

    private static string? Find(JsonElement element, string name) => element.TryGetProperty(name, out var found) ? found.GetString()
        : element.EnumerateObject().Where(property => property.Value.ValueKind == JsonValueKind.Object).Select(property => Find(property.Value, name)).FirstOrDefault(value => value is not null);
}
