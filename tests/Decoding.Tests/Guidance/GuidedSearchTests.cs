using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

/// <summary>Guided searches of every shape: the memory that they reserved suffices, savings change nothing, and what can't be done is refused by name.</summary>
public class GuidedSearchTests
{
    private const int Size = 6;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AnyPromptsAndDecoders_SavingsOrNot_GiveTheSameWithinTheReservedMemory()
    {
        string[] prompts = ["a", "ab", "abc", "b", "ba", "abab"];
        var random = new Random(7);
        for (var seed = 0; seed < 150; seed++)
        {
            // the fakes check that each session holds no more nodes than were reserved, and that all are closed
            using var engine = new TableEngine(Size, seed, readsAll: true);
            using var other = new TableEngine(Size, seed + 1000, readsAll: true);
            await using var model = new EngineModel(engine, new LetterTokenizer(Size));
            await using var second = new EngineModel(other, new LetterTokenizer(Size));
            Guide[] guides = [.. Enumerable.Range(0, 1 + random.Next(3)).Select(_ => (random.Next(3), prompts[random.Next(prompts.Length)]) switch
            {
                (0, var prompt) => new Guide(random.NextDouble() * 2 - 1) { Prompt = prompt },
                (1, var prompt) => new Guide(random.NextDouble() - 0.3) { Model = second, Prompt = prompt },
                _ => new Guide(random.NextDouble() - 0.3) { Model = second },
            })];
            var request = new DecodingRequest
            {
                Prompt = "",
                Decoder = (seed % 4) switch
                {
                    0 => Decoders.Deal(1 + seed % 3, 3, 3, 0.8),
                    1 => Decoders.Beam(3),
                    2 => Decoders.Sample(),
                    _ => Decoders.Deal(1, 2, 2, 0.8) with { Rank = new() { Lambda = 0.8, Lookahead = new(3) { Choice = TokenChoice.Sample } } },
                },
                Heuristics = [new(new TextHeuristic(GuidanceTests.Reward))],
                MaxTokens = 7,
                Guidance = new() { BaseWeight = 0.5 + random.NextDouble(), Plausibility = seed % 5 == 0 ? 0.05 : 0, Guides = guides },
                Seed = (ulong)seed,
            };
            BatchPrompt[] asked = [.. Enumerable.Range(0, 1 + random.Next(4)).Select(stream => new BatchPrompt(prompts[random.Next(prompts.Length)], stream))];
            var fast = await new Decoder(model).GenerateBatchAsync(request, asked, Cancel);
            var plain = await new Decoder(model).GenerateBatchAsync(request with { Savings = SavingsOptions.None }, asked, Cancel);
            Assert.Equal(engine.Rows + other.Rows, fast.Statistics.TokenEvaluations + plain.Statistics.TokenEvaluations);
            for (var i = 0; i < asked.Length; i++)
            {
                Assert.Equal(plain.Texts[i].Answer.Ids, fast.Texts[i].Answer.Ids);
                Assert.Equal(plain.Texts[i].Answer.Score, fast.Texts[i].Answer.Score);
                // a batch is as each alone
                var alone = await new Decoder(model).GenerateAsync(request with { Prompt = asked[i].Prompt, Stream = asked[i].Stream }, Cancel);
                Assert.Equal(alone.Answer.Ids, fast.Texts[i].Answer.Ids);
            }
        }
    }

    [Theory]
    [InlineData(40)]
    [InlineData(25)]
    [InlineData(12)]
    public async Task Budget_CountsTheGuides(int budget)
    {
        for (var seed = 0; seed < 20; seed++)
        {
            await using var model = new EngineModel(new TableEngine(Size, seed, ends: false, readsAll: true), new LetterTokenizer(Size));
            await using var second = new EngineModel(new TableEngine(Size, seed + 50, ends: false, readsAll: true), new LetterTokenizer(Size));
            var result = await new Decoder(model).GenerateAsync(
                new() { Prompt = "ab", Decoder = Decoders.Greedy, MaxTokens = 20, Budget = budget, Guidance = new() { Guides = [new(-0.5) { Prompt = "b" }, new(0.5) { Model = second }] } }, Cancel);
            Assert.InRange(result.Statistics.TokenEvaluations, budget - 3, budget);
            Assert.Equal(FinishReason.Budget, result.Answer.FinishReason);
        }
    }

    [Fact]
    public async Task Constraint_HoldsUnderGuidanceThatPushesAwayFromIt()
    {
        for (var seed = 0; seed < 30; seed++)
        {
            await using var model = new EngineModel(new TableEngine(Size, seed, readsAll: true), new LetterTokenizer(Size));
            var result = await new Decoder(model).GenerateAsync(
                new() { Prompt = "b", Decoder = Decoders.Sample(), MaxTokens = 8, Seed = (ulong)seed, Constraints = [new AtLeastConstraint(4, 3)], Guidance = Guidance.ClassifierFree("cc", 3) }, Cancel);
            Assert.InRange(result.Text.Count(letter => letter == 'c'), 3, 8);
        }
    }

