using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

public class DecoderTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GenerateAsync_LambdaZero_GivesTheTokensOfBeamSearch()
    {
        for (var seed = 0; seed < 100; seed++)
        {
            await using var model = TableEngine.Model(6, seed);
            var request = new DecodingRequest { Prompt = "ab", Heuristics = [new(new TextHeuristic((text, _) => text.Length))] };
            var deal = await new Decoder(model).GenerateAsync(request.With(SearchSetup.Deal(3, 5, 4, lambda: 0) with { MaxTokens = 10 }), Cancel);
            var beam = await new Decoder(model).GenerateAsync(request.With(SearchSetup.BeamSearch(3) with { MaxTokens = 10 }), Cancel);
            Assert.Equal(beam.Answer.Ids, deal.Answer.Ids);
        }
    }

    [Fact]
    public async Task GenerateAsync_FinishedBelowUnfinished_FinishedOneIsNotPassedOver()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            await using var model = TableEngine.Model(4, seed);
            var result = await new Decoder(model).GenerateAsync(new DecodingRequest { Prompt = "a" }.With(SearchSetup.BeamSearch(4) with { MaxTokens = 6, Savings = new() { Finish = false } }), Cancel);
            Assert.All(result.Answers, answer => Assert.True(answer.Score <= result.Answer.Score));
        }
    }

    [Fact]
    public async Task GenerateAsync_SeveralEndTokens_EndATextOnce()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            await using var model = new EngineModel(new TableEngine(6, seed, endings: [0, 1]), new LetterTokenizer(6));
            var result = await new Decoder(model).GenerateAsync(new DecodingRequest { Prompt = "a" }.With(SearchSetup.BeamSearch(6) with { MaxTokens = 5, Savings = new() { Finish = false } }), Cancel);
            string[] texts = [.. result.Answers.Where(answer => answer.FinishReason == FinishReason.Eos).Select(answer => string.Join(' ', answer.Ids.SkipLast(1)))];
            Assert.Equal(texts.Distinct(), texts);
        }
    }

    [Fact]
    public async Task GenerateAsync_EarlyFinish_EvaluatesLessForTheSameAnswer()
    {
        var (early, late) = (0L, 0L);
        for (var seed = 0; seed < 50; seed++)
        {
            await using var model = TableEngine.Model(4, seed);
            var request = new DecodingRequest { Prompt = "a" }.With(SearchSetup.BeamSearch(3) with { MaxTokens = 20 });
            var first = await new Decoder(model).GenerateAsync(request, Cancel);
            var second = await new Decoder(model).GenerateAsync(request.With(setup => setup with { Savings = new() { Finish = false } }), Cancel);
            Assert.Equal(second.Answer.Ids, first.Answer.Ids);
            early += first.Statistics.TokenEvaluations;
            late += second.Statistics.TokenEvaluations;
        }
        Assert.True(early < late, $"{early} evaluations with the rule, {late} without");
    }

    [Fact]
    public async Task GenerateAsync_GreedyDeal_CostsCandidatesTimesLookaheadPerToken()
    {
        await using var model = TableEngine.Model(6, 5, ties: false);
        var constant = new TextHeuristic((_, _) => 1);
        var result = await new Decoder(model).GenerateAsync(new DecodingRequest { Prompt = "ab", Heuristics = [new(constant)] }.With(SearchSetup.Deal(1, 4, 3) with { MaxTokens = 8 }), Cancel);

        var tokens = result.Statistics.GeneratedTokens;
        Assert.InRange(result.Statistics.TokenEvaluations, tokens, 2 + tokens * 4 * 3);
        Assert.InRange(result.Statistics.BatchedPasses, tokens, 1 + tokens * 3);
        Assert.True(result.Statistics.HeuristicCalls <= tokens * 4);
    }

    [Fact]
    public async Task GenerateAsync_StopSequenceAcrossTokens_EndsAndCutsTheText()
    {
        await using var model = TableEngine.Model(5, 11, ties: false);
        var request = new DecodingRequest { Prompt = "a" }.With(SearchSetup.Sample with { MaxTokens = 40, Seed = 3 });
        var whole = await new Decoder(model).GenerateAsync(request, Cancel);
        while (whole.Text.Length < 6)
        {
            request = request.With(setup => setup with { Seed = SearchSetup.Of(request).Seed + 1 });
            whole = await new Decoder(model).GenerateAsync(request, Cancel);
        }
        var stop = whole.Text[2..4];

        var result = await new Decoder(model).GenerateAsync(request.With(setup => setup with { StopSequences = ["zzz", stop] }), Cancel);

        Assert.Equal(FinishReason.Stop, result.Answer.FinishReason);
        Assert.Equal(whole.Text[..whole.Text.IndexOf(stop, StringComparison.Ordinal)], result.Text);
    }

    [Fact]
    public async Task GenerateAsync_BestOf_KeepsTheBestOfDifferentAnswers()
    {
        await using var model = TableEngine.Model(6, 2);
        var request = new DecodingRequest { Prompt = "a", Heuristics = [new(new TextHeuristic((text, _) => text.Count(c => c == 'b')))] }.With(SearchSetup.BestOf(12, lambda: 2) with { MaxTokens = 8, Seed = 9 });

        var result = await new Decoder(model).GenerateAsync(request, Cancel);

        Assert.Equal(12, result.Answers.Count);
        Assert.True(result.Answers.Select(a => a.Text).Distinct().Count() > 6);
        Assert.Equal(result.Answers.Max(a => a.LogProbability + 2 * a.Text.Count(c => c == 'b')), result.Answer.Score, 12);
        Assert.Equal(result.Text, (await new Decoder(model).GenerateAsync(request, Cancel)).Text);
    }

    [Fact]
    public async Task GenerateAsync_Stopped_GivesTheBestTextSoFar()
    {
        await using var model = TableEngine.Model(5, 4, ties: false);
        using var stop = new CancellationTokenSource();
        var steps = new StopAfter(3, stop);
        var request = new DecodingRequest { Prompt = "a", Heuristics = [new(new TextHeuristic((text, _) => text.Length))], Stop = stop.Token, Progress = steps }.With(SearchSetup.Deal(2, 2, 2) with { MaxTokens = 30, Savings = new() { Finish = false } });

        var result = await new Decoder(model).GenerateAsync(request, Cancel);

        Assert.Contains(result.Answers, answer => answer.FinishReason == FinishReason.Cancelled);
        Assert.True(result.Answers.Max(a => a.Ids.Count) <= 4);
        Assert.NotEmpty(result.Text);
    }

    [Fact]
    public async Task GenerateAsync_Cancelled_ThrowsAndLeavesNothingOpen()
    {
        using var engine = new TableEngine(5, 4);
        await using var model = new EngineModel(engine, new LetterTokenizer(5));
        using var source = new CancellationTokenSource();
        engine.OnPass = () =>
        {
            if (engine.Passes == 4) source.Cancel();
        };
        var request = new DecodingRequest { Prompt = "a", Heuristics = [new(new TextHeuristic((text, _) => text.Length))] }.With(SearchSetup.Deal(2, 2, 2) with { MaxTokens = 50, Savings = new() { Finish = false } });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new Decoder(model).GenerateAsync(request, source.Token));

        Assert.Equal(0, engine.OpenSessions);
        engine.OnPass = null;
        Assert.NotEmpty((await new Decoder(model).GenerateAsync(request.With(setup => setup with { MaxTokens = 3 }), Cancel)).Answer.Ids);
    }

    [Fact]
    public async Task GenerateAsync_StartState_PutsInstructionsBeforeTheInput()
    {
        var heuristic = new TextHeuristic((_, _) => 0) { AlignmentInstruction = "b" };
        var request = new DecodingRequest { Prompt = "a", TaskInstruction = "c", Heuristics = [new(heuristic)] };

        Assert.Equal("c\na", request.FullPrompt());
        Assert.Equal("c\nb\na", (request with { AskForAlignment = true }).FullPrompt());
        Assert.Equal("c\nd\na", (request with { AskForAlignment = true, AlignmentInstruction = "d" }).FullPrompt());
        await Task.CompletedTask;
    }

    private sealed class StopAfter(int steps, CancellationTokenSource source) : IProgress<DecodingProgress>
    {
        public void Report(DecodingProgress value)
        {
            if (value.Step == steps) source.Cancel();
        }
    }
}
