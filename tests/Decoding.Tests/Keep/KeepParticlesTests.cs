using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

public class KeepParticlesTests
{
    private const int Runs = 1_500;
    private const int Most = 5;
    private const double Lambda = 1.2;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0.5)]
    [InlineData(1.0)]
    [InlineData(0.0)]
    public async Task Estimates_MaskedProposalAtLowTemperature_AreUnbiased(double resampleBelow)
    {
        using var engine = new TableEngine(4, 11, ties: false);
        await using var model = new EngineModel(engine, new LetterTokenizer(4));
        KeyValuePair<string, object>[] settings = [new("beam", 8), new("lambda", Lambda), new("temperature", 0.7), new("resampleBelow", resampleBelow)];
        var request = new DecodingRequest
        {
            Prompt = "",
            Heuristics = [new(new TextHeuristic(Reward))],
            Constraints = [new AtLeastConstraint(2, 1)],
            Decoder = DecoderCatalogue.Get("particles").Create(settings),
            MaxTokens = Most,
        };
        var batch = await new Decoder(model).GenerateBatchAsync(request, [.. Enumerable.Range(0, Runs).Select(stream => new BatchPrompt("b", stream))], Cancel);

        var texts = Enumerate(engine).ToList();
        var z = texts.Sum(text => text.Gamma);
        var f = texts.Sum(text => text.Gamma * Feature(text.Ids));
        double[] marginals = [.. batch.Texts.Select(text => Math.Exp(text.Measures.Single(measure => measure.Key == "log marginal").Value))];
        double[] features = [.. batch.Texts.Select((text, run) => marginals[run] * text.Answers.Sum(answer => Math.Exp(answer.LogWeight) * Feature(answer.Ids)))];
        Near(z, marginals);
        Near(f, features);
        // a mean of logarithms is below the logarithm of the mean
        Assert.True(marginals.Average(Math.Log) < Math.Log(z));
        Assert.All(batch.Texts, text => Assert.Equal(8, text.Answers.Count));
        Assert.All(batch.Texts, text => Assert.Equal(1, text.Answers.Sum(answer => Math.Exp(answer.LogWeight)), 9));
        Assert.All(batch.Texts, text => Assert.InRange(text.Measures.Single(measure => measure.Key == "effective sample size").Value, 1 - 1e-9, 8 + 1e-9));
        Assert.All(batch.Texts, text => Assert.All(text.Answers, answer => Assert.Contains(2, answer.Ids)));
    }

    [Fact]
    public async Task Copies_OfOneParticle_PartAtTheModelsOwnRate()
    {
        using var engine = new TableEngine(6, 23, ties: false, ends: false);
        await using var model = new EngineModel(engine, new LetterTokenizer(6));
        // one first token is worth so much that all particles are copies of it
        var likeliest = Enumerable.Range(1, 5).MaxBy(token => engine.Logits([3])[token]);
        var heuristic = new TextHeuristic((text, _) => text.StartsWith(" abcd"[likeliest - 1]) ? 0 : -200);
        var request = new DecodingRequest { Prompt = "", Heuristics = [new(heuristic)], Decoder = DecoderCatalogue.Get("particles").Create([new("beam", 12), new("lambda", 1.0), new("resampleBelow", 1.0)]), MaxTokens = 2 };
        var batch = await new Decoder(model).GenerateBatchAsync(request, [.. Enumerable.Range(0, Runs).Select(stream => new BatchPrompt("b", stream))], Cancel);

        var logits = engine.Logits([3, likeliest]);
        var normalizer = LogitReader.LogSumExp(logits);
        double[] p = [.. logits.Select(logit => Math.Exp(logit - normalizer))];
        var part = 1 - p.Sum(probability => probability * probability);
        var copies = batch.Texts.Where(text => text.Answers.All(answer => answer.Ids[0] == likeliest)).ToList();
        Assert.True(copies.Count > Runs / 2);
        // the share of pairs of copies that go different ways
        double[] parted = [.. copies.Select(text => text.Answers.SelectMany((left, i) => text.Answers.Skip(i + 1).Select(right => left.Ids[1] != right.Ids[1] ? 1.0 : 0.0)).Average())];
        Near(part, parted);
    }

    [Fact]
    public async Task Parts_ThatDoNotGoWithParticles_AreRefusedByName()
    {
        await using var model = TableEngine.Model(5, 1);
        var particles = DecoderCatalogue.Get("particles").Create();
        foreach (var (parts, field) in ((DecoderParts, string)[])[(particles with { Proposal = new TopTokens(2) }, "Proposal"), (particles with { Rank = new() { LengthExponent = 1 } }, "Rank"), (particles with { Keep = new KeepParticles { ResampleBelow = 2 } }, "ResampleBelow")])
            Assert.Equal(field, (await Assert.ThrowsAsync<ArgumentException>(() => new Decoder(model).GenerateAsync(new() { Prompt = "b", Decoder = parts }, Cancel))).ParamName);
    }

    // within five standard errors
    private static void Near(double expected, double[] samples)
    {
        var mean = samples.Average();
        var error = Math.Sqrt(samples.Average(sample => (sample - mean) * (sample - mean)) / samples.Length);
        Assert.InRange(mean, expected - 5 * error, expected + 5 * error);
        Assert.True(error < 0.05 * Math.Abs(expected), $"the error {error} of {expected} is too large to tell anything");
    }

    private static double Reward(string text, bool ended) => text.Count(c => c == 'b') * 0.8 - (ended ? 0.3 : 0) - text.Length * 0.1;

    private static double Feature(IReadOnlyList<int> ids) => ids.Count(id => id == 3);

    // every text that the constraint allows, with P(y)·e^{λh(y)}
    private static IEnumerable<(int[] Ids, double Gamma)> Enumerate(TableEngine engine)
    {
        var open = new List<(int[] Ids, double P)> { ([], 1.0) };
        for (var length = 1; length <= Most; length++)
        {
            var next = new List<(int[] Ids, double P)>();
            foreach (var (ids, p) in open)
            {
                var logits = engine.Logits([3, .. ids]);
                var normalizer = LogitReader.LogSumExp(logits);
                for (var token = 0; token < logits.Length; token++)
                {
                    int[] longer = [.. ids, token];
                    var probability = p * Math.Exp(logits[token] - normalizer);
                    if (token != 0) next.Add((longer, probability));
                    else if (ids.Contains(2)) yield return (longer, probability * Math.Exp(Lambda * Reward(string.Concat(ids.Select(id => " abc"[id - 1])), true)));
                }
            }
            open = next;
        }
    }
}
