using System.Text.Json;

namespace DecodeAlign.Tests;

public class BatchTests
{
    [Fact]
    public async Task Prompts_AreAnsweredInOrderEachAsAlone()
    {
        using var folder = new TempFolder();
        folder.Write("prompts.jsonl", string.Concat(Enumerable.Range(0, 40).Select(i => $$"""{"prompt": "{{(i % 2 == 0 ? "One day" : "The boy")}}", "id": {{i * 10}}}""" + "\n")));
        var run = await Cli().CallAsync("generate", "--prompts", folder.File("prompts.jsonl"), "--out", folder.File("out.jsonl"), "--must-include", "fox", "--max-tokens", "12");
        Assert.Equal((0, ""), (run.Code, run.Out));
        var lines = Lines(folder);
        Assert.Equal(Enumerable.Range(0, 40), lines.Select(line => line.GetProperty("index").GetInt32()));
        Assert.Equal(Enumerable.Range(0, 40).Select(i => i * 10), lines.Select(line => line.GetProperty("id").GetInt32()));
        foreach (var prompt in (string[])["One day", "The boy"])
        {
            var alone = (await Cli().CallAsync("generate", prompt, "--must-include", "fox", "--max-tokens", "12", "--json")).JsonText("text");
            Assert.All(lines.Where(line => line.GetProperty("prompt").GetString() == prompt), line => Assert.Equal(alone, line.GetProperty("result").GetProperty("text").GetString()));
        }
    }

