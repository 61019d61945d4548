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

    [Fact]
    public async Task WithSelection_HalvingPreference_AsksInRoundsWithSeedsOfTheirOwn()
    {
        var target = PreferenceDirection.Parse("long=0.6,loud=0.8");
        var selection = new PreferenceSelection
        {
            Target = target,
            Objectives = [new("long", Heuristic.FromText("long", text => text.Length)), new("loud", Heuristic.FromText("loud", text => text.Count('!'.Equals)))],
            Conditioner = PreferenceConditioner.From("test", (prompt, direction) => $"{direction.AngleTo(target):0} {prompt}"),
            Plan = PreferencePlan.AdaptiveRps(new() { Count = 3 }, 5) with { Temperature = 0.5 },
        };
        using var inner = new ScriptedChatClient((message, call) => message.StartsWith('0') ? $"oh! {call}" : $"no {call}");
        using var client = inner.WithSelection(selection);
        var image = new DataContent("data:image/png;base64,AAAA");

        var response = await client.GetResponseAsync([new ChatMessage(ChatRole.User, [new TextContent("hi"), image])], new() { Seed = 7 }, TestContext.Current.CancellationToken);

        Assert.StartsWith("oh! ", response.Text, StringComparison.Ordinal);
        Assert.Equal((5, 15), (((double[])response.AdditionalProperties!["decodealign.scores"]!).Length, response.Usage!.TotalTokenCount));
        Assert.Equal([7, 8, 9, 10, 11], inner.Options.Select(given => given!.Seed!.Value).Order());
        Assert.All(inner.Options, given => Assert.Equal(0.5f, given!.Temperature));
        // what is no text stays with the message that is told of the direction
        Assert.All(inner.Messages, messages => Assert.Same(image, Assert.Single(messages).Contents[1]));
        await Assert.ThrowsAsync<ArgumentException>(() => client.GetResponseAsync([new(ChatRole.System, "s")]));
    }

    [Fact]
    public async Task WithSelection_BestOfByLogP_IsRefused()
    {
        using var inner = new ScriptedChatClient((_, _) => "x");
        var fault = await Assert.ThrowsAsync<NotSupportedException>(() => inner.WithSelection(new BestOf(2)).GetResponseAsync("hi"));
        Assert.Contains("log P", fault.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>("Answers", () => inner.WithSelection(new BestOf(0)));
    }
}
