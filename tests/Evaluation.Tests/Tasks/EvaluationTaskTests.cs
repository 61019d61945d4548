using DecodeAlign.Evaluation;

namespace DecodeAlign.Tests;

public class EvaluationTaskTests
{
    private static readonly EvaluationTask Own = new() { Name = "own", Reward = "coverage={words}", DevJudge = "covered={words}", TestJudge = "placed={words}", Dev = [Prompt("One day", "fox")], Test = [Prompt("One night", "fox")] };

    public static TheoryData<string> Names => [.. TaskCatalogue.All.Select(task => task.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Catalogued_Task_IsValidAndItsSplitsAreApart(string name)
    {
        var task = TaskCatalogue.Get(name, 300, 300);

        task.Validate();
        Assert.Equal(300, task.Dev.DistinctBy(prompt => prompt.Text).Count());
        Assert.Equal(task.Dev.Take(10).Select(prompt => prompt.Text), TaskCatalogue.Get(name, 10, 0).Dev.Select(prompt => prompt.Text));
    }

    [Fact]
    public void Validate_SameScorerTwice_IsRefused()
    {
        Assert.Contains("the reward and the dev judge are the same scorer", Refused(Own with { DevJudge = "coverage={words}" }), StringComparison.Ordinal);
        Assert.Contains("the dev judge and the test judge are the same scorer", Refused(Own with { TestJudge = " covered={words} " }), StringComparison.Ordinal);
        Assert.Contains("the reward and the test judge are the same scorer", Refused(Own with { Reward = "coverage={words}@3", TestJudge = "coverage={words}" }), StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_TwoCopiesOfOneLexicon_AreOneScorer()
    {
        using var folder = new TempFolder();
        folder.Write("a.txt", "glad\t2\nsad\t-2\n");
        File.Copy(folder.File("a.txt"), folder.File("b.txt"));

        Assert.Contains("same scorer", Refused(Own with { Reward = $"sentiment={folder.File("a.txt")}", DevJudge = $"sentiment={folder.File("b.txt")}" }), StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_PromptInBothSplits_IsRefused() => Assert.Contains("'One day' is in both splits", Refused(Own with { Test = Own.Dev }), StringComparison.Ordinal);

    [Fact]
    public void Validate_FieldThatAPromptLacks_IsNamed() => Assert.Contains("names {verbs}, which the prompt 'One day' does not have", Refused(Own with { Reward = "coverage={verbs}" }), StringComparison.Ordinal);

    [Fact]
    public void Validate_UnknownJudge_IsNamed() => Assert.Contains("there is no judge 'taste'", Refused(Own with { TestJudge = "taste=good" }), StringComparison.Ordinal);

    [Fact]
    public void PromptFile_Lines_BecomePromptsOfBothSplits()
    {
        using var folder = new TempFolder();
        folder.Write("own.jsonl", """
            {"prompt": "One day", "words": ["fox", "river"], "count": 3}

            {"prompt": "One night", "split": "test", "words": "owl"}
            """);

        var (dev, test) = PromptFile.Read(folder.File("own.jsonl"));

        Assert.Equal(("One day", "fox,river", "3"), (dev.Single().Text, dev.Single().Fields["words"], dev.Single().Fields["count"]));
        Assert.Equal("owl", test.Single().Fields["words"]);
    }

    [Theory]
    [InlineData("{\"words\": 1}", "line 1: has no \"prompt\"")]
    [InlineData("{\"prompt\": \"a\"}\n{", "line 2: ")]
    [InlineData("[1]", "line 1: is no JSON object")]
    [InlineData("{\"prompt\": \"a\", \"split\": \"train\"}", "\"split\" must be dev or test; it is 'train'")]
    [InlineData("{\"prompt\": {}}", "\"prompt\" must be a text")]
    [InlineData("", "holds no prompts")]
    public void PromptFile_BrokenLine_IsNamed(string text, string expected)
    {
        using var folder = new TempFolder();
        folder.Write("own.jsonl", text);

        var message = Assert.Throws<FormatException>(() => PromptFile.Read(folder.File("own.jsonl"))).Message;

        Assert.Contains("own.jsonl", message, StringComparison.Ordinal);
        Assert.Contains(expected, message, StringComparison.Ordinal);
    }

    private static TaskPrompt Prompt(string text, string words) => new(text, new Dictionary<string, string> { ["words"] = words });

    private static string Refused(EvaluationTask task) => Assert.Throws<FormatException>(task.Validate).Message;
}
