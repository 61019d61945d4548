using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

public class SavingsTests
{
    private const int Candidates = 4, Lookahead = 5, MaxTokens = 12;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GenerateAsync_NoSavings_CostsWhatTheDefinitionDoes()
    {
        using var engine = new TableEngine(6, 5, ties: false, ends: false);
        await using var model = new EngineModel(engine, new LetterTokenizer(6));
        var result = await new Decoder(model).GenerateAsync(Request(SavingsOptions.None), Cancel);

        int[] lookaheads = [.. Enumerable.Range(1, MaxTokens).Select(length => Math.Min(Lookahead, MaxTokens - length))];
        Assert.Equal(2 + (MaxTokens - 1) + Candidates * lookaheads.Sum(), result.Statistics.TokenEvaluations);
        Assert.Equal(MaxTokens + lookaheads.Sum(), result.Statistics.BatchedPasses);
        Assert.All(result.Savings, saving => Assert.False(saving.Active));
    }

    [Fact]
    public async Task GenerateAsync_EachSaving_CostsLessForTheSameText()
    {
        var cost = new Dictionary<string, (long Evaluations, long Passes)>();
        for (var seed = 0; seed < 60; seed++)
        {
            await using var model = TableEngine.Model(6, seed, ties: false);
            var naive = await new Decoder(model).GenerateAsync(Request(SavingsOptions.None), Cancel);
            foreach (var (name, savings) in Ways)
            {
                var result = await new Decoder(model).GenerateAsync(Request(savings), Cancel);
                Assert.Equal(naive.Answer.Ids, result.Answer.Ids);
                Assert.Equal(naive.Answer.Score, result.Answer.Score);
                var (evaluations, passes) = cost.GetValueOrDefault(name);
                cost[name] = (evaluations + result.Statistics.TokenEvaluations, passes + result.Statistics.BatchedPasses);
            }
        }
        var none = cost["none"];
        Assert.True(cost["reuse"].Evaluations < none.Evaluations * 0.9, $"reuse: {cost["reuse"]} of {none}");
        Assert.True(cost["prune"].Evaluations < none.Evaluations * 0.7, $"prune: {cost["prune"]} of {none}");
        Assert.True(cost["shorten"].Evaluations < none.Evaluations * 0.95, $"shorten: {cost["shorten"]} of {none}");
        Assert.True(cost["all"].Evaluations < cost["prune"].Evaluations, $"all: {cost["all"]}, prune {cost["prune"]}");
        Assert.True(cost["pipeline"].Passes < none.Passes * 0.6, $"pipeline: {cost["pipeline"]} of {none}");
    }

    private static (string Name, SavingsOptions Savings)[] Ways { get; } =
    [
        ("none", SavingsOptions.None), ("reuse", SavingsOptions.None with { Reuse = true }), ("prune", SavingsOptions.None with { Prune = true }), ("shorten", SavingsOptions.None with { Shorten = true }),
        ("pipeline", SavingsOptions.None with { Pipeline = 4 }), ("all", SavingsOptions.All with { Pipeline = 0 }),
    ];

    [Fact]
    public async Task GenerateAsync_ConditionDoesNotHold_SavingIsOffAndSaysWhy()
    {
        await using var model = TableEngine.Model(6, 1);
        var request = Request(SavingsOptions.All);

        Assert.Equal("halving drops candidates by unfinished lookaheads", await NoteAsync(request.With(setup => setup with { HalveLookaheads = true }), "pipeline"));
        Assert.Equal("which of 2 hypotheses go on is not told by rank alone", await NoteAsync(request with { Decoder = request.Decoder with { Keep = new KeepByBanks { Beam = 2 } } }, "pipeline"));
        Assert.Equal("a budget counts evaluations, which a pipeline spends", await NoteAsync(request.With(setup => setup with { Budget = 500 }), "pipeline"));
        Assert.Equal("there is no lookahead to save", await NoteAsync(request.With(setup => setup with { Lambda = 0 }), "prune"));
        Assert.Equal("halving drops candidates by unfinished lookaheads", await NoteAsync(request.With(setup => setup with { HalveLookaheads = true }), "prune"));
        Assert.Equal("switched off", await NoteAsync(request.With(setup => setup with { Savings = SavingsOptions.All with { Reuse = false, Pipeline = 0 } }), "reuse"));

        async Task<string> NoteAsync(DecodingRequest asked, string name)
        {
            var saving = (await new Decoder(model).GenerateAsync(asked, Cancel)).Savings.Single(saving => saving.Name == name);
            Assert.False(saving.Active);
            return saving.Note;
        }
    }

