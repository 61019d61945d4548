using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

/// <summary>NeuroLogic A*esque: the search equals its definition, for what is required and for what is wished for; and a case worked by hand.</summary>
public class NeurologicTests
{
    private const int Size = 6, Wanted = 3;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task GenerateAsync_Neurologic_EqualsItsDefinition(bool required)
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            using var engine = new TableEngine(Size, seed, ties: false);
            await using var model = new EngineModel(engine, new LetterTokenizer(Size));
            var count = random.Next(1, 4);
            var (beam, candidates, suggestions, lookahead) = (random.Next(1, 7), random.Next(1, 4), random.Next(0, 2), random.Next(1, 5));
            var (foresight, exponent, lambda) = (random.Next(1, 8) / 4.0, random.Next(3) / 2.0, required ? 0 : random.Next(1, 5) / 2.0);
            var request = new DecodingRequest
            {
                Prompt = "a",
                Decoder = DecoderCatalogue.Get("neurologic").Create([new("beam", beam), new("candidates", candidates), new("suggestions", suggestions), new("lookahead", lookahead), new("foresight", foresight), new("lengthExponent", exponent), new("lambda", lambda), new("noRepeat", 0)]),
                Constraints = required ? [new AtLeastConstraint(Wanted, count)] : [],
                Heuristics = required ? [] : [new(new Wish(Wanted, count))],
                MaxTokens = count + random.Next(2, 8),
                Savings = SavingsOptions.None,
            };

            var result = await new Decoder(model).GenerateAsync(request, Cancel);

