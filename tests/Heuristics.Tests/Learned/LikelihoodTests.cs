using DecodeAlign.Decoding;
using DecodeAlign.Heuristics;

namespace DecodeAlign.Tests;

public class LikelihoodTests
{
    private static readonly ToyTokenizer Letters = ToyTokenizer.Letters;

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task Generate_Answers_ScoreAsTheSumOfTheOtherModelsLogProbabilities(bool perToken, bool otherPrompt)
    {
        var expert = new ToyEngine(Letters, seed: 9);
        await using var expertModel = new EngineModel(expert, Letters);
        await using var model = ToyEngine.Model(Letters);
        var result = await new Decoder(model).GenerateAsync(new DecodingRequest
        {
            Prompt = "abc",
            Heuristics = [new(new Likelihood(expertModel, otherPrompt ? prompt => TextLayout.Plain("de " + prompt) : null, perToken))],
        }.With(SearchSetup.Deal(beam: 3, candidates: 3, lookahead: 3) with { MaxTokens = 9 }));
        foreach (var answer in result.Answers)
        {
            int[] path = Letters.Encode(otherPrompt ? "de abc" : "abc"), ids = [.. answer.Ids.Where(id => id != 0)];
            var sum = 0.0;
            foreach (var id in ids)
            {
                sum += expert.LogProbabilities(path)[id];
                path = [.. path, id];
            }
            Assert.Equal(perToken && ids.Length > 0 ? sum / ids.Length : sum, answer.Heuristics[0].Value, 1e-9);
        }
        Assert.Equal(0, expert.OpenSessions);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Heuristic_RandomPaths_PassesTheChecks(bool perToken)
    {
        await using var model = ToyEngine.Model(Letters, seed: 2);
        await HeuristicCheck.RunAsync(new Likelihood(model, perToken: perToken), Letters, new() { Paths = 60, Prompts = ["", "ab"] });
    }

    [Fact]
    public async Task Score_GrowingText_EvaluatesOneTokenForEach()
    {
        var engine = new ToyEngine(Letters);
        await using var model = new EngineModel(engine, Letters);
        var tree = new TokenTree();
        var context = Generation.Context(Letters, "abc") with { Tree = tree, Root = tree.AddRoot(Letters.Encode("abc")), MaxNodes = 64 };
        var likelihood = new Likelihood(model);
        await using var sessions = await ModelSessions.OpenAsync(likelihood.Needs(context));
        using var session = await likelihood.OpenAsync(context, sessions);
        var node = context.Root;
        var expected = 4;
        foreach (var token in Letters.Encode("de ab", false))
        {
            node = tree.Append(node, token);
            session.Score(node, false);
            // the distribution before the token: the prompt's four rows first, then one for each
            Assert.Equal(expected++, engine.Rows);
        }
    }

    [Theory]
    [InlineData(true, "abc")]
    [InlineData(false, "abc")]
    [InlineData(true, "a")]
    public async Task Generate_OtherTokenizer_ScoresItsOwnTokensOfTheText(bool perToken, string prompt)
    {
        var pairs = ToyTokenizer.Pairs;
        var expert = new ToyEngine(pairs, seed: 9);
        await using var expertModel = new EngineModel(expert, pairs);
        await using var model = ToyEngine.Model(Letters);
        var result = await new Decoder(model).GenerateAsync(new DecodingRequest
        {
            Prompt = prompt,
            Heuristics = [new(new Likelihood(expertModel, perToken: perToken))],
        }.With(SearchSetup.Deal(beam: 3, candidates: 3, lookahead: 3) with { MaxTokens = 9 }));
        foreach (var answer in result.Answers)
        {
            var (ids, before) = (pairs.Encode(prompt + answer.Text), pairs.Encode(prompt));
            var (sum, count) = (0.0, 0);
            for (var i = ids.AsSpan().CommonPrefixLength(before); i < ids.Length; i++, count++) sum += expert.LogProbabilities(ids.AsSpan(..i))[ids[i]];
            Assert.Equal(perToken && count > 0 ? sum / count : sum, answer.Heuristics[0].Value, 1e-9);
        }
        Assert.Equal(0, expert.OpenSessions);
    }

    [Fact]
    public async Task Heuristic_OtherTokenizer_PassesTheChecks()
    {
        await using var model = ToyEngine.Model(ToyTokenizer.Pairs, seed: 2);
        await HeuristicCheck.RunAsync(new Likelihood(model), Letters, new() { Paths = 40, Prompts = ["a", "ab"] });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task GenerateBatch_PromptsOfSeveralLengths_EachScoresItsOwnText(bool sameTokenizer)
    {
        var tokenizer = sameTokenizer ? Letters : ToyTokenizer.Pairs;
        await using var expert = ToyEngine.Model(tokenizer, seed: 9);
        await using var model = ToyEngine.Model(Letters);
        var request = new DecodingRequest { Prompt = "", Heuristics = [new(new Likelihood(expert))] }.With(SearchSetup.Deal(beam: 2, candidates: 3, lookahead: 2) with { MaxTokens = 7 });
        var batch = await new Decoder(model).GenerateBatchAsync(request, [new("abcde"), new("a"), new("cab")]);
        foreach (var text in batch.Texts)
        {
            var alone = await new Decoder(model).GenerateAsync(request with { Prompt = text.Prompt });
            Assert.Equal(alone.Answer.Ids, text.Answer.Ids);
            Assert.Equal(alone.Answer.Heuristics[0].Value, text.Answer.Heuristics[0].Value, 1e-12);
        }
    }

    [Fact]
    public async Task Open_TextInTheMiddle_IsRefused()
    {
        await using var model = ToyEngine.Model(Letters);
        var (likelihood, context) = (new Likelihood(model, prompt => new(prompt, "e")), Generation.Context(Letters));
        await using var sessions = await ModelSessions.OpenAsync(likelihood.Needs(context));
        await Assert.ThrowsAsync<NotSupportedException>(async () => await likelihood.OpenAsync(context, sessions));
        await using var reward = ToyEngine.Model(Letters, rewards: 1);
        Assert.Throws<NotSupportedException>(() => new Likelihood(reward));
    }
}