    [Fact]
    public async Task GenerateAsync_HeuristicsWithoutBounds_PruningSaysThatItSavedNothing()
    {
        await using var model = TableEngine.Model(6, 1);
        var result = await new Decoder(model).GenerateAsync(Request(SavingsOptions.All) with { Heuristics = [new(new TextHeuristic((text, _) => text.Length))] }, Cancel);
        Assert.Equal("nothing: the heuristics have no bounds", result.Savings.Single(saving => saving.Name == "prune").Note);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task GenerateAsync_FinishWithGainsStillToCome_ChoosesWhatTheWholeSearchDoes(int most)
    {
        var early = 0;
        for (var seed = 0; seed < 400; seed++)
        {
            await using var model = TableEngine.Model(5, seed);
            var request = new DecodingRequest
            {
                Prompt = "ab",
                Heuristics = [new(new ReachHeuristic(new((text, _) => Math.Min(most, text.Count(c => c == 'c')) / (double)most,
                    (text, left) => new(Math.Min(most, text.Count(c => c == 'c')) / (double)most, Math.Min(most, text.Count(c => c == 'c') + left) / (double)most))))],
            }.With(SearchSetup.Deal(2, 3, lookahead: 1, lambda: 6) with { MaxTokens = 7, Savings = SavingsOptions.None });
            var whole = await new Decoder(model).GenerateAsync(request, Cancel);
            var ended = await new Decoder(model).GenerateAsync(request.With(setup => setup with { Savings = SavingsOptions.None with { Finish = true } }), Cancel);
            Assert.Equal((whole.Answer.Score, whole.Answer.LogProbability), (ended.Answer.Score, ended.Answer.LogProbability));
            Assert.Equal(whole.Answer.Ids, ended.Answer.Ids);
            if (ended.Statistics.TokenEvaluations < whole.Statistics.TokenEvaluations) early++;
        }
        Assert.InRange(early, 40, 400);
    }

    [Fact]
    public async Task GenerateAsync_PipelineWithValuesKnownInPassing_FollowsWhoGains()
    {
        var (carried, read, naive) = (0L, 0L, 0L);
        for (var seed = 0; seed < 60; seed++)
        {
            await using var model = TableEngine.Model(6, seed, ties: false);
            var one = await RunAsync(new CarriedLetters(), SavingsOptions.All);
            var other = await RunAsync(new TextHeuristic((text, _) => text.Count(c => c == 'a')), SavingsOptions.All);
            Assert.Equal((other.Answer.Score, other.Answer.LogProbability), (one.Answer.Score, one.Answer.LogProbability));
            Assert.Equal(other.Answer.Ids, one.Answer.Ids);
            carried += one.Statistics.BatchedPasses;
            read += other.Statistics.BatchedPasses;
            naive += (await RunAsync(new CarriedLetters(), SavingsOptions.None)).Statistics.BatchedPasses;

            Task<DecodingResult> RunAsync(IHeuristic heuristic, SavingsOptions savings) => new Decoder(model).GenerateAsync(Request(savings) with { Heuristics = [new(heuristic)] }, Cancel);
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"passes: {carried} following estimates, {read} following what is certain, naive {naive}");
        Assert.InRange(carried, 1, read * 0.95);
        Assert.InRange(read, 1, naive * 0.8);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public async Task GenerateAsync_PipelineOfABeam_TakesFewerPassesForTheSameTexts(int beam)
    {
        var (piped, plain, right) = (0L, 0L, 0);
        for (var seed = 0; seed < 40; seed++)
        {
            await using var model = TableEngine.Model(6, seed, maxRows: 512, ties: false);
            var naive = await RunAsync(SavingsOptions.All with { Pipeline = 0, Finish = false });
            var result = await RunAsync(SavingsOptions.All with { Pipeline = 4, Finish = false });
            Assert.Equal(naive.Answers.Select(answer => (answer.Score, answer.LogProbability)), result.Answers.Select(answer => (answer.Score, answer.LogProbability)));
            Assert.Equal(naive.Answers.Select(answer => answer.Ids), result.Answers.Select(answer => answer.Ids));
            piped += result.Statistics.BatchedPasses;
            plain += naive.Statistics.BatchedPasses;
            if (result.Savings.Single(saving => saving.Name == "pipeline").Note.Contains(", 0 hypotheses", StringComparison.Ordinal)) continue;
            right++;

            Task<DecodingResult> RunAsync(SavingsOptions savings) => new Decoder(model).GenerateAsync(Request(savings).With(setup => setup with { Beam = beam }), Cancel);
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"beam {beam}: {piped} passes, {plain} without a pipeline");
        Assert.InRange(piped, 1, plain * 0.7);
        Assert.InRange(right, 30, 40);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task GenerateAsync_WidthIsNotGiven_SpendsByWhatAPassCosts(int beam)
    {
        var passes = new List<long>();
        var evaluations = new List<long>();
        foreach (var rowsPerPass in (double[])[0.1, 16, 1000])
        {
            var (sum, rows, naive) = (0L, 0L, 0L);
            for (var seed = 0; seed < 40; seed++)
            {
                await using var model = new EngineModel(new TableEngine(6, seed, 512, ties: false) { RowsPerPass = rowsPerPass }, new LetterTokenizer(6));
                var request = Request(SavingsOptions.All with { Prune = false, Shorten = false, Finish = false }).With(setup => setup with { Beam = beam });
                var result = await new Decoder(model).GenerateAsync(request, Cancel);
                (sum, rows) = (sum + result.Statistics.BatchedPasses, rows + result.Statistics.TokenEvaluations);
                var most = (await new Decoder(model).GenerateAsync(request with { Savings = SavingsOptions.None }, Cancel)).Statistics.TokenEvaluations;
                naive += most;
                // a quarter more, and the steps that are under way
                Assert.InRange(result.Statistics.TokenEvaluations, 1, 1.25 * most + 16 * beam * (1 + Candidates * Lookahead));
            }
            Assert.InRange(rows, 1, naive * 1.25);
            passes.Add(sum);
            evaluations.Add(rows);
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"beam {beam}: passes {string.Join(", ", passes)}, evaluations {string.Join(", ", evaluations)}");
        Assert.All(passes.Skip(1), dear => Assert.InRange(dear, 1, passes[0] * 0.6));
        Assert.All(evaluations.Skip(1), dear => Assert.InRange(dear, evaluations[0] + 1, evaluations[0] * 1.25));
    }

    [Theory]
    [InlineData(4, 16)]
    [InlineData(4, 2)]
    public async Task GenerateAsync_PassesHaveManyOrFewRowsForWhatTheyCost_TakesHardlyLongerThanWithoutAPipeline(int beam, double rowsPerPass)
    {
        // what a pass of so many rows takes, in rows of a large batch: it reads the weights meanwhile
        var (chosen, without) = (0.0, 0.0);
        for (var seed = 0; seed < 16; seed++)
        {
            chosen += await CostAsync(null, seed);
            without += await CostAsync(0, seed);
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"beam {beam}, a pass as dear as {rowsPerPass} rows: {chosen / without:0.000} of what no pipeline takes");
        Assert.InRange(chosen, 0, without * (rowsPerPass > 2 ? 0.8 : 1.1));

        async Task<double> CostAsync(int? pipeline, int seed)
        {
            await using var model = new EngineModel(new TableEngine(6, seed, 512, ties: false) { RowsPerPass = rowsPerPass }, new LetterTokenizer(6));
            var request = (Request(SavingsOptions.None) with { Heuristics = [new(new CarriedHash())] }).With(setup => setup with { Beam = beam, MaxTokens = 60, Lambda = 2, Savings = SavingsOptions.None with { Reuse = true, Pipeline = pipeline } });
            var spent = (await new Decoder(model).GenerateAsync(request, Cancel)).Statistics;
            var rows = (double)spent.TokenEvaluations / spent.BatchedPasses;
            return spent.BatchedPasses * Math.Sqrt(rowsPerPass * rowsPerPass + rows * rows);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task GenerateAsync_NothingCanBeExpectedAndAPassIsDear_WastesNoMoreThanItsBound(int beam)
    {
        var (rows, naive) = (0L, 0L);
        for (var seed = 0; seed < 8; seed++)
        {
            await using var model = new EngineModel(new TableEngine(6, seed, 512, ties: false) { RowsPerPass = 1e9 }, new LetterTokenizer(6));
            var request = (Request(SavingsOptions.None) with { Heuristics = [new(new CarriedHash())] }).With(setup => setup with { Beam = beam, MaxTokens = 100, Lambda = 8, Savings = SavingsOptions.None with { Pipeline = null } });
            rows += (await new Decoder(model).GenerateAsync(request, Cancel)).Statistics.TokenEvaluations;
            naive += (await new Decoder(model).GenerateAsync(request with { Savings = SavingsOptions.None }, Cancel)).Statistics.TokenEvaluations;
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"beam {beam}: {rows} evaluations, {naive} by the naive search");
        // a quarter more, and the steps that are under way, of each text
        Assert.InRange(rows, naive + 1, 1.25 * naive + 8 * 16 * beam * (1 + Candidates * Lookahead));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task GenerateAsync_ValueInPassingIsNone_IsNoErrorWhereItIsNotAskedFor(bool throws)
    {
        await using var model = TableEngine.Model(6, 3, ties: false);
        var request = Request(SavingsOptions.None) with { Heuristics = [new(new CarriedLetters { NoneAt = 3, Throws = throws })] };
        var naive = await new Decoder(model).GenerateAsync(request.With(setup => setup with { Lookahead = 4, MaxTokens = 5 }), Cancel);
        var saved = await new Decoder(model).GenerateAsync(request.With(setup => setup with { Lookahead = 4, MaxTokens = 5, Savings = SavingsOptions.All }), Cancel);
        Assert.Equal(naive.Answer.Ids, saved.Answer.Ids);
    }

    /// <summary>A value that each token makes another.</summary>
    private sealed class CarriedHash : Heuristic<uint>
    {
        public override string Name => "hash";

        protected override uint Begin(GenerationContext context) => 1;

        protected override uint Advance(uint state, int token, ReadOnlySpan<byte> bytes) => (state + (uint)token + 1) * 2654435761;

        // a text that ends is worth least, so that none does
        protected override double Score(uint state, bool ended) => ended ? -100 : (state >> 16) / 65536.0;
    }

    private sealed class CarriedLetters : Heuristic<(int Letters, int Length)>
    {
        /// <summary>Length of texts in passing that have no value.</summary>
        public int NoneAt { get; init; } = -1;

        /// <summary>Whether asking for it throws.</summary>
        public bool Throws { get; init; }

        public override string Name => "letters";

        protected override (int Letters, int Length) Begin(GenerationContext context) => default;

        protected override (int Letters, int Length) Advance((int Letters, int Length) state, int token, ReadOnlySpan<byte> bytes) => (state.Letters + bytes.Count((byte)'a'), state.Length + 1);

        protected override double Score((int Letters, int Length) state, bool ended) => ended || state.Length != NoneAt ? state.Letters : Throws ? throw new InvalidOperationException("none") : double.NaN;
    }

    private static DecodingRequest Request(SavingsOptions savings) => new DecodingRequest
    {
        Prompt = "ab",
        Heuristics = [new(new ReachHeuristic(new((text, _) => Math.Min(2, text.Count(c => c == 'a')) / 2.0,
            (text, left) => new(Math.Min(2, text.Count(c => c == 'a')) / 2.0, Math.Min(2, text.Count(c => c == 'a') + left) / 2.0))))],
    }.With(SearchSetup.Deal(1, Candidates, Lookahead, lambda: 2) with { MaxTokens = MaxTokens, Savings = savings });
}
