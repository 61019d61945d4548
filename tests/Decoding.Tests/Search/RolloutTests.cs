using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

public class RolloutTests
{
    [Fact]
    public async Task GenerateAsync_ModelThatRollsOut_GivesTheSameAnswerWithoutSteppingLookaheads()
    {
        for (var seed = 0; seed < 100; seed++)
        {
            using var engine = new TableEngine(5, seed);
            await using var stepped = new EngineModel(engine, new LetterTokenizer(5));
            await using var rolling = new RolloutModel(engine, 5);
            var request = new DecodingRequest
            {
                Prompt = "a",
                Heuristics = [new(new TextHeuristic((text, ended) => text.Count(c => c == 'b') + (ended ? 0.5 : 0)))],
            }.With(SearchSetup.Deal(1 + seed % 3, 3, 4) with { MaxTokens = 7 });

            var expected = await new Decoder(stepped).GenerateAsync(request, TestContext.Current.CancellationToken);
            var result = await new Decoder(rolling).GenerateAsync(request, TestContext.Current.CancellationToken);

            Assert.Equal(expected.Answer.Ids, result.Answer.Ids);
            Assert.Equal(expected.Answer.Score, result.Answer.Score);
            Assert.True(rolling.Rollouts > 0 || result.Answer.Ids.Count == 1);
        }
    }
}
