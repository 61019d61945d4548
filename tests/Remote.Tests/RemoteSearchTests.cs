using System.Text.Json.Nodes;
using DecodeAlign.Decoding;
using DecodeAlign.Heuristics;
using DecodeAlign.Remote;

namespace DecodeAlign.Tests;

/// <summary>The same search over a server as over the engine behind it.</summary>
public class RemoteSearchTests
{
    private static readonly WeightedHeuristic LikesB = new(new TextHeuristic((text, ended) => text.Count(c => c == 'b') + (ended ? 0.5 : 0)));

    public static TheoryData<string> Kinds => Servers.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task GenerateAsync_AnySearchOverTokens_IsTheEnginesOwn(string kind)
    {
        (SearchSetup Setup, bool Constrained)[] searches =
        [
            (SearchSetup.Greedy with { MaxTokens = 12 }, false), (SearchSetup.BeamSearch(3) with { MaxTokens = 9 }, false), (SearchSetup.Deal(1, 4, 5) with { MaxTokens = 9 }, false),
            (SearchSetup.Deal(2, 3, 4) with { MaxTokens = 8, StopSequences = ["bc"] }, false), (SearchSetup.Deal(1, 4, 5) with { MaxTokens = 9 }, true), (SearchSetup.GridBeam(4, 3, 2) with { MaxTokens = 9 }, true),
        ];
        for (var seed = 0; seed < 6; seed++)
        {
            using var engine = new TableEngine(9, seed, ties: false);
            await using var local = new EngineModel(engine, new LetterTokenizer(9));
            await using var remote = await Servers.Make(kind, engine).ConnectAsync();
            foreach (var (setup, constrained) in searches)
            {
                var request = new DecodingRequest { Prompt = "ab", Heuristics = [LikesB], Constraints = constrained ? [new AtLeastConstraint(4, 3)] : [] }.With(setup);
                var expected = await new Decoder(local).GenerateAsync(request, TestContext.Current.CancellationToken);
                var result = await new Decoder(remote).GenerateAsync(request, TestContext.Current.CancellationToken);
                Assert.Equal(expected.Answers.Select(answer => answer.Ids), result.Answers.Select(answer => answer.Ids));
                Assert.Equal(expected.Answer.LogProbability, result.Answer.LogProbability, 9);
                Assert.Equal(expected.Answer.Score, result.Answer.Score, 9);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task GenerateAsync_RobustPreferenceSelection_AsksAndChoosesAsOverTheEngine(string kind)
    {
        var rps = new PreferenceSelection
        {
            Target = PreferenceDirection.Parse("bees=0.8,length=0.6"),
            Objectives = [new("bees", new TextHeuristic((text, _) => text.Count(c => c == 'b'))), new("length", new TextHeuristic((text, _) => text.Length))],
            Conditioner = PreferenceConditioner.From("letters", (prompt, v) => prompt + (char)('a' + (int)Math.Round(v.Weights[0] * 5))),
        };
        for (var seed = 0; seed < 4; seed++)
        {
            using var engine = new TableEngine(9, seed, ties: false);
            await using var local = new EngineModel(engine, new LetterTokenizer(9));
            await using var remote = await Servers.Make(kind, engine).ConnectAsync();
            // what a server draws is drawn by other numbers, so that each direction's answer is the likeliest
            var request = new DecodingRequest { Prompt = "ab", Decoder = Decoders.Beam(2) with { Selection = rps }, MaxTokens = 9 };
            var expected = await new Decoder(local).GenerateAsync(request, TestContext.Current.CancellationToken);
            var result = await new Decoder(remote).GenerateAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal(expected.Answer.Ids, result.Answer.Ids);
            Assert.Equal(expected.Answers.Select(answer => answer.Text), result.Answers.Select(answer => answer.Text));
            Assert.True(result.Answers.Count > 1);
            // sampled: the same answer for one seed
            var drawn = request with { Decoder = Decoders.Sample(0.9) with { Selection = rps }, Seed = 5 };
            Assert.Equal((await new Decoder(remote).GenerateAsync(drawn, TestContext.Current.CancellationToken)).Answer.Ids, (await new Decoder(remote).GenerateAsync(drawn, TestContext.Current.CancellationToken)).Answer.Ids);
        }
    }

    [Fact]
    public async Task GenerateAsync_EqualTokens_AreChosenByLowerIdAsTheEngineDoes()
    {
        for (var seed = 0; seed < 15; seed++)
        {
            using var engine = new TableEngine(7, seed);
            await using var local = new EngineModel(engine, new LetterTokenizer(7));
            await using var remote = await Servers.Make("llama.cpp", engine).ConnectAsync();
            var request = new DecodingRequest { Prompt = "a", Heuristics = [LikesB] }.With(SearchSetup.Deal(1, 3, 4) with { MaxTokens = 7 });
            Assert.Equal((await new Decoder(local).GenerateAsync(request, TestContext.Current.CancellationToken)).Answer.Ids, (await new Decoder(remote).GenerateAsync(request, TestContext.Current.CancellationToken)).Answer.Ids);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task GenerateAsync_Deal_TakesAtMostTwoRequestsAStep(string kind)
    {
        using var engine = new TableEngine(9, 5, ties: false, ends: false, contextLength: 200);
        var server = Servers.Make(kind, engine);
        await using var remote = await server.ConnectAsync();
        var before = server.Asked;
        var request = new DecodingRequest { Prompt = "ab", Heuristics = [LikesB] }.With(SearchSetup.Deal(1, 4, 16) with { MaxTokens = 40 });
        var result = await new Decoder(remote).GenerateAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(40, result.Answer.Ids.Count);
        Assert.InRange(server.Asked - before, 20, 50);
        Assert.True(result.Statistics.TokenEvaluations > 0 && remote.Statistics.Requests > 0 && remote.Statistics.CachedTokens > 0);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task GenerateAsync_Sampling_IsDrawnByTheServerAndTellsTheModelsOwnLogP(string kind)
    {
        using var engine = new TableEngine(6, 3, ties: false);
        var server = Servers.Make(kind, engine);
        await using var remote = await server.ConnectAsync();
        var counts = new int[6];
        const int Draws = 500;
        var logP = Expected(engine, [2]);
        for (var seed = 0; seed < Draws; seed++)
        {
            var request = new DecodingRequest { Prompt = "a" }.With(SearchSetup.Sample with { MaxTokens = 3, Seed = (ulong)seed, Sampling = new() { Temperature = 1.5 } });
            var answer = (await new Decoder(remote).GenerateAsync(request, TestContext.Current.CancellationToken)).Answer;
            counts[answer.Ids[0]]++;
            if (seed >= 20) continue;
            var (own, path) = (0.0, new List<int> { 2 });
            foreach (var id in answer.Ids)
            {
                own += Expected(engine, path)[id];
                path.Add(id);
            }
            Assert.Equal(own, answer.LogProbability, 9);
        }
        var weights = logP.Select(value => Math.Exp(value / 1.5)).ToArray();
        var chiSquared = counts.Select((count, token) => Math.Pow(count - Draws * weights[token] / weights.Sum(), 2) / (Draws * weights[token] / weights.Sum())).Sum();
        // five degrees of freedom: above 25.7 once in ten thousand
        Assert.InRange(chiSquared, 0, 25.7);
    }

    [Fact]
    public async Task GenerateAsync_BestOf_AsksOnceForEachAnswerAndGivesTheSameForTheSameSeed()
    {
        using var engine = new TableEngine(6, 3, ties: false, ends: false, contextLength: 200);
        var server = Servers.Make("vLLM", engine);
        await using var remote = await server.ConnectAsync();
        var request = new DecodingRequest { Prompt = "a", Heuristics = [LikesB] }.With(SearchSetup.BestOf(6) with { MaxTokens = 30 });
        var before = server.Asked;
        var first = await new Decoder(remote).GenerateAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(6, server.Asked - before);
        Assert.Equal(6, first.Answers.Select(answer => string.Join(' ', answer.Ids)).Distinct().Count());
        Assert.Equal(first.Answer.Ids, (await new Decoder(remote).GenerateAsync(request, TestContext.Current.CancellationToken)).Answer.Ids);
    }

    [Fact]
    public async Task GenerateAsync_SamplingUnderAConstraint_ReadsWholeDistributionsOrIsRefused()
    {
        using var engine = new TableEngine(9, 4, ties: false);
        var request = new DecodingRequest { Prompt = "a", Constraints = [new AtLeastConstraint(4, 3)] }.With(SearchSetup.Sample with { MaxTokens = 8 });
        foreach (var kind in (string[])["llama.cpp", "SGLang"])
        {
            await using var remote = await Servers.Make(kind, engine).ConnectAsync();
            Assert.True((await new Decoder(remote).GenerateAsync(request, TestContext.Current.CancellationToken)).Answer.Ids.Count(id => id == 4) >= 3);
        }
        await using var vllm = await Servers.Make("vLLM", engine).ConnectAsync();
        var refusal = await Assert.ThrowsAsync<NotSupportedException>(() => new Decoder(vllm).GenerateAsync(request, TestContext.Current.CancellationToken));
        Assert.Contains("sampling under a constraint", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GenerateAsync_WhatAServerLacks_IsRefusedByNameBeforeTheFirstToken()
    {
        using var engine = new TableEngine(9, 4, ties: false);
        var server = new FakeVllm(engine) { MaxLogprobs = 3, Names = false };
        await using var remote = await server.ConnectAsync();
        Assert.Equal((3, 0, false), (remote.Server.MostTop, remote.Server.MostNamed, remote.Facts.Capabilities.HasFlag(ModelCapabilities.NamedTokens)));
        var before = server.Asked;
        foreach (var (setup, said) in ((SearchSetup, string)[])[(SearchSetup.Deal(1, 8, 4), "3 at most"), (SearchSetup.Sample with { Sampling = new() { RepetitionPenalty = 1.2 } }, "penalties")])
        {
            var refusal = await Assert.ThrowsAsync<NotSupportedException>(() => new Decoder(remote).GenerateAsync(new DecodingRequest { Prompt = "a", Heuristics = [LikesB] }.With(setup), TestContext.Current.CancellationToken));
            Assert.Contains(said, refusal.Message, StringComparison.Ordinal);
        }
        Assert.Equal(before, server.Asked);
        await using var scaling = await new FakeVllm(engine) { Processed = true }.ConnectAsync();
        Assert.False(scaling.Facts.Capabilities.HasFlag(ModelCapabilities.SampledContinuations));
        Assert.NotNull(DecoderCatalogue.Get("sample").FindRefusal(scaling.Facts));
        Assert.Null(DecoderCatalogue.Get("greedy").FindRefusal(scaling.Facts));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Judge_OverAServer_ReadsTheTokensThatItNames(string kind)
    {
        using var engine = new TableEngine(9, 4, ties: false);
        await using var local = new EngineModel(engine, new LetterTokenizer(9));
        await using var remote = await Servers.Make(kind, engine).ConnectAsync();
        var answers = new Dictionary<string, double> { ["a"] = 1, ["b"] = 0 };
        DecodingRequest Request(ILanguageModel model) => new DecodingRequest { Prompt = "ab", Heuristics = [new(new Judge(model, prompt => new(prompt, "c"), answers))] }.With(SearchSetup.Deal(1, 3, 2) with { MaxTokens = 5 });
        var expected = await new Decoder(local).GenerateAsync(Request(local), TestContext.Current.CancellationToken);
        var result = await new Decoder(local).GenerateAsync(Request(remote), TestContext.Current.CancellationToken);
        Assert.Equal(expected.Answer.Ids, result.Answer.Ids);
        Assert.Equal(expected.Answer.Score, result.Answer.Score, 9);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task GenerateAsync_SixteenAtOnce_AreBoundedAndEqualToEachAlone(string kind)
    {
        using var engine = new TableEngine(9, 6, ties: false);
        var server = Servers.Make(kind, engine);
        await using var remote = await server.ConnectAsync(new() { MostRequests = 4 });
        server.Dawdles = true;
        DecodingRequest Request(int i) => new DecodingRequest { Prompt = "abcdef"[..(1 + i % 6)], Heuristics = [LikesB] }
            .With(i % 2 == 0 ? SearchSetup.Deal(1, 3, 4) with { MaxTokens = 8 } : SearchSetup.BestOf(4) with { MaxTokens = 8, Seed = (ulong)i });
        var together = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => new Decoder(remote).GenerateAsync(Request(i), TestContext.Current.CancellationToken)));
        Assert.InRange(server.MostUnderWay, 2, 4);
        server.Dawdles = false;
        for (var i = 0; i < 16; i++) Assert.Equal((await new Decoder(remote).GenerateAsync(Request(i), TestContext.Current.CancellationToken)).Answer.Ids, together[i].Answer.Ids);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task GenerateAsync_ServerThatAnswersDifferentlyEachTime_GivesOneConsistentTree(string kind)
    {
        using var engine = new TableEngine(9, 6, ties: false);
        var server = Servers.Make(kind, engine);
        server.Noise = number => 0.05 * Math.Sin(number);
        await using var remote = await server.ConnectAsync();
        Assert.InRange(remote.Server.Irregularity, 1e-6, 0.2);
        Assert.Single(remote.Facts.Warnings);
        var tree = new TokenTree();
        await using var session = await remote.OpenAsync(tree, 8, TestContext.Current.CancellationToken);
        var node = tree.AddRoot([3, 4]);
        var few = new TokenLogProbability[2];
        await session.EvaluateAsync(new EvaluationRequest[] { new() { Node = node, Top = few } }, TestContext.Current.CancellationToken);
        var (all, named) = (new TokenLogProbability[Math.Min(9, remote.Server.MostTop)], new double[2]);
        int[] names = [few[0].Token, few[1].Token];
        await session.EvaluateAsync(new EvaluationRequest[] { new() { Node = node, Top = all }, new() { Node = node, Named = names, NamedLogProbabilities = named } }, TestContext.Current.CancellationToken);
        Assert.Equal(few, all[..2]);
        Assert.Equal(few.Select(entry => entry.LogProbability), named);
        for (var i = 1; i < all.Length; i++) Assert.True(all[i].LogProbability <= all[i - 1].LogProbability);
        var asked = server.Asked;
        await session.EvaluateAsync(new EvaluationRequest[] { new() { Node = node, Top = new TokenLogProbability[4] } }, TestContext.Current.CancellationToken);
        Assert.Equal(asked, server.Asked);
    }

    private static double[] Expected(TableEngine engine, IReadOnlyList<int> path)
    {
        var all = new double[engine.Facts.VocabularySize];
        LogitReader.Read(engine.Logits([.. path]), new() { Node = 1, LogProbabilities = all });
        return all;
    }
}
