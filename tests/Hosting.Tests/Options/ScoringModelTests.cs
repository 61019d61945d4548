using DecodeAlign.Decoding;
using DecodeAlign.DefaultModel;
using DecodeAlign.Heuristics;
using DecodeAlign.Hosting;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace DecodeAlign.Tests;

/// <summary>Models of the container that score texts, named in configuration and by chat requests as on a command line.</summary>
public class ScoringModelTests
{
    private static readonly (string, string)[] Writer = [("Models:writer:Engine", "small"), ("Models:other:Engine", "small"), ("Models:rm:Engine", "reward"), ("Decoders:d:Model", "writer"), ("Decoders:d:MaxTokens", "5")];

    public static TheoryData<string, string, Func<ILanguageModel, ILanguageModel, IHeuristic>> Kinds => new()
    {
        { "reward=rm#1@2", "rm#1", (_, reward) => new RewardModel(reward, new() { Name = "rm" }).Output("1") },
        { "judge=other@5", "judge", (writer, _) => new Judge(writer, Judge.Ask(["Be kind.", "Be brief."])) },
        { "likelihood=other@-0.5", "likelihood", (writer, _) => new Likelihood(writer) },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task GenerateAsync_ModelThatScores_AsTheHeuristicItself(string spec, string name, Func<ILanguageModel, ILanguageModel, IHeuristic> create)
    {
        using var host = Host([("Decoders:d:Heuristics:0", spec), .. Principles(spec)]);
        var decoder = host.Services.GetRequiredService<HostedDecoder>();
        // nothing is loaded yet: the request waits for the models
        Assert.Equal(ModelState.NotLoaded, host.Services.GetRequiredKeyedService<HostedModel>(spec.Contains("rm", StringComparison.Ordinal) ? "rm" : "other").State);
        var result = await decoder.GenerateAsync("Go on", TestContext.Current.CancellationToken);
        await using var writer = SmallModel.Load();
        await using var reward = SmallModel.Load(rewards: 2);
        await using var judge = spec.StartsWith("judge", StringComparison.Ordinal) ? await Cpu.CpuModel.LoadAsync(EmbeddedModel.Folder, cancellationToken: TestContext.Current.CancellationToken) : null;
        var heuristic = new WeightedHeuristic(create(judge ?? writer, reward), ScoringModel.Find(spec)!.Weight);
        var expected = await new Decoder(writer).GenerateAsync(decoder.CreateRequest("Go on") with { Heuristics = [heuristic] }, TestContext.Current.CancellationToken);
        Assert.Equal((expected.Text, expected.Answer.Score), (result.Text, result.Answer.Score));
        Assert.Equal([name], result.Answer.Heuristics.Select(value => value.Name));
        Assert.Equal(expected.Answer.Heuristics, result.Answer.Heuristics);
    }

    [Theory]
    [InlineData("reward=rm#1@2", "rm#1")]
    [InlineData("judge=other@5", "judge")]
    [InlineData("likelihood=other@-0.5", "likelihood")]
    public async Task GetResponseAsync_ModelThatScores_AsConfigured(string spec, string name)
    {
        using var configured = Host([("Decoders:d:Heuristics:0", spec), .. Principles(spec)]);
        var expected = await configured.Services.GetRequiredService<HostedDecoder>().GenerateAsync("Go on", TestContext.Current.CancellationToken);
        using var plain = Host(spec.StartsWith("judge", StringComparison.Ordinal) ? [Judging] : []);
        var options = new ChatOptions { AdditionalProperties = new() { [ChatOptionKeys.Heuristics] = spec } };
        if (spec.StartsWith("judge", StringComparison.Ordinal)) options.AdditionalProperties[ChatOptionKeys.Principles] = new[] { "Be kind.", "Be brief." };
        var answer = await plain.Services.GetRequiredService<IChatClient>().GetResponseAsync("Go on", options, TestContext.Current.CancellationToken);
        Assert.Equal(name, Assert.Single(Assert.IsType<DecodingResult>(answer.RawRepresentation).Answer.Heuristics).Name);
        Assert.Equal(expected.Text, answer.Text);
    }

    // configured, and by a chat request's keys: log odds of a judge that is told a context
    [Fact]
    public async Task Judge_ContextAndScore_AsInCode()
    {
        (string, string)[] settings = [Judging, ("Decoders:d:Heuristics:0", "judge=other@0.5"), ("Decoders:d:Principles:0", "Be kind."), ("Decoders:d:JudgeContext", "For children."), ("Decoders:d:JudgeScore", "log-odds")];
        using var configured = Host(settings);
        var decoder = configured.Services.GetRequiredService<HostedDecoder>();
        var result = await decoder.GenerateAsync("Go on", TestContext.Current.CancellationToken);
        await using var writer = SmallModel.Load();
        await using var judge = await Cpu.CpuModel.LoadAsync(EmbeddedModel.Folder, cancellationToken: TestContext.Current.CancellationToken);
        var heuristic = new Judge(judge, Judge.Ask(["Be kind."], context: "For children."), score: JudgeScore.LogOdds);
        var expected = await new Decoder(writer).GenerateAsync(decoder.CreateRequest("Go on") with { Heuristics = [new(heuristic, 0.5)] }, TestContext.Current.CancellationToken);
        Assert.Equal(expected.Answer.Heuristics, result.Answer.Heuristics);

        using var plain = Host([Judging]);
        var options = new ChatOptions { AdditionalProperties = new() { [ChatOptionKeys.Heuristics] = "judge=other@0.5", [ChatOptionKeys.Principles] = "Be kind.", [ChatOptionKeys.JudgeContext] = "For children.", [ChatOptionKeys.JudgeScore] = "log-odds" } };
        var client = plain.Services.GetRequiredService<IChatClient>();
        var answer = await client.GetResponseAsync("Go on", options, TestContext.Current.CancellationToken);
        Assert.Equal(result.Answer.Heuristics, Assert.IsType<DecodingResult>(answer.RawRepresentation).Answer.Heuristics);
        options.AdditionalProperties[ChatOptionKeys.JudgeScore] = "odds";
        Assert.Contains("must be probability or log-odds; it is 'odds'", (await Assert.ThrowsAsync<ArgumentException>(() => client.GetResponseAsync("Go on", options, TestContext.Current.CancellationToken))).Message, StringComparison.Ordinal);
    }

    // the embedded model judges what the small one writes
    [Theory]
    [InlineData("tournament")]
    [InlineData("listwise")]
    public async Task JudgeModel_OfTheContainer_AsInCode(string preset)
    {
        using var host = Host([Judging, ("Decoders:d:Preset", preset), ("Decoders:d:Answers", "3"), ("Decoders:d:JudgeModel", "other"), ("Decoders:d:Criterion", "Short is good.")]);
        var decoder = host.Services.GetRequiredService<HostedDecoder>();
        var result = await decoder.GenerateAsync("Go on", TestContext.Current.CancellationToken);
        await using var writer = SmallModel.Load();
        await using var judge = await Cpu.CpuModel.LoadAsync(EmbeddedModel.Folder, cancellationToken: TestContext.Current.CancellationToken);
        var parts = DecoderCatalogue.Get(preset).Create([new("answers", 3)]);
        var expected = await new Decoder(writer).GenerateAsync(decoder.CreateRequest("Go on") with { Decoder = parts with { Selection = (JudgedSelection)parts.Selection! with { Judge = new LabelJudge(judge, "Short is good.") } } }, TestContext.Current.CancellationToken);
        Assert.Equal(expected.Text, result.Text);
        Assert.Equal(((JudgeReport)expected.Selection!).Standings.Select(standing => standing.Value), ((JudgeReport)result.Selection!).Standings.Select(standing => standing.Value));
        // by a chat request
        using var plain = Host([Judging, ("Decoders:d:Preset", preset)]);
        ChatOptions Asking(string model) => new() { AdditionalProperties = new() { [ChatOptionKeys.Setting("answers")] = 3, [ChatOptionKeys.Setting("judgeModel")] = model, [ChatOptionKeys.Setting("criterion")] = "Short is good." } };
        var answer = await plain.Services.GetRequiredService<IChatClient>().GetResponseAsync("Go on", Asking("other"), TestContext.Current.CancellationToken);
        Assert.Equal(result.Text, answer.Text);
        Assert.Contains("['decodealign.judgeModel'] names the model 'nobody'", (await Assert.ThrowsAsync<ArgumentException>(() => plain.Services.GetRequiredService<IChatClient>().GetResponseAsync("Go on", Asking("nobody"), TestContext.Current.CancellationToken))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GenerateAsync_InsideACombination_WaitsForTheModelToo()
    {
        using var host = Host([("Decoders:d:Heuristics:0", "reward=rm#0"), ("Decoders:d:Heuristics:1", "likelihood=other"), ("Decoders:d:Combine", "constrained:likelihood=other>=-9")]);
        var result = await host.Services.GetRequiredService<HostedDecoder>().GenerateAsync("Go on", TestContext.Current.CancellationToken);
        Assert.Equal(5, result.Answer.Ids.Count);
    }

    [Theory]
    [InlineData("DecodeAlign:Decoders:d:Heuristics: 'judge=nobody' names the model 'nobody', which is not there", "Heuristics:0", "judge=nobody")]
    [InlineData("DecodeAlign:Decoders:d:Heuristics: 'rm#' names no output", "Heuristics:0", "reward=rm#")]
    [InlineData("DecodeAlign:Decoders:d:Principles: a judge needs at least one principle", "Heuristics:0", "judge=other")]
    [InlineData("DecodeAlign:Decoders:d:Principles: does nothing here: there is no judge to follow it", "Principles:0", "Be kind.")]
    [InlineData("DecodeAlign:Decoders:d:JudgeContext: does nothing here: there is no judge to tell it to", "JudgeContext", "For children.")]
    [InlineData("DecodeAlign:Decoders:d:JudgeScore: does nothing here: there is no judge", "JudgeScore", "log-odds")]
    [InlineData("DecodeAlign:Decoders:d:RewardOutputs: does nothing here: there is no reward model", "RewardOutputs", "helpsteer")]
    [InlineData("DecodeAlign:Decoders:d:RewardSteps: does nothing here: there is no reward model", "RewardSteps", ".")]
    public void Validate_WhatIsWrongWithIt_IsSaidWithItsKey(string expected, string key, string value)
    {
        using var host = Host([($"Decoders:d:{key}", value)]);
        var fault = Assert.Throws<OptionsValidationException>(() => host.Services.GetRequiredService<HostedDecoder>());
        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GenerateAsync_ModelWithoutScoreHead_NamesIt()
    {
        using var host = Host([("Decoders:d:Heuristics:0", "reward=other")]);
        var fault = await Assert.ThrowsAsync<HeuristicException>(() => host.Services.GetRequiredService<HostedDecoder>().GenerateAsync("Go on", TestContext.Current.CancellationToken));
        Assert.Contains("reward=other", fault.Message, StringComparison.Ordinal);
        Assert.Contains("has no reward head", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("judge=other", null, "needs 'decodealign.principles'")]
    [InlineData("likelihood=other", "Be kind.", "there is no judge among 'decodealign.heuristics' to follow it")]
    [InlineData("judge=/etc", "Be kind.", "names the model '/etc', which is not there")]
    public async Task GetResponseAsync_WhatIsWrongWithIt_IsRefusedByName(string spec, string? principle, string expected)
    {
        using var host = Host([]);
        var options = new ChatOptions { AdditionalProperties = new() { [ChatOptionKeys.Heuristics] = spec } };
        if (principle is not null) options.AdditionalProperties[ChatOptionKeys.Principles] = principle;
        var fault = await Assert.ThrowsAnyAsync<Exception>(() => host.Services.GetRequiredService<IChatClient>().GetResponseAsync("Go on", options, TestContext.Current.CancellationToken));
        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
    }

    private static (string, string)[] Principles(string spec) =>
        spec.StartsWith("judge", StringComparison.Ordinal) ? [Judging, ("Decoders:d:Principles:0", "Be kind."), ("Decoders:d:Principles:1", "Be brief.")] : [];

    // a judge's model has to tell " Yes" from " No" by one token
    private static (string, string) Judging
    {
        get
        {
            Assert.SkipUnless(EmbeddedModel.Exists, "this build has no embedded model");
            return ("Models:other:Engine", "cpu");
        }
    }

    private static Microsoft.Extensions.Hosting.IHost Host((string, string)[] settings) => Services.Host(
        Services.Section([.. Writer.ExceptBy(settings.Select(setting => setting.Item1), own => own.Item1), .. settings]),
        build => build.AddEngine("small", Services.Loader).AddEngine("reward", (_, _, _, _) => Task.FromResult<ILanguageModel>(SmallModel.Load(rewards: 2))));
}
