using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

public class RolloutTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static readonly WeightedHeuristic LikesB = new(new TextHeuristic((text, ended) => text.Count(c => c == 'b') + (ended ? 0.5 : 0)));

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task GenerateAsync_ModelThatRollsOut_GivesTheSameAnswerWithoutSteppingLookaheads(bool constrained, bool stops)
    {
        var barred = 0;
        for (var seed = 0; seed < 100; seed++)
        {
            using var engine = new TableEngine(5, seed);
            await using var stepped = new EngineModel(engine, new LetterTokenizer(5));
            await using var rolling = new RolloutModel(engine, 5);
            var request = new DecodingRequest { Prompt = "a", Heuristics = [LikesB], Constraints = constrained ? [new AtLeastConstraint(2, 3)] : [] }
                .With(SearchSetup.Deal(1 + seed % 3, 3, 4) with { MaxTokens = 7, StopSequences = stops ? ["bc"] : [] });

            var expected = await new Decoder(stepped).GenerateAsync(request, TestContext.Current.CancellationToken);
            var result = await new Decoder(rolling).GenerateAsync(request, TestContext.Current.CancellationToken);

            Assert.Equal(expected.Answer.Ids, result.Answer.Ids);
            Assert.Equal(expected.Answer.Score, result.Answer.Score);
            Assert.True(rolling.Rollouts > 0 || result.Answer.Ids.Count == 1);
            if (constrained && engine.Logits(stepped.Tokenizer.Encode("a")).AsSpan().IndexOf(0) == 0) barred++;
        }
        // the constraint forbids what the model would have gone on with, somewhere
        Assert.True(!constrained || barred > 0);
    }

    [Fact]
    public async Task GenerateAsync_ModelThatDraws_DrawsByItsDistributionAndTellsItsOwnLogP()
    {
        using var engine = new TableEngine(5, 3, ties: false);
        await using var model = Drawing(engine, ModelCapabilities.NamedTokens | ModelCapabilities.Masks);
        var counts = new int[5];
        const int Draws = 2000;
        for (var seed = 0; seed < Draws; seed++)
        {
            var request = new DecodingRequest { Prompt = "a" }.With(SearchSetup.Sample with { MaxTokens = 4, Seed = (ulong)seed });
            var answer = (await new Decoder(model).GenerateAsync(request, TestContext.Current.CancellationToken)).Answer;
            counts[answer.Ids[0]]++;
            if (seed < 50) Assert.Equal(LogP(engine, model.Tokenizer.Encode("a"), answer.Ids), answer.LogProbability, 9);
        }
        var expected = Probabilities(engine, model.Tokenizer.Encode("a"));
        var chiSquared = counts.Select((count, token) => Math.Pow(count - Draws * expected[token], 2) / (Draws * expected[token])).Sum();
        // four degrees of freedom: above 23.5 once in ten thousand
        Assert.InRange(chiSquared, 0, 23.5);
        Assert.True(model.Drawn > 0);
    }

    [Theory]
    [InlineData("step-beam")]
    [InlineData("dvts")]
    [InlineData("blockwise")]
    [InlineData("speculative-rejection")]
    public async Task GenerateAsync_ModelThatOnlyDraws_GivesSegmentsAndSurvivors(string name)
    {
        using var engine = new TableEngine(5, 3, ties: false);
        var model = new RolloutModel(engine, 5) { Facts = engine.Facts with { Capabilities = ModelCapabilities.SampledContinuations } };
        var request = new DecodingRequest
        {
            Prompt = "a", Heuristics = [new(new TextHeuristic((text, _) => text.Count(c => c == 'b')))], MaxTokens = 12,
            Decoder = DecoderCatalogue.Get(name).Create(name == "speculative-rejection" ? [new("rejectShare", 0.0)] : [new("segmentMost", 3)]),
        };
        var result = await new Decoder(model).GenerateAsync(request, Cancel);
        Assert.True(model.Drawn > 0);
        Assert.Equal(result.Answers.Select(answer => answer.Text), (await new Decoder(model).GenerateAsync(request, Cancel)).Answers.Select(answer => answer.Text));
        Assert.NotEqual(result.Answer.Ids, (await new Decoder(model).GenerateAsync(request with { Seed = 1 }, Cancel)).Answer.Ids);
        if (name != "speculative-rejection") return;
        var best = await new Decoder(model).GenerateAsync(request with { Decoder = DecoderCatalogue.Get("best-of").Create([new("answers", 16), new("temperature", 1.0)]) }, Cancel);
        Assert.Equal(best.Answers.Select(answer => answer.Text), result.Answers.Select(answer => answer.Text));
    }

    [Fact]
    public async Task GenerateAsync_ModelThatOnlyDraws_IsRefusedAStochasticBeam()
    {
        using var engine = new TableEngine(5, 3, ties: false);
        var model = new RolloutModel(engine, 5) { Facts = engine.Facts with { Capabilities = ModelCapabilities.SampledContinuations } };
        var fault = await Assert.ThrowsAsync<NotSupportedException>(() => new Decoder(model).GenerateAsync(new() { Prompt = "a", Decoder = DecoderCatalogue.Get("stochastic-beam").Create() }, Cancel));
        Assert.Contains("'stochastic-beam' with sampling needs FullDistribution", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GenerateAsync_ModelThatDrawsByItself_BestOfAndSampledLookaheadsGiveOneAnswerForOneSeed()
    {
        using var engine = new TableEngine(5, 4, ties: false);
        await using var model = Drawing(engine, ModelCapabilities.NamedTokens | ModelCapabilities.Masks);
        SearchSetup[] setups = [SearchSetup.BestOf(4) with { MaxTokens = 9 }, SearchSetup.Deal(1, 3, 4) with { LookaheadChoice = TokenChoice.Sample, MaxTokens = 7 }];
        foreach (var setup in setups)
        {
            var request = new DecodingRequest { Prompt = "a", Heuristics = [LikesB] }.With(setup);
            var first = await new Decoder(model).GenerateAsync(request, TestContext.Current.CancellationToken);
            var again = await new Decoder(model).GenerateAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal(first.Answer.Ids, again.Answer.Ids);
            Assert.Equal(first.Answer.Score, again.Answer.Score);
        }
    }

    [Fact]
    public async Task GenerateAsync_DrawsThatRepeatOrAreForbidden_AreDrawnFromTheWholeDistribution()
    {
        using var engine = new TableEngine(4, 7, ties: false, ends: false);
        await using var model = Drawing(engine, ModelCapabilities.NamedTokens | ModelCapabilities.Masks | ModelCapabilities.FullDistribution);
        for (var seed = 0; seed < 40; seed++)
        {
            var request = new DecodingRequest { Prompt = "a", Decoder = new() { Name = "sample", Proposal = new WithoutRepeats(new SampledTokens(), 2) { Spare = 3 } }, MaxTokens = 6, Seed = (ulong)seed };
            var ids = (await new Decoder(model).GenerateAsync(request, TestContext.Current.CancellationToken)).Answer.Ids;
            var pairs = ids.Zip(ids.Skip(1)).ToList();
            Assert.Equal(pairs.Count, pairs.Distinct().Count());

            var constrained = new DecodingRequest { Prompt = "a", Constraints = [new AtLeastConstraint(2, 3)] }.With(SearchSetup.Sample with { MaxTokens = 6, Seed = (ulong)seed });
            var answer = (await new Decoder(model).GenerateAsync(constrained, TestContext.Current.CancellationToken)).Answer;
            Assert.True(answer.Ids.Count(id => id == 2) >= 3);
            Assert.Null(answer.MaskLoss);
        }
        Assert.True(model.Drawn > 0);
    }

    [Theory]
    [InlineData("penalty", "with penalties")]
    [InlineData("constraint", "sampling under a constraint")]
    [InlineData("repeats", "passes over what would repeat")]
    [InlineData("particles", "with sampling")]
    [InlineData("lookahead", "a sampled lookahead")]
    [InlineData("top", "4 at most")]
    public async Task GenerateAsync_WhatAModelThatDrawsCannotDo_IsRefusedByName(string what, string said)
    {
        using var engine = new TableEngine(9, 4, ties: false);
        await using var model = Drawing(engine, ModelCapabilities.NamedTokens | ModelCapabilities.Masks);
        var request = new DecodingRequest { Prompt = "a", Heuristics = [LikesB] };
        request = what switch
        {
            "penalty" => request.With(SearchSetup.Sample with { Sampling = new() { RepetitionPenalty = 1.1 } }),
            "constraint" => (request with { Constraints = [new AtLeastConstraint(2, 3)] }).With(SearchSetup.Sample),
            "repeats" => request with { Decoder = new() { Name = "sample", Proposal = new WithoutRepeats(new SampledTokens(), 2) { Spare = 3 } } },
            "particles" => request with { Decoder = new() { Name = "particles", Proposal = new SampledTokens(), Keep = new KeepParticles { Beam = 2 } } },
            "lookahead" => (request with { Constraints = [new AtLeastConstraint(2, 3)] }).With(SearchSetup.Deal(1, 3, 4) with { LookaheadChoice = TokenChoice.Sample }),
            _ => request.With(SearchSetup.Deal(1, 5, 4)),
        };
        var refusal = await Assert.ThrowsAsync<NotSupportedException>(() => new Decoder(model).GenerateAsync(request, TestContext.Current.CancellationToken));
        Assert.Contains(said, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("table", refusal.Message, StringComparison.Ordinal);
    }

    private static RolloutModel Drawing(TableEngine engine, ModelCapabilities capabilities) => new(engine, engine.Facts.VocabularySize)
    {
        Facts = engine.Facts with { Capabilities = capabilities | ModelCapabilities.SampledContinuations, IsDistributionCostly = true, MostTop = 4 },
    };

    private static double[] Probabilities(TableEngine engine, int[] path)
    {
        var all = new double[engine.Facts.VocabularySize];
        LogitReader.Read(engine.Logits(path), new() { Node = 1, LogProbabilities = all });
        return [.. all.Select(Math.Exp)];
    }

    private static double LogP(TableEngine engine, int[] path, IEnumerable<int> ids)
    {
        var sum = 0.0;
        foreach (var id in ids)
        {
            sum += Math.Log(Probabilities(engine, path)[id]);
            path = [.. path, id];
        }
        return sum;
    }
}