    [Fact]
    public async Task AFailure_HasItsLineAndTheOthersGoOn()
    {
        using var folder = new TempFolder();
        folder.Write("prompts.jsonl", "\"One day\"\n{\"prompt\": \"" + string.Join(' ', Enumerable.Repeat("the", 200)) + "\"}\n\n\"The boy\"\n");
        var run = await Cli().CallAsync("generate", "--prompts", folder.File("prompts.jsonl"), "--out", folder.File("out.jsonl"), "--max-tokens", "4", "--decoder", "greedy");
        Assert.Equal(1, run.Code);
        Assert.Contains("1 of 3", run.Error, StringComparison.Ordinal);
        var lines = Lines(folder);
        Assert.Equal([false, true, false], lines.Select(line => line.TryGetProperty("error", out _)));
        Assert.Contains("context", lines[1].GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stopped_ThenRunAgain_LosesNothingAndWritesNothingTwice()
    {
        using var folder = new TempFolder();
        folder.Write("prompts.jsonl", string.Concat(Enumerable.Range(0, 60).Select(i => $"\"One day {(i % 3 == 0 ? "the" : "a")} fox\"\n")));
        string[] arguments = ["generate", "--prompts", folder.File("prompts.jsonl"), "--max-tokens", "20", "--decoder", "sample", "--seed", "5", "--out"];
        Assert.Equal(0, (await Cli().CallAsync([.. arguments, folder.File("whole.jsonl")])).Code);

        using var stop = new CancellationTokenSource();
        var passes = 0;
        var stopped = await Cli(stop, () =>
        {
            if (++passes == 60) stop.Cancel();
        }).CallAsync([.. arguments, folder.File("out.jsonl")]);
        Assert.Equal(1, stopped.Code);
        Assert.Contains("goes on with the others", stopped.Error, StringComparison.Ordinal);
        var before = File.ReadAllLines(folder.File("out.jsonl")).Length;
        Assert.InRange(before, 1, 59);
        // a power cut in mid-line
        await File.AppendAllTextAsync(folder.File("out.jsonl"), "{\"index\": 59, \"pro", TestContext.Current.CancellationToken);
        Assert.Equal(0, (await Cli().CallAsync([.. arguments, folder.File("out.jsonl")])).Code);
        Assert.Equal(Texts(folder, "whole.jsonl"), Texts(folder, "out.jsonl"));
        // and once more: all is there
        Assert.Equal(0, (await Cli().CallAsync([.. arguments, folder.File("out.jsonl")])).Code);
        Assert.Equal(60, File.ReadAllLines(folder.File("out.jsonl")).Length);
    }

    [Theory]
    [InlineData("--seed 5 --no-repeat 3", "begun with --no-repeat 2, and this run is with --no-repeat 3")]
    [InlineData("--seed 5", "begun with --no-repeat 2, and this run is without --no-repeat")]
    [InlineData("--seed 6 --no-repeat 2", "begun with --seed 5, and this run is with --seed 6")]
    [InlineData("--seed 5 --no-repeat 2 --must-include fox", "begun without --must-include, and this run is with --must-include fox")]
    [InlineData("--seed 5 --no-repeat 2 --threads 1 --quiet", null)]
    public async Task GoneOnWith_OtherOptions_IsRefusedByName(string options, string? refusal)
    {
        using var folder = new TempFolder();
        folder.Write("prompts.jsonl", "\"One day\"\n\"The boy\"\n");
        string[] begin = ["generate", "--prompts", folder.File("prompts.jsonl"), "--out", folder.File("out.jsonl"), "--decoder", "sample", "--max-tokens", "4"];
        Assert.Equal(0, (await Cli().CallAsync([.. begin, "--seed", "5", "--no-repeat", "2"])).Code);
        // as a stop after the first prompt leaves it
        await File.WriteAllLinesAsync(folder.File("out.jsonl"), [File.ReadLines(folder.File("out.jsonl")).First()], TestContext.Current.CancellationToken);
        var run = await Cli().CallAsync([.. begin, .. options.Split(' ')]);
        Assert.Equal(refusal is null ? 0 : 2, run.Code);
        Assert.Equal(refusal is null ? 2 : 1, File.ReadLines(folder.File("out.jsonl")).Count());
        if (refusal is not null) Assert.Contains(refusal, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("generate --prompts prompts.jsonl", "--prompts needs --out")]
    [InlineData("generate --out out.jsonl hello", "--out goes with --prompts")]
    [InlineData("generate hello --prompts prompts.jsonl --out out.jsonl", "PROMPT")]
    [InlineData("generate --prompts prompts.jsonl --out out.jsonl --stream", "--stream")]
    [InlineData("generate --prompts prompts.jsonl --out out.jsonl --trace t.html", "--trace")]
    [InlineData("generate --prompts broken.jsonl --out out.jsonl", "line 2")]
    [InlineData("generate --prompts prompts.jsonl --out other.jsonl", "line 1 is not the result of prompt 1")]
    [InlineData("generate --prompts prompts.jsonl --out before.jsonl", "does not say which options")]
    public async Task WhatDoesNotGoTogether_IsRefused(string line, string expected)
    {
        using var folder = new TempFolder();
        folder.Write("prompts.jsonl", "\"One day\"\n");
        folder.Write("broken.jsonl", "\"One day\"\n{\"promt\": 1}\n");
        folder.Write("other.jsonl", "{\"index\": 0, \"prompt\": \"another\"}\n");
        folder.Write("before.jsonl", "{\"index\": 0, \"prompt\": \"One day\"}\n");
        var run = await Cli().CallAsync([.. line.Split(' ').Select(word => word.EndsWith(".jsonl", StringComparison.Ordinal) || word.EndsWith(".html", StringComparison.Ordinal) ? folder.File(word) : word)]);
        Assert.Equal(2, run.Code);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
    }

    private static Cli Cli(CancellationTokenSource? stop = null, Action? onPass = null) => new() { Models = new() { OnPass = onPass }, Stop = stop?.Token ?? default };

    private static List<JsonElement> Lines(TempFolder folder, string file = "out.jsonl") => [.. File.ReadAllLines(folder.File(file)).Select(line => JsonElement.Parse(line))];

    private static List<string> Texts(TempFolder folder, string file) => [.. Lines(folder, file).Select(line => $"{line.GetProperty("index")} {line.GetProperty("result").GetProperty("text")}")];
}
