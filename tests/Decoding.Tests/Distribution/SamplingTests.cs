using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

public class SamplingTests
{
    private const int Draws = 20_000;

    [Theory]
    [InlineData(1.0, 0, 1.0, 0.0)]
    [InlineData(0.6, 0, 1.0, 0.0)]
    [InlineData(1.0, 3, 1.0, 0.0)]
    [InlineData(1.3, 0, 0.7, 0.0)]
    [InlineData(1.0, 0, 1.0, 0.3)]
    public async Task Sample_FirstToken_FollowsTheShapedDistribution(double temperature, int topK, double topP, double minP)
    {
        using var engine = new TableEngine(6, 17, ties: false);
        await using var model = new EngineModel(engine, new LetterTokenizer(6));
        var sampling = new Distribution { Temperature = temperature, TopK = topK, TopP = topP, MinP = minP };
        var counts = new int[6];
        var result = await new Decoder(model).GenerateAsync(new DecodingRequest { Prompt = "b" }.With(SearchSetup.BestOf(Draws) with { MaxTokens = 1, Sampling = sampling }), TestContext.Current.CancellationToken);
        foreach (var answer in result.Answers) counts[answer.Ids[0]]++;

        var expected = Shaped(engine.Logits([3]), sampling);
        for (var token = 0; token < 6; token++)
        {
            // five standard deviations of a binomial: about one false alarm in a million
            var deviation = 5 * Math.Sqrt(Draws * expected[token] * (1 - expected[token])) + 1e-9;
            Assert.InRange(counts[token], Draws * expected[token] - deviation, Draws * expected[token] + deviation);
        }
    }

    [Fact]
    public async Task Sample_SameSeed_SameText_OtherSeed_OtherText()
    {
        await using var model = TableEngine.Model(6, 17);
        async Task<string> TextAsync(ulong seed) =>
            (await new Decoder(model).GenerateAsync(new DecodingRequest { Prompt = "b" }.With(SearchSetup.Sample with { MaxTokens = 30, Seed = seed }))).Text;

        Assert.Equal(await TextAsync(1), await TextAsync(1));
        var texts = new List<string>();
        for (ulong seed = 0; seed < 10; seed++) texts.Add(await TextAsync(seed));
        Assert.True(texts.Distinct().Count() > 5);
    }

    [Fact]
    public async Task Penalty_VeryHigh_NeverRepeatsAToken()
    {
        await using var model = TableEngine.Model(10, 5, ties: false);
        var options = SearchSetup.Greedy with { MaxTokens = 8, Sampling = new() { PresencePenalty = 1000 } };
        var result = await new Decoder(model).GenerateAsync(new DecodingRequest { Prompt = "b" }.With(options), TestContext.Current.CancellationToken);
        Assert.Equal(result.Answer.Ids.Count, result.Answer.Ids.Distinct().Count());
    }

    [Fact]
    public async Task FrequencyPenalty_CountsHowOftenATokenWasGenerated()
    {
        // by hand, at 0.4: 2 → 1.6 → 1.2 for the first letter, which falls behind the second's 1.5 after twice, then 1.2 > 1.1
        await using var model = new EngineModel(new TableEngine(5, 0, row: [-9, 2, 1.5f, -1, -3]), new LetterTokenizer(5));
        var decoder = DecoderCatalogue.Get("greedy").Create([new("frequencyPenalty", 0.4)]);
        var result = await new Decoder(model).GenerateAsync(new() { Prompt = "a", Decoder = decoder, MaxTokens = 5 }, TestContext.Current.CancellationToken);
        Assert.Equal([1, 1, 2, 1, 2], result.Answer.Ids);
    }

