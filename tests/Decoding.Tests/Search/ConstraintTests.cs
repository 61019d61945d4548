using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

public class ConstraintTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GenerateAsync_AnyDecoder_EndsWellWithinTheLimit()
    {
        for (var seed = 0; seed < 400; seed++)
        {
            var random = new Random(seed);
            using var engine = new TableEngine(5, seed);
            await using var model = new EngineModel(engine, new LetterTokenizer(5));
            var count = random.Next(0, 6);
            SearchSetup[] decoders = [SearchSetup.Greedy, SearchSetup.Sample, SearchSetup.BeamSearch(3), SearchSetup.Deal(2, 3, 3), SearchSetup.BestOf(3)];
            var options = decoders[seed % decoders.Length] with { MaxTokens = count + 1 + random.Next(0, 4), Seed = (ulong)seed };

            var result = await new Decoder(model).GenerateAsync(new DecodingRequest
            {
                Prompt = "a",
                Constraints = [new AtLeastConstraint(3, count)],
                Heuristics = [new(new TextHeuristic((text, _) => text.Count(c => c == 'a')))],
            }.With(options), Cancel);

            Assert.All(result.Answers, answer =>
            {
                Assert.True(answer.FinishReason.IsEndOfSequence());
                Assert.True(answer.Ids.Count(id => id == 3) >= count);
                Assert.Equal(Plain(engine, [2], answer.Ids), answer.LogProbability, 10);
            });
        }
    }

    [Fact]
    public async Task GenerateAsync_StopSequencesBesideAConstraint_AreRefused()
    {
        using var engine = new TableEngine(5, 1);
        await using var model = new EngineModel(engine, new LetterTokenizer(5));
        var fault = await Assert.ThrowsAsync<ArgumentException>(() => new Decoder(model).GenerateAsync(new DecodingRequest
        {
            Prompt = "a",
            Constraints = [new AtLeastConstraint(3, 1)],
        }.With(SearchSetup.Greedy with { StopSequences = ["b"] }), Cancel));
        Assert.Contains("stop sequences", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GenerateAsync_NothingButTheEndAllowed_SaysThatTheConstraintEndedIt()
    {
        using var engine = new TableEngine(5, 1);
        await using var model = new EngineModel(engine, new LetterTokenizer(5));
        var result = await new Decoder(model).GenerateAsync(new DecodingRequest { Prompt = "a", Constraints = [new AtLeastConstraint(3, 0)] }.With(SearchSetup.Greedy with { MaxTokens = 1 }), Cancel);
        Assert.Equal(FinishReason.Constraint, result.Answer.FinishReason);
    }

    [Fact]
    public async Task GenerateAsync_ConstraintNeedsMoreThanTheLimit_IsRefusedBeforeTheFirstPass()
    {
        using var engine = new TableEngine(5, 1);
        await using var model = new EngineModel(engine, new LetterTokenizer(5));

        var fault = await Assert.ThrowsAsync<UnsatisfiableConstraintException>(() => new Decoder(model).GenerateAsync(
            new DecodingRequest { Prompt = "a", Constraints = [new AtLeastConstraint(3, 5)] }.With(SearchSetup.Greedy with { MaxTokens = 5 }), Cancel));

        Assert.Contains("needs 6 tokens, and the limit is 5", fault.Message);
        Assert.Equal(0, engine.Passes);
    }

    [Fact]
    public async Task GenerateAsync_ConstraintsThatContradict_AreNamed()
    {
        await using var model = TableEngine.Model(5, 1);
        var fault = await Assert.ThrowsAsync<UnsatisfiableConstraintException>(() => new Decoder(model).GenerateAsync(
            new DecodingRequest { Prompt = "a", Constraints = [new AtLeastConstraint(3, 3), new AtLeastConstraint(2, 3)] }.With(SearchSetup.Greedy with { MaxTokens = 4 }), Cancel));
        Assert.Equal("at-least + at-least", fault.Constraint);
    }

    private static double Plain(TableEngine engine, int[] prompt, IEnumerable<int> ids)
    {
        var (path, sum) = (prompt, 0.0);
        foreach (var id in ids)
        {
            var logits = engine.Logits(path);
            sum += logits[id] - Math.Log(logits.Sum(x => Math.Exp(x)));
            path = [.. path, id];
        }
        return sum;
    }
}
