using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

/// <summary>Guidance against the formulas, computed here over the separate tables in double precision.</summary>
public class GuidanceTests
{
    private const int Size = 7;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string> Kinds => ["classifier-free", "contrastive", "experts", "mixture", "rewards"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Greedy_EachKind_TakesTheLikeliestOfTheMixture(string kind)
    {
        for (var seed = 0; seed < 60; seed++)
        {
            await using var setup = new Setup(kind, seed);
            var result = await setup.Decoder.GenerateAsync(setup.Request(Decoders.Greedy, 12), Cancel);
            var (path, logP) = (new List<int>(), 0.0);
            while (path.Count < 12 && (path.Count == 0 || path[^1] != 0))
            {
                var (mixed, own) = setup.Mix(path);
                var next = ArgMax(mixed);
                logP += own[next];
                path.Add(next);
            }
            Assert.Equal(path, result.Answer.Ids);
            Assert.Equal(logP, result.Answer.LogProbability, 1e-9);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Sample_EachKind_FollowsTheMixture(string kind)
    {
        const int Draws = 6_000;
        await using var setup = new Setup(kind, 5);
        var batch = await setup.Decoder.GenerateBatchAsync(setup.Request(Decoders.Sample(0.8), 1), [.. Enumerable.Range(0, Draws).Select(stream => new BatchPrompt(Setup.Prompt, stream))], Cancel);
        var weights = setup.Mix([]).Mixed.Select(score => Math.Exp(score / 0.8)).ToArray();
        for (var token = 0; token < Size; token++)
        {
            var expected = weights[token] / weights.Sum();
            var deviation = 5 * Math.Sqrt(Draws * expected * (1 - expected)) + 1e-9;
            Assert.InRange(batch.Texts.Count(text => text.Answer.Ids[0] == token), Draws * expected - deviation, Draws * expected + deviation);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Deal_EachKind_ProposesAndLooksAheadByTheMixtureAndRanksByTheModel(string kind)
    {
        const int Candidates = 3, Lookahead = 3, Most = 8;
        const double Lambda = 1.3;
        for (var seed = 0; seed < 40; seed++)
        {
            await using var setup = new Setup(kind, seed);
            var request = setup.Request(new() { Name = "deal", Proposal = new TopTokens(Candidates), Rank = new() { Lambda = Lambda, Lookahead = new(Lookahead) } }, Most) with { Heuristics = [new(new TextHeuristic(Reward))] };
            var (path, logP) = (new List<int>(), 0.0);
            while (path.Count < Most && (path.Count == 0 || path[^1] != 0))
            {
                var (mixed, own) = setup.Mix(path);
                var best = Enumerable.Range(0, Size).Where(token => !double.IsNegativeInfinity(mixed[token])).OrderByDescending(token => mixed[token]).ThenBy(token => token).Take(Candidates)
                    .Select(token => (Token: token, Score: logP + own[token] + Lambda * Ahead([.. path, token])))
                    .MaxBy(candidate => candidate.Score);
                logP += own[best.Token];
                path.Add(best.Token);
            }
            foreach (var savings in new[] { SavingsOptions.All, SavingsOptions.None })
            {
                var result = await setup.Decoder.GenerateAsync(request with { Savings = savings }, Cancel);
                Assert.Equal(path, result.Answer.Ids);
                Assert.Equal(logP, result.Answer.LogProbability, 1e-9);
            }

            double Ahead(List<int> text)
            {
                for (var i = 0; i < Lookahead && text.Count < Most && text[^1] != 0; i++) text.Add(ArgMax(setup.Mix(text).Mixed));
                return Reward(Setup.Text(text), text[^1] == 0 || text.Count == Most);
            }
        }
    }

    [Fact]
    public async Task Plausibility_LeavesOutWhatTheModelFindsUnlikely_OfWhatTheConstraintsAllow()
    {
        // log p of 1..4 falls by 1 each; the amateur makes 4 by far the best, were it plausible
        await using var model = new EngineModel(new TableEngine(5, 0, row: [-9, 4, 3, 2, 1]), new LetterTokenizer(5));
        await using var amateur = new EngineModel(new TableEngine(5, 0, row: [0, 4, 1, 2, -9]), new LetterTokenizer(5));
        async Task<int> FirstAsync(double plausibility, params IConstraint[] constraints) => (await new Decoder(model).GenerateAsync(
            new() { Prompt = "a", Decoder = Decoders.Greedy, MaxTokens = 1, Guidance = Guidance.Contrastive(amateur, plausibility), Constraints = constraints }, Cancel)).Answer.Ids[0];

        Assert.Equal(4, await FirstAsync(1e-9));
        Assert.Equal(2, await FirstAsync(0.3));
        Assert.Equal(1, await FirstAsync(1));
        Assert.Equal(1, await FirstAsync(0.5));
    }

    [Fact]
    public async Task Prompt_OfTheSameModel_IsReadInTheSamePass()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            using var engine = new TableEngine(Size, seed, ends: false, readsAll: true);
            await using var model = new EngineModel(engine, new LetterTokenizer(Size));
            var request = new DecodingRequest { Prompt = "abc", Decoder = Decoders.Greedy, MaxTokens = 10, Guidance = Guidance.ClassifierFree("b", 1.5) };
            var result = await new Decoder(model).GenerateAsync(request, Cancel);
            // one for the prompts, then one a token, two rows each
            Assert.Equal(10, engine.Passes);
            Assert.Equal(3 + 1 + 9 * 2, engine.Rows);
            Assert.Equal(engine.Rows, result.Statistics.TokenEvaluations);
            Assert.Equal(engine.Passes, result.Statistics.BatchedPasses);
        }
    }

    [Fact]
    public async Task Trace_TellsTheFormulaAndLogQ()
    {
        await using var setup = new Setup("experts", 3);
        var sink = new Recorder();
        await setup.Decoder.GenerateAsync(setup.Request(Decoders.Greedy, 1) with { Trace = sink }, Cancel);
        Assert.Equal("1·log p(table) + 0.7·log p(table) − 0.7·log p(table)", sink.Header!.Settings["guidance"]);
        var candidate = Assert.Single(sink.Steps[0].Candidates);
        var (mixed, own) = setup.Mix([]);
        Assert.Equal(mixed.Max() - Math.Log(mixed.Sum(Math.Exp)), candidate.LogProposal!.Value, 1e-9);
        Assert.Equal(own[candidate.Token], candidate.TokenLogProbability, 1e-9);
    }

    internal static double Reward(string text, bool ended) => text.Count(letter => letter == 'b') - 0.5 * text.Count(letter => letter == 'c') + (ended ? 0.3 : 0);

    private static int ArgMax(double[] scores) => Array.IndexOf(scores, scores.Max());

    private sealed class Recorder : ITraceSink
    {
        public TraceHeader? Header { get; private set; }

        public List<TraceStep> Steps { get; } = [];

        public void OnBegin(TraceHeader header) => Header = header;

        public void OnStep(TraceStep traceStep) => Steps.Add(traceStep);

        public void OnEnd(DecodingResult result) => Assert.NotNull(result);
    }

    /// <summary>A model, two others, and the formula of one kind.</summary>
    private sealed class Setup : IAsyncDisposable
    {
        public const string Prompt = "ab";
        private readonly TableEngine[] _engines;
        private readonly EngineModel[] _models;
        private readonly Guidance _guidance;
        private readonly (double Weight, int Engine, string Prompt)[] _terms;

        public Setup(string kind, int seed)
        {
            _engines = [.. Enumerable.Range(0, 3).Select(i => new TableEngine(Size, seed * 3 + i, ties: false, readsAll: true))];
            _models = [.. _engines.Select(engine => new EngineModel(engine, new LetterTokenizer(Size)))];
            (_guidance, _terms) = kind switch
            {
                "classifier-free" => (Guidance.ClassifierFree("c", 1.8), new[] { (1.8, 0, Prompt), (-0.8, 0, "c") }),
                "contrastive" => (Guidance.Contrastive(_models[1], 0.2), [(1, 0, Prompt), (-1, 1, Prompt)]),
                "experts" => (Guidance.Experts(_models[1], _models[2], 0.7), [(1, 0, Prompt), (0.7, 1, Prompt), (-0.7, 2, Prompt)]),
                "mixture" => (Guidance.Mixture((_models[1], 0.25), (_models[2], 0.35)), [(0.4, 0, Prompt), (0.25, 1, Prompt), (0.35, 2, Prompt)]),
                _ => (Guidance.Rewards((_models[1], 0.5), (_models[2], 1.5)), [(1, 0, Prompt), (0.5, 1, Prompt), (1.5, 2, Prompt)]),
            };
        }

        public Decoder Decoder => new(_models[0]);

        public static string Text(IEnumerable<int> path) => string.Concat(path.Where(token => token > 0).Select(token => " abcdefg"[token - 1]));

        public DecodingRequest Request(DecoderParts decoder, int most) => new() { Prompt = Prompt, Decoder = decoder, MaxTokens = most, Guidance = _guidance };

        public (double[] Mixed, double[] Own) Mix(IReadOnlyCollection<int> path)
        {
            double[][] logs = [.. _terms.Select(term => LogSoftmax(_engines[term.Engine].Logits([.. new LetterTokenizer(Size).Encode(term.Prompt), .. path])))];
            var least = logs[0].Max() + Math.Log(_guidance.Plausibility);
            return ([.. Enumerable.Range(0, Size).Select(token => logs[0][token] < least ? double.NegativeInfinity : _terms.Select((term, i) => term.Weight * logs[i][token]).Sum())], logs[0]);
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var model in _models) await model.DisposeAsync();
            foreach (var engine in _engines) engine.Dispose();
        }

        private static double[] LogSoftmax(float[] logits)
        {
            var sum = Math.Log(logits.Sum(logit => Math.Exp(logit)));
            return [.. logits.Select(logit => logit - sum)];
        }
    }
}