    [Fact]
    public async Task Processor_ChangesWhatIsChosen_AndIsToldWhatWasGenerated()
    {
        await using var model = new EngineModel(new TableEngine(5, 0, row: [-9, 1, 4, 3, 2]), new LetterTokenizer(5));
        var request = new DecodingRequest { Prompt = "a", Decoder = Decoders.Greedy, MaxTokens = 6, LogitProcessors = [new Processor((generated, scores) => { if (generated.Length > 0) scores[generated[^1]] = double.NegativeInfinity; })] };
        var result = await new Decoder(model).GenerateAsync(request, Cancel);
        Assert.Equal([2, 3, 2, 3, 2, 3], result.Answer.Ids);
        // log P is the model's own
        Assert.Equal(3 * (4 - Normalizer()) + 3 * (3 - Normalizer()), result.Answer.LogProbability, 1e-9);

        static double Normalizer() => Math.Log(new[] { -9.0, 1, 4, 3, 2 }.Sum(Math.Exp));
    }

    [Theory]
    [InlineData(double.NaN, "'mine' gave token 2 the score NaN")]
    [InlineData(double.PositiveInfinity, "'mine' gave token 2 the score")]
    public async Task Processor_GivesNoScore_IsAnErrorThatNamesIt(double score, string message)
    {
        await using var model = TableEngine.Model(5, 0);
        var request = new DecodingRequest { Prompt = "a", Decoder = Decoders.Greedy, LogitProcessors = [new Processor((_, scores) => scores[2] = score)] };
        Assert.Contains(message, (await Assert.ThrowsAsync<InvalidOperationException>(() => new Decoder(model).GenerateAsync(request, Cancel))).Message, StringComparison.Ordinal);
        request = request with { LogitProcessors = [new Processor((_, _) => throw new InvalidOperationException("no"))] };
        Assert.Contains("'mine' failed: no", (await Assert.ThrowsAsync<InvalidOperationException>(() => new Decoder(model).GenerateAsync(request, Cancel))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_ThatCannotBe_AreRefusedByName()
    {
        await using var model = TableEngine.Model(5, 0);
        await using var other = TableEngine.Model(6, 0);
        await using var small = new EngineModel(new TableEngine(5, 0, contextLength: 4), new LetterTokenizer(5));
        var request = new DecodingRequest { Prompt = "a", Decoder = Decoders.Greedy };
        Task RunAsync(DecodingRequest bad) => new Decoder(model).GenerateAsync(bad, Cancel);
        async Task RefusedAsync(DecodingRequest bad, string word) => Assert.Contains(word, (await Assert.ThrowsAnyAsync<ArgumentException>(() => RunAsync(bad))).Message, StringComparison.Ordinal);

        await RefusedAsync(request with { Guidance = new() { Guides = [] } }, "at least one guide");
        await RefusedAsync(request with { Guidance = new() { Guides = [new(1)] } }, "a model or a prompt of its own");
        await RefusedAsync(request with { Guidance = new() { Guides = [new(double.NaN) { Prompt = "b" }] } }, "weight of a guide");
        await RefusedAsync(request with { Guidance = new() { Plausibility = 2, Guides = [new(1) { Prompt = "b" }] } }, "Plausibility");
        await RefusedAsync(request with { Guidance = new() { BaseWeight = double.PositiveInfinity, Guides = [new(1) { Prompt = "b" }] } }, "BaseWeight");
        await RefusedAsync(request with { Guidance = Guidance.Contrastive(other) }, "another tokenizer");
        await RefusedAsync(request with { Guidance = Guidance.ClassifierFree("", 2) }, "guide's prompt is empty");
        await RefusedAsync(request with { Guidance = new() { Guides = [new(1) { Model = small, Prompt = "abcabc" }] } }, "prompt of a guide has 6 tokens");
        await RefusedAsync(request with { Guidance = Guidance.ClassifierFree("b", 2), LookaheadModel = model }, "LookaheadModel");
        await RefusedAsync(request with { Guidance = Guidance.ClassifierFree("b", 2), Decoder = Decoders.Greedy with { Distribution = new() { RepetitionPenalty = 1.2 } } }, "presencePenalty");
    }

    private sealed class Processor(Processor.Change change) : ILogitProcessor
    {
        public delegate void Change(ReadOnlySpan<int> generated, Span<double> scores);

        public string Name => "mine";

        public void Process(ReadOnlySpan<int> generated, Span<double> scores) => change(generated, scores);
    }
}