            var expected = Define(engine, required, count, beam, candidates, suggestions, lookahead, foresight, exponent, lambda, request.MaxTokens);
            Assert.Equal(expected.Select(text => text.Ids), result.Answers.Select(answer => answer.Ids));
            Assert.Equal(expected[0].Score, result.Answer.Score, 10);
            var saving = await new Decoder(model).GenerateAsync(request with { Savings = SavingsOptions.All }, Cancel);
            Assert.Equal(result.Answer.Ids, saving.Answer.Ids);
            Assert.True(saving.Statistics.TokenEvaluations <= result.Statistics.TokenEvaluations);
        }
    }

    [Theory]
    [InlineData(0, 4)]
    [InlineData(0.25, 5)]
    public async Task GenerateAsync_WordThatFollowsTheUnlikelierOne_IsFoundByForesight(double foresight, int first)
    {
        // after the prompt 4 with 0.6 or 5 with 0.4; what is required comes after 5 with 0.5, and after 4 with 0.01: log 0.6 + ¼·log 0.01 < log 0.4 + ¼·log 0.5
        using var engine = new TableEngine(Size, 0, after: last => Row(last switch { 2 => [(4, 0.6), (5, 0.4)], 4 => [(1, 0.98), (Wanted, 0.01), (0, 0.01)], 5 => [(1, 0.5), (Wanted, 0.5)], _ => [(0, 1)] }));
        await using var model = new EngineModel(engine, new LetterTokenizer(Size));
        var decoder = DecoderCatalogue.Get("neurologic").Create([new("beam", 1), new("candidates", 2), new("suggestions", 0), new("lookahead", 1), new("foresight", foresight), new("lengthExponent", 0)]);
        var result = await new Decoder(model).GenerateAsync(new() { Prompt = "a", Decoder = decoder, Constraints = [new AtLeastConstraint(Wanted, 1)], MaxTokens = 4 }, Cancel);
        Assert.Equal([first, Wanted, 0], result.Answer.Ids);
    }

    [Fact]
    public async Task GenerateAsync_NothingThatCouldBeMissing_LooksNotAhead()
    {
        await using var model = TableEngine.Model(Size, 1);
        async Task<long> Evaluations(int lookahead) => (await new Decoder(model).GenerateAsync(new() { Prompt = "a", Decoder = DecoderCatalogue.Get("neurologic").Create([new("lookahead", lookahead)]), MaxTokens = 8 }, Cancel)).Statistics.TokenEvaluations;
        Assert.Equal(await Evaluations(0), await Evaluations(5));
        var entry = DecoderCatalogue.Get("neurologic");
        Assert.Equal("there is nothing that could be missing", Assert.Single(entry.FindIdle([new("foresight", 0.5)], new() { Prompt = "a" })).Reason);
        Assert.Equal("there is no lookahead", Assert.Single(entry.FindIdle([new("foresight", 0.5), new("lookahead", 0)])).Reason);
        Assert.Empty(entry.FindIdle([new("foresight", 0.5), new("lookahead", 3)], new() { Prompt = "a", Constraints = [new AtLeastConstraint(Wanted, 1)] }));
    }

    [Fact]
    public async Task GenerateAsync_Traced_SaysWhatWasForeseen()
    {
        await using var model = TableEngine.Model(Size, 1, ties: false);
        var trace = new TraceRecorder();
        await new Decoder(model).GenerateAsync(new() { Prompt = "a", Decoder = DecoderCatalogue.Get("neurologic").Create(), Constraints = [new AtLeastConstraint(Wanted, 1)], MaxTokens = 4, Trace = trace }, Cancel);
        Assert.Contains(trace.Steps[0].Candidates, candidate => candidate.Reason.Contains("of what is missing the likeliest comes with log p -", StringComparison.Ordinal));
    }

    [Fact]
    public async Task GenerateAsync_ModelThatRollsOutByItself_IsReadTokenByToken()
    {
        for (var seed = 0; seed < 40; seed++)
        {
            using var engine = new TableEngine(Size, seed, ties: false);
            await using var model = new EngineModel(engine, new LetterTokenizer(Size));
            await using var rolling = new RolloutModel(engine, Size);
            var request = new DecodingRequest { Prompt = "a", Decoder = DecoderCatalogue.Get("neurologic").Create([new("beam", 3), new("candidates", 3)]), Constraints = [new AtLeastConstraint(Wanted, 2)], MaxTokens = 9 };
            var expected = await new Decoder(model).GenerateAsync(request, Cancel);
            Assert.Equal(expected.Answers.Select(answer => answer.Ids), (await new Decoder(rolling).GenerateAsync(request, Cancel)).Answers.Select(answer => answer.Ids));
            Assert.Equal(0, rolling.Rollouts);
        }
    }

    [Fact]
    public async Task GenerateAsync_ModelThatTellsNoNamedTokens_IsRefusedByName()
    {
        using var engine = new TableEngine(Size, 1);
        await using var model = new EngineModel(engine, new LetterTokenizer(Size));
        await using var second = new RolloutModel(engine, Size) { Facts = engine.Facts with { Name = "mute", Capabilities = ModelCapabilities.Masks } };
        var request = new DecodingRequest { Prompt = "a", Decoder = DecoderCatalogue.Get("neurologic").Create([new("suggestions", 0)]), Constraints = [new AtLeastConstraint(Wanted, 1)], LookaheadModel = second, MaxTokens = 4 };
        var fault = await Assert.ThrowsAsync<NotSupportedException>(() => new Decoder(model).GenerateAsync(request, Cancel));
        Assert.Equal("an estimate of what is still to be met needs NamedTokens, which the model 'mute' does not offer", fault.Message);
        // without the estimate nothing is asked of it but its tokens
        Assert.Contains(Wanted, (await new Decoder(model).GenerateAsync(request with { Decoder = request.Decoder with { Rank = request.Decoder.Rank with { Foresight = 0 } } }, Cancel)).Answer.Ids);
    }

    [Fact]
    public async Task GenerateAsync_NegativeForesight_IsRefused()
    {
        await using var model = TableEngine.Model(Size, 1);
        var request = new DecodingRequest { Prompt = "a", Decoder = Decoders.GridBeam() with { Rank = new() { Foresight = -1 } } };
        var fault = await Assert.ThrowsAsync<ArgumentException>(() => new Decoder(model).GenerateAsync(request, Cancel));
        Assert.Contains("Foresight must be a finite number, at least 0", fault.Message, StringComparison.Ordinal);
    }

    // the search written out with lists: for each candidate a greedy lookahead, and the greatest log p of what is missing along it; the best of each bank in turn
    private static List<Text> Define(TableEngine engine, bool required, int count, int beam, int candidates, int suggestions, int lookahead, double foresight, double exponent, double lambda, int most)
    {
        var (live, finished) = (new List<Text> { new([], 0, 0, 0) }, new List<Text>());
        while (live.Count > 0)
        {
            var all = new List<Text>();
            for (var parent = 0; parent < live.Count; parent++)
            {
                var (ids, before) = (live[parent].Ids, live[parent].LogProbability);
                var (row, allowed) = (LogProbabilities(engine, ids), Allowed(ids));
                var chosen = allowed.OrderByDescending(token => row[token]).Take(candidates).ToList();
                if (Seen(ids) < count && suggestions > 0 && allowed.Contains(Wanted) && !chosen.Contains(Wanted)) chosen.Add(Wanted);
                foreach (var token in chosen)
                {
                    int[] text = [.. ids, token];
                    var logProbability = before + row[token];
                    all.Add(new(text, logProbability, logProbability / Math.Pow(text.Length, exponent) + Ahead(text), parent));
                }
            }
            var ranked = all.OrderByDescending(text => text.Score).ThenByDescending(text => text.LogProbability).ThenBy(text => text.Ids[^1]).ThenBy(text => text.Parent).ToList();
            var banks = ranked.GroupBy(text => IsWhole(text.Ids) ? int.MaxValue : Math.Min(count, Seen(text.Ids))).OrderByDescending(bank => bank.Key).Select(bank => bank.ToList()).ToList();
            var kept = Enumerable.Range(0, ranked.Count).SelectMany(round => banks.Where(bank => bank.Count > round).Select(bank => bank[round])).Take(beam).ToList();
            finished.AddRange(kept.Where(text => IsWhole(text.Ids)));
            live = [.. kept.Where(text => !IsWhole(text.Ids))];
        }
        return [.. finished.OrderByDescending(text => text.Score).ThenByDescending(text => text.LogProbability)];

        double Ahead(int[] text)
        {
            if (IsWhole(text)) return lambda * Value(text);
            var (path, greatest) = (text, double.NegativeInfinity);
            for (var i = 0; i < lookahead && !IsWhole(path); i++)
            {
                var (row, allowed) = (LogProbabilities(engine, path), Allowed(path));
                if (Seen(path) < count && allowed.Contains(Wanted)) greatest = Math.Max(greatest, row[Wanted]);
                path = [.. path, allowed.OrderByDescending(token => row[token]).First()];
            }
            var estimate = !double.IsNegativeInfinity(greatest) ? greatest : Seen(text) < count ? -100 : 0;
            return foresight * estimate + lambda * Value(path);
        }

        double Value(int[] ids) => (double)Math.Min(count, Seen(ids)) / count;

        bool IsWhole(int[] ids) => ids[^1] == 0 || ids.Length == most;

        List<int> Allowed(int[] ids) => [.. Enumerable.Range(0, Size).Where(token => !required || (token == 0 ? Seen(ids) >= count : Math.Max(0, count - Seen(ids) - (token == Wanted ? 1 : 0)) + 1 <= most - ids.Length - 1))];
    }

    private static int Seen(int[] ids) => ids.Count(id => id == Wanted);

    private static double[] LogProbabilities(TableEngine engine, int[] ids)
    {
        var logits = engine.Logits([2, .. ids]);
        var normalizer = LogitReader.LogSumExp(logits);
        return [.. logits.Select(logit => Math.Min(0, logit - normalizer))];
    }

    private static float[] Row(params (int Token, double Probability)[] likely)
    {
        var row = Enumerable.Repeat(-60f, Size).ToArray();
        foreach (var (token, probability) in likely) row[token] = (float)Math.Log(probability);
        return row;
    }

    private sealed record Text(int[] Ids, double LogProbability, double Score, int Parent);

    /// <summary>The share of so many of a token; suggests it while some are missing.</summary>
    private sealed class Wish(int token, int count) : Heuristic<int>
    {
        public override string Name => "wish";

        protected override int Begin(GenerationContext context) => 0;

        protected override int Advance(int state, int next, ReadOnlySpan<byte> bytes) => Math.Min(count, state + (next == token ? 1 : 0));

        protected override double Score(int state, bool ended) => (double)state / count;

        protected override int Progress(int state) => state;

        protected override void Suggest(int state, ICollection<int> tokens)
        {
            if (state < count) tokens.Add(token);
        }
    }
}
