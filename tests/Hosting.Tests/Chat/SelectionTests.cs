using DecodeAlign.Decoding;
using DecodeAlign.Heuristics;
using DecodeAlign.Hosting;
using DecodeAlign.Text;
using Microsoft.Extensions.AI;

namespace DecodeAlign.Tests;

public class SelectionTests
{
    [Fact]
    public async Task WithBestOf_AnyClient_KeepsTheHighestSumOfWeightedHeuristics()
    {
        string[] answers = ["a dog", "a fox and a river", "a fox", "the fox, the river"];
        using var inner = new ScriptedChatClient((_, call) => answers[call]);
        using var client = inner.WithBestOf(4, new WeightedHeuristic(new KeywordCoverage([Keyword.Of("fox"), Keyword.Of("river")]), 10), new(Heuristic.FromText("length", text => text.Length), -1));
        var options = new ChatOptions { Seed = 40 };

        var response = await client.GetResponseAsync("tell", options, TestContext.Current.CancellationToken);

        // coverage is the share that is there: 0, 1, 1/2, 1; minus the length
        Assert.Equal([-5, 10 - 17, 5 - 5, 10 - 18], (double[])response.AdditionalProperties!["decodealign.scores"]!);
        Assert.Equal(("a fox", 12), (response.Text, response.Usage!.TotalTokenCount));
        Assert.Equal([40, 41, 42, 43], inner.Options.Select(given => given!.Seed!.Value).Order());
        Assert.Equal(40, options.Seed);
        Assert.Same(inner, client.GetService<ScriptedChatClient>());
    }

    [Fact]
    public async Task WithBestOf_HeuristicOrAnswerFails_FailsTheRequest()
    {
        using var inner = new ScriptedChatClient((_, call) => call == 1 ? throw new InvalidOperationException("quota") : "x");
        Assert.Equal("quota", (await Assert.ThrowsAsync<InvalidOperationException>(() => inner.WithBestOf(3, new WeightedHeuristic(Heuristic.FromText("l", text => text.Length))).GetResponseAsync("hi"))).Message);
        using var sound = new ScriptedChatClient((_, _) => "x");
        await Assert.ThrowsAsync<HeuristicException>(() => sound.WithBestOf(2, new WeightedHeuristic(Heuristic.FromText("bad", _ => double.NaN))).GetResponseAsync("hi"));
        Assert.Throws<ArgumentException>(() => sound.WithBestOf(2));
    }

    [Fact]
    public async Task WithPreference_AnyClient_TellsEachDirectionAndKeepsTheBestForTheTarget()
    {
        var target = PreferenceDirection.Parse("long=0.6,loud=0.8");
        var settings = new PreferenceSettings(
            PreferenceConditioner.From("test", (prompt, direction) => $"{direction.AngleTo(target):0} {prompt}"),
            [new("long", Heuristic.FromText("long", text => text.Length)), new("loud", Heuristic.FromText("loud", text => text.Count('!' .Equals)))]);
        var asked = new System.Collections.Concurrent.ConcurrentBag<string>();
        using var inner = new ScriptedChatClient((message, _) =>
        {
            asked.Add(message);
            return message.StartsWith("5 ", StringComparison.Ordinal) ? "wow!!!" : "so so";
        });
        using var client = inner.WithPreference(target, settings, new() { Count = 3 });

        var updates = await client.GetStreamingResponseAsync([new(ChatRole.System, "s"), new(ChatRole.User, "hi")], cancellationToken: TestContext.Current.CancellationToken).ToChatResponseAsync(TestContext.Current.CancellationToken);

        Assert.Equal(["0 hi", "5 hi", "5 hi"], asked.Order());
        Assert.Equal("wow!!!", updates.Text);
        Assert.Throws<ArgumentException>(() => inner.WithPreference(PreferenceDirection.Parse("long=1,kind=1"), settings));
    }
}
