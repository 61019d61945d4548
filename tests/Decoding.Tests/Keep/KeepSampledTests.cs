using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

public class KeepSampledTests
{
    private const int Draws = 8_000;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("args-stochastic", 1.0, 1.5, 3)]
    [InlineData("args-stochastic", 0.4, 2.0, 5)]
    [InlineData("rad", 1.0, 3.0, 4)]
    public async Task FirstToken_Sampled_FollowsTheSoftmaxOfTheReweighedLikeliest(string decoder, double temperature, double lambda, int candidates)
    {
        using var engine = new TableEngine(6, 17, ties: false);
        await using var model = new EngineModel(engine, new LetterTokenizer(6));
        KeyValuePair<string, object>[] settings = [new("lambda", lambda), new("keepTemperature", temperature), new("candidates", candidates)];
        var request = new DecodingRequest { Prompt = "", Heuristics = [new(new TextHeuristic(Reward))], Decoder = DecoderCatalogue.Get(decoder).Create(settings), MaxTokens = 1 };
        var batch = await new Decoder(model).GenerateBatchAsync(request, [.. Enumerable.Range(0, Draws).Select(stream => new BatchPrompt("b", stream))], Cancel);
        var counts = new int[6];
        foreach (var text in batch.Texts) counts[text.Answer.Ids[0]]++;

        var logits = engine.Logits([3]);
        var normalizer = LogitReader.LogSumExp(logits);
        var likeliest = Enumerable.Range(0, 6).OrderByDescending(token => logits[token]).Take(candidates).ToArray();
        // by the definition: log p + λ·r, divided by the temperature
        var weights = likeliest.ToDictionary(token => token, token => Math.Exp((logits[token] - normalizer + lambda * Reward(Letter(token), true)) / temperature));
        for (var token = 0; token < 6; token++)
        {
            var expected = weights.GetValueOrDefault(token) / weights.Values.Sum();
            var deviation = 5 * Math.Sqrt(Draws * expected * (1 - expected)) + 1e-9;
            Assert.InRange(counts[token], Draws * expected - deviation, Draws * expected + deviation);
        }
    }

    [Fact]
    public async Task LowTemperature_WritesWhatGreedyArgsWrites()
    {
        for (var seed = 0; seed < 40; seed++)
        {
            await using var model = TableEngine.Model(6, seed, ties: false);
            DecodingRequest Request(string decoder, params KeyValuePair<string, object>[] settings) =>
                new() { Prompt = "b", Heuristics = [new(new TextHeuristic(Reward))], Decoder = DecoderCatalogue.Get(decoder).Create([new("lambda", 1.7), new("candidates", 4), .. settings]), MaxTokens = 10 };

            var greedy = await new Decoder(model).GenerateAsync(Request("args"), Cancel);
            var sampled = await new Decoder(model).GenerateAsync(Request("args-stochastic", new KeyValuePair<string, object>("keepTemperature", 1e-6)), Cancel);
            Assert.Equal(greedy.Answer.Ids, sampled.Answer.Ids);
        }
    }

    [Fact]
    public async Task Seeds_DrawDifferently_AndTheSameAgain()
    {
        await using var model = TableEngine.Model(6, 3, ties: false);
        async Task<string> WriteAsync(ulong seed) =>
            (await new Decoder(model).GenerateAsync(new() { Prompt = "b", Decoder = DecoderCatalogue.Get("rad").Create([new("lambda", 0.5)]), Heuristics = [new(new TextHeuristic(Reward))], MaxTokens = 20, Seed = seed }, Cancel)).Text;

        var texts = new HashSet<string>();
        for (ulong seed = 0; seed < 12; seed++) texts.Add(await WriteAsync(seed));
        Assert.True(texts.Count > 6);
        Assert.Equal(await WriteAsync(5), await WriteAsync(5));
    }

    private static double Reward(string text, bool ended) => text.EndsWith('a') ? 0.7 : text.EndsWith('c') ? -0.4 : 0.1;

    private static string Letter(int token) => token == 0 ? "" : " abcdefg"[token - 1].ToString();
}
