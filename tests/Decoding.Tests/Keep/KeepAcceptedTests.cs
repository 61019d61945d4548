using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

public class KeepAcceptedTests
{
    private const int Draws = 8_000;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task OneToken_IsAcceptedAsOftenAsTheDefinitionSays(int attempts)
    {
        const double Target = 0.6;
        const double Scale = 0.3;
        using var engine = new TableEngine(4, 29, ties: false, ends: false);
        await using var model = new EngineModel(engine, new LetterTokenizer(4));
        KeyValuePair<string, object>[] settings = [new("segmentLeast", 1), new("segmentMost", 1), new("target", Target), new("acceptScale", Scale), new("attempts", attempts)];
        var request = new DecodingRequest { Prompt = "", Heuristics = [new(new TextHeuristic(Reward))], Decoder = DecoderCatalogue.Get("cards").Create(settings), MaxTokens = 1 };
        var batch = await new Decoder(model).GenerateBatchAsync(request, [.. Enumerable.Range(0, Draws).Select(stream => new BatchPrompt("b", stream))], Cancel);
        var counts = new int[4];
        foreach (var text in batch.Texts) counts[text.Answer.Ids[0]]++;

        // at the last token the threshold is the target
        var logits = engine.Logits([3]);
        var normalizer = LogitReader.LogSumExp(logits);
        double[] p = [.. logits.Select(logit => Math.Exp(logit - normalizer))];
        double[] accepted = [.. Enumerable.Range(0, 4).Select(token => Math.Min(1, Math.Exp((Reward(" abc"[Math.Max(token - 1, 0)].ToString(), true) - Target) / Scale)))];
        // token 0 does not end this model, and is written as nothing
        accepted[0] = Math.Min(1, Math.Exp((Reward("", true) - Target) / Scale));
        var expected = new double[4];
        Follow([], 1);
        for (var token = 0; token < 4; token++)
        {
            var deviation = 5 * Math.Sqrt(Draws * expected[token] * (1 - expected[token])) + 1e-9;
            Assert.InRange(counts[token], Draws * expected[token] - deviation, Draws * expected[token] + deviation);
        }

        // all ways in which draws are refused and accepted
        void Follow(int[] refused, double probability)
        {
            for (var token = 0; token < 4; token++)
            {
                expected[token] += probability * p[token] * accepted[token];
                int[] all = [.. refused, token];
                var left = probability * p[token] * (1 - accepted[token]);
                if (all.Length < attempts) Follow(all, left);
                else expected[all.MaxBy(Value)] += left;
            }
        }

        static double Value(int token) => Reward(token == 0 ? "" : " abc"[token - 1].ToString(), true);
    }

    [Fact]
    public async Task Segments_EndWhereTheNextTokenIsOpen()
    {
        for (var seed = 0; seed < 30; seed++)
        {
            using var engine = new TableEngine(8, seed, ties: false, ends: false);
            await using var model = new EngineModel(engine, new LetterTokenizer(8));
            var trace = new Steps();
            KeyValuePair<string, object>[] settings = [new("segmentLeast", 2), new("segmentMost", 6), new("segmentEntropy", 1.6), new("target", -100.0)];
            var result = await new Decoder(model).GenerateAsync(new() { Prompt = "b", Heuristics = [new(new TextHeuristic(Reward))], Decoder = DecoderCatalogue.Get("cards").Create(settings), MaxTokens = 30, Seed = (ulong)seed, Trace = trace }, Cancel);

            var (expected, begin) = (new List<int>(), 0);
            for (var at = 1; at <= result.Answer.Ids.Count; at++)
            {
                var length = at - begin;
                if (at < 30 && length < 6 && !(length >= 2 && Entropy(engine.Logits([3, .. result.Answer.Ids.Take(at)])) >= 1.6)) continue;
                expected.Add(at);
                begin = at;
            }
            Assert.Equal(expected, trace.Ends);
        }
    }

    [Fact]
    public async Task Refusals_KeepEveryReservationAndTheBestOfThem()
    {
        using var engine = new TableEngine(8, 5, ties: false);
        await using var model = new EngineModel(engine, new LetterTokenizer(8));
        // nothing is ever accepted: after three refusals the best is taken
        KeyValuePair<string, object>[] settings = [new("segmentLeast", 1), new("segmentMost", 3), new("target", 1e6), new("attempts", 3)];
        var trace = new Steps();
        var result = await new Decoder(model).GenerateAsync(new() { Prompt = "b", Heuristics = [new(new TextHeuristic(Reward))], Decoder = DecoderCatalogue.Get("cards").Create(settings), MaxTokens = 12, Trace = trace }, Cancel);
        Assert.NotEmpty(result.Answer.Ids);
        Assert.True(trace.Refusals >= 2 * trace.Ends.Count);
    }

    [Fact]
    public async Task Parts_ThatDoNotGoTogether_AreRefusedByName()
    {
        await using var model = TableEngine.Model(5, 1);
        var cards = DecoderCatalogue.Get("cards").Create();
        foreach (var (parts, field) in ((DecoderParts, string)[])[(cards with { Proposal = new TopTokens(2) }, "Proposal"), (cards with { Rank = new() { Lookahead = new(2) } }, "Lookahead"), (cards with { Keep = new KeepAccepted { Scale = 0 } }, "Scale")])
            Assert.Equal(field, (await Assert.ThrowsAsync<ArgumentException>(() => new Decoder(model).GenerateAsync(new() { Prompt = "b", Decoder = parts }, Cancel))).ParamName);
    }

    private static double Entropy(float[] logits)
    {
        var normalizer = LogitReader.LogSumExp(logits);
        return -logits.Sum(logit => Math.Exp(logit - normalizer) * (logit - normalizer));
    }

    private static double Reward(string text, bool ended) => text.Count(c => c == 'a') * 0.7 - text.Count(c => c == 'c') * 0.5 + text.Count(c => c == ' ') * 0.05;

    /// <summary>Where the segments that were kept end, and how many were refused.</summary>
    private sealed class Steps : ITraceSink
    {
        private int _length;

        public List<int> Ends { get; } = [];

        public int Refusals { get; private set; }

        public void OnBegin(TraceHeader header)
        {
        }

        public void OnStep(TraceStep traceStep)
        {
            if (traceStep.Candidates.FirstOrDefault(candidate => candidate.Outcome != CandidateOutcome.Pruned) is { } kept) Ends.Add(_length += kept.Ids.Count);
            else Refusals++;
        }

        public void OnEnd(DecodingResult result)
        {
        }
    }
}
