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

    // the answers are A, B, C in the order of asking, which a judge's questions turn round
    [Fact]
    public async Task WithSelection_JudgedByAnotherClient_TakesItsScoresAndCountsItsTokens()
    {
        string[] answers = ["a dog", "a fox", "a cat"];
        using var inner = new ScriptedChatClient((_, call) => answers[call]);
        using var judging = new ScriptedChatClient((message, _) => Judgement(message));
        using var client = inner.WithSelection(new Listwise(3) { Judge = new ChatJudge(judging, ["Foxes are good."], new() { Temperature = 0 }), Orders = 3 });
        var response = await client.GetResponseAsync("tell", cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal("a fox", response.Text);
        // three answers and three readings, each of 1 and 2 tokens
        Assert.Equal((6, 12, 18), (response.Usage!.InputTokenCount, response.Usage.OutputTokenCount, response.Usage.TotalTokenCount));
        Assert.Equal(3, judging.Options.Count);
        Assert.All(judging.Options, options => Assert.Equal(0, options!.Temperature));
        Assert.All(judging.Options, options => Assert.Equal("judgement", Assert.IsType<ChatResponseFormatJson>(options!.ResponseFormat).SchemaName));
        Assert.All(judging.Messages, messages => Assert.Contains("- Foxes are good.", messages[0].Text, StringComparison.Ordinal));
        // scores 3 and 5, less a place of a quarter each: the cat and the dog are equal, and told apart by their places
        Assert.Equal([2.75, 5, 2.5], ((double[])response.AdditionalProperties!["decodealign.scores"]!).Select(score => Math.Round(score, 12)));

        using var knockout = new ScriptedChatClient((_, call) => answers[call]).WithSelection(new Tournament(3) { Judge = new ChatJudge(judging) });
        Assert.Equal("a fox", (await knockout.GetResponseAsync("tell", cancellationToken: TestContext.Current.CancellationToken)).Text);

        static string Judgement(string message)
        {
            var texts = message.Split("\n\nAnswer ")[1..].Select(part => (Letter: part[..1], Text: part[3..].Trim())).ToList();
            var order = texts.OrderByDescending(one => one.Text.Contains("fox", StringComparison.Ordinal)).ThenByDescending(one => one.Text).Select(one => $"\"{one.Letter}\"");
            return $$"""Surely: {"scores": {{{string.Join(", ", texts.Select(one => $"\"{one.Letter}\": {(one.Text.Contains("fox", StringComparison.Ordinal) ? 5 : 3)}"))}}}, "ranking": [{{string.Join(", ", order)}}]}.""";
        }
    }

    [Theory]
    [InlineData("The second one.")]
    [InlineData("{\"scores\": {\"A\": 3}}")]
    [InlineData("{\"scores\": {\"A\": 3, \"B\": 9}}")]
    public async Task ChatJudge_WithoutScores_IsAnErrorThatNamesIt(string judgement)
    {
        using var inner = new ScriptedChatClient((_, call) => $"{call}");
        using var judging = new ScriptedChatClient((_, _) => judgement);
        var fault = await Assert.ThrowsAsync<HeuristicException>(() => inner.WithSelection(new Tournament(2) { Judge = new ChatJudge(judging, name: "jury") }).GetResponseAsync("tell"));
        Assert.Contains("'jury'", fault.Message, StringComparison.Ordinal);
        Assert.Contains(judgement, fault.Message, StringComparison.Ordinal);
    }
}
