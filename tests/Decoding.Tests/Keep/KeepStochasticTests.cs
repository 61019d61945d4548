using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

public class KeepStochasticTests
{
    private const int Runs = 6_000;
    private const int Most = 3;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, 1.0, 0)]
    [InlineData(3, 1.0, 0)]
    [InlineData(3, 0.7, 2)]
    [InlineData(5, 1.4, 0)]
    public async Task Sample_OfTexts_IsDrawnWithoutReplacement(int beam, double temperature, int topK)
    {
        using var engine = new TableEngine(4, 7, ties: false);
        await using var model = new EngineModel(engine, new LetterTokenizer(4));
        var texts = Enumerate(engine, temperature, topK);
        var batch = await new Decoder(model).GenerateBatchAsync(Request(beam, temperature, topK), [.. Enumerable.Range(0, Runs).Select(stream => new BatchPrompt("b", stream))], Cancel);

        Assert.All(batch.Texts, text => Assert.Equal(Math.Min(beam, texts.Count), text.Answers.Select(Key).Distinct().Count()));
        Assert.All(batch.Texts, text => Assert.Equal(text.Answers.Count, Math.Min(beam, texts.Count)));
        var inclusion = Inclusion([.. texts.Values], Math.Min(beam, 3));
        foreach (var ((text, probability), i) in texts.Zip(Enumerable.Range(0, texts.Count)))
        {
            // exact enumeration of the ordered samples is for three
            if (beam <= 3) Near(inclusion[i], batch.Texts.Count(one => one.Answers.Any(answer => Key(answer) == text)));
            Near(probability, batch.Texts.Count(one => Key(one.Answer) == text));
            Unbiased(probability, [.. batch.Texts.Select(one => WeightSum(one) * one.Answers.Where(answer => Key(answer) == text).Sum(answer => Math.Exp(answer.LogWeight)))]);
        }
        Assert.All(batch.Texts, text => Assert.Equal(1, text.Answers.Sum(answer => Math.Exp(answer.LogWeight)), 9));
    }

    [Fact]
    public async Task Beam_AsLargeAsTheSetOfTexts_WeighsEachWithItsProbability()
    {
        using var engine = new TableEngine(4, 3, ties: false);
        await using var model = new EngineModel(engine, new LetterTokenizer(4));
        var texts = Enumerate(engine, 1, 0);
        var result = await new Decoder(model).GenerateAsync(Request(texts.Count, 1, 0), Cancel);
        Assert.Equal(texts.Keys.Order(StringComparer.Ordinal), result.Answers.Select(Key).Order(StringComparer.Ordinal));
        Assert.All(result.Answers, answer => Assert.Equal(texts[Key(answer)], Math.Exp(answer.LogWeight), 1e-9));
        Assert.Equal(1, result.Measures.Single(measure => measure.Key == "weight sum").Value, 1e-9);
    }

    [Fact]
    public async Task Answer_WithHeuristics_HasTheGreatestOfTheSample()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            await using var model = TableEngine.Model(6, seed, ties: false);
            var request = Request(4, 1, 0) with { Prompt = "b", MaxTokens = 12, Seed = (ulong)seed };
            var plain = await new Decoder(model).GenerateAsync(request, Cancel);
            var chosen = await new Decoder(model).GenerateAsync(request with { Heuristics = [new(new TextHeuristic((text, _) => text.Count(c => c == 'a')))] }, Cancel);
            Assert.Equal(plain.Answers.Select(Key).Order(StringComparer.Ordinal), chosen.Answers.Select(Key).Order(StringComparer.Ordinal));
            Assert.Equal(plain.Answers.Max(answer => answer.Text.Count(c => c == 'a')), chosen.Answer.Text.Count(c => c == 'a'));
        }
    }

    [Fact]
    public async Task Parts_ThatDoNotGoTogether_AreRefusedByName()
    {
        await using var model = TableEngine.Model(5, 1);
        var parts = DecoderCatalogue.Get("stochastic-beam").Create();
        foreach (var (wrong, field) in ((DecoderParts, string)[])[(parts with { Proposal = new TopTokens(9) }, "Proposal"), (parts with { Proposal = new SampledTokens(4) }, "Proposal"), (parts with { Rank = new() { Lambda = 1 } }, "Rank")])
            Assert.Equal(field, (await Assert.ThrowsAsync<ArgumentException>(() => new Decoder(model).GenerateAsync(new() { Prompt = "b", Decoder = wrong }, Cancel))).ParamName);
    }

    private static DecodingRequest Request(int beam, double temperature, int topK) => new()
    {
        Prompt = "b",
        Decoder = DecoderCatalogue.Get("stochastic-beam").Create([new("beam", beam), new("temperature", temperature), new("topK", topK)]),
        MaxTokens = Most,
    };

    private static string Key(Answer answer) => string.Join(' ', answer.Ids);

    private static double WeightSum(BatchText text) => text.Measures.Single(measure => measure.Key == "weight sum").Value;

    private static void Near(double expected, int count)
    {
        var deviation = 5 * Math.Sqrt(Runs * expected * (1 - expected)) + 1e-6;
        Assert.InRange(count, Runs * expected - deviation, Runs * expected + deviation);
    }

    // a mean within five standard errors
    private static void Unbiased(double expected, double[] samples)
    {
        var mean = samples.Average();
        // what is rare was hardly seen, and tells nothing of its own spread
        if (expected * Runs < 50) return;
        var error = Math.Sqrt(samples.Average(sample => (sample - mean) * (sample - mean)) / samples.Length);
        Assert.InRange(mean, expected - 5 * error - 1e-9, expected + 5 * error + 1e-9);
    }

    // of ordered samples, one text after the other
    private static double[] Inclusion(double[] p, int count)
    {
        var inclusion = new double[p.Length];
        Follow([], 1, 1);
        return inclusion;

        void Follow(int[] drawn, double probability, double left)
        {
            for (var i = 0; i < p.Length; i++)
            {
                if (drawn.Contains(i)) continue;
                var next = probability * p[i] / left;
                inclusion[i] += next;
                if (drawn.Length + 1 < count) Follow([.. drawn, i], next, left - p[i]);
            }
        }
    }

    // every text with its probability under the tempered, truncated distribution
    private static SortedDictionary<string, double> Enumerate(TableEngine engine, double temperature, int topK)
    {
        var texts = new SortedDictionary<string, double>(StringComparer.Ordinal);
        Grow([], 1);
        return texts;

        void Grow(int[] ids, double probability)
        {
            if (ids.Length == Most || (ids.Length > 0 && ids[^1] == 0))
            {
                texts.Add(string.Join(' ', ids), probability);
                return;
            }
            var logits = engine.Logits([3, .. ids]);
            var tokens = Enumerable.Range(0, logits.Length).OrderByDescending(token => logits[token]).Take(topK == 0 ? logits.Length : topK).ToArray();
            var sum = tokens.Sum(token => Math.Exp(logits[token] / temperature));
            foreach (var token in tokens) Grow([.. ids, token], probability * Math.Exp(logits[token] / temperature) / sum);
        }
    }
}