    [Fact]
    public async Task RepetitionPenalty_DividesPositiveLogitsAndMultipliesNegativeOnes()
    {
        // by hand, at 1.5: after the first letter its logit is 2 / 1.5 = 1.33 < 1.5, so the second one follows; then 1.5 / 1.5 = 1 < 1.33, so the first again.
        // On log-probabilities (-0.51 and -1.01) the first letter would follow itself: -0.51 · 1.5 = -0.76.
        int[] turns = [1, 2, 1];
        Assert.Equal(turns, await GreedyAsync([float.NegativeInfinity, 2, 1.5f, -1, -3]));
        // all below 0: -1 · 1.5 = -1.5 < -1.2; then -1.2 · 1.5 = -1.8 < -1.5. Dividing would have made the repeated letters likelier.
        Assert.Equal(turns, await GreedyAsync([float.NegativeInfinity, -1, -1.2f, -4, -4]));

        async Task<int[]> GreedyAsync(float[] logits)
        {
            await using var model = new EngineModel(new TableEngine(5, 1, row: logits), new LetterTokenizer(5));
            var options = SearchSetup.Greedy with { MaxTokens = 3, Sampling = new() { RepetitionPenalty = 1.5 } };
            var result = await new Decoder(model).GenerateAsync(new DecodingRequest { Prompt = "c" }.With(options), TestContext.Current.CancellationToken);
            // the penalty chooses; log P stays the model's own
            var normalizer = LogitReader.LogSumExp(logits);
            Assert.Equal(result.Answer.Ids.Sum(id => logits[id] - normalizer), result.Answer.LogProbability, 1e-12);
            return [.. result.Answer.Ids];
        }
    }

    [Fact]
    public async Task RepetitionPenalty_SampledToken_FollowsThePenalisedLogits()
    {
        float[] logits = [float.NegativeInfinity, 2, 1.5f, -1, -3];
        await using var model = new EngineModel(new TableEngine(5, 1, row: logits), new LetterTokenizer(5));
        var options = SearchSetup.BestOf(Draws) with { MaxTokens = 2, Sampling = new() { RepetitionPenalty = 1.5, Temperature = 0.5 } };
        var result = await new Decoder(model).GenerateAsync(new DecodingRequest { Prompt = "c" }.With(options), TestContext.Current.CancellationToken);
        int[] seconds = [.. result.Answers.Where(answer => answer.Ids[0] == 3).Select(answer => answer.Ids[1])];
        int[] afterFirst = [.. result.Answers.Where(answer => answer.Ids[0] == 1).Select(answer => answer.Ids[1])];
        Check(afterFirst, [2 / 1.5, 1.5, -1, -3]);
        Check(seconds, [2, 1.5, -1.5, -3]);

        static void Check(int[] drawn, double[] penalised)
        {
            Assert.NotEmpty(drawn);
            double[] weights = [.. penalised.Select(logit => Math.Exp(logit / 0.5))];
            for (var letter = 0; letter < weights.Length; letter++)
            {
                var share = weights[letter] / weights.Sum();
                var deviation = 5 * Math.Sqrt(drawn.Length * share * (1 - share)) + 1;
                Assert.InRange(drawn.Count(id => id == letter + 1), drawn.Length * share - deviation, drawn.Length * share + deviation);
            }
        }
    }

    // straight from the definitions, in probabilities
    private static double[] Shaped(float[] logits, Distribution sampling)
    {
        var p = logits.Select(x => Math.Exp(x / sampling.Temperature)).ToArray();
        var order = Enumerable.Range(0, p.Length).OrderByDescending(t => p[t]).ToArray();
        if (sampling.TopK > 0) foreach (var token in order.Skip(sampling.TopK)) p[token] = 0;
        var total = p.Sum();
        var before = 0.0;
        foreach (var token in order)
        {
            if (before >= sampling.TopP * total) p[token] = 0;
            else before += p[token];
        }
        var max = p.Max();
        for (var token = 0; token < p.Length; token++) if (p[token] < sampling.MinP * max) p[token] = 0;
        return [.. p.Select(x => x / p.Sum())];
    }
}
