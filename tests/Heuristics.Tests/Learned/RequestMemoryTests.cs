using System.Diagnostics;
using DecodeAlign.Decoding;
using DecodeAlign.Heuristics;

namespace DecodeAlign.Tests;

/// <summary>Requests whose rewards run models under a tight KV budget: all that a request needs is reserved before its first token, so that requests wait in turn and never for each other.</summary>
public class RequestMemoryTests
{
    private static readonly ToyTokenizer Letters = ToyTokenizer.Letters;
    private static readonly EngineModelOptions Patient = new() { MemoryWait = Timeout.InfiniteTimeSpan };

    // who waits for ever is lost: that is a fault, not a hang
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Generate_RewardsShareAModelThatHoldsOne_BothAreAnsweredInTurn()
    {
        var (engine, rewardEngine) = (new ToyEngine(Letters), new ToyEngine(Letters, seed: 2));
        using var gate = new Gate(engine);
        rewardEngine.Budget = await NeedAsync(seed: 2);
        await using var model = new EngineModel(engine, Letters, Patient);
        await using var rewardModel = new EngineModel(rewardEngine, Letters, Patient);
        // rewards of their own: only the model is common
        var alone = await GenerateAsync(model, new Likelihood(rewardModel));
        gate.Close();
        var first = GenerateAsync(model, new Likelihood(rewardModel));
        await gate.ReachedAsync();
        var second = GenerateAsync(model, new Likelihood(rewardModel));
        await UntilAsync(() => rewardModel.Statistics.WaitingForMemory == 1);
        // the one that waits holds nothing of the other model
        Assert.Equal((1, 1, 1), (model.Statistics.OpenSessions, model.Statistics.WaitingForMemory, rewardModel.Statistics.OpenSessions));
        gate.Open();

        Assert.Equal(alone.Answer.Ids, (await first).Answer.Ids);
        Assert.Equal(alone.Answer.Ids, (await second).Answer.Ids);
        Assert.Equal(rewardEngine.Budget, rewardEngine.PeakReserved);
        Assert.Equal((0, 0), (engine.Reserved, rewardEngine.Reserved));
    }

    [Fact]
    public async Task Generate_SearchAndRewardOfOneModelExceedIt_IsRefusedAtOnceOnAnIdleModel()
    {
        var engine = new ToyEngine(Letters) { Budget = await NeedAsync() };
        await using var model = new EngineModel(engine, Letters, Patient);
        await GenerateAsync(model, new TextLength());
        // one session fits, two never do
        var refused = await Assert.ThrowsAsync<KvBudgetException>(() => GenerateAsync(model, new Likelihood(model)));
        Assert.Equal((2 * engine.Budget, engine.Budget, engine.Budget, "toy"), (refused.NeededBytes, refused.FreeBytes, refused.BudgetBytes, refused.Model));
        engine.Budget *= 2;
        var rows = engine.Rows;
        await using var larger = new EngineModel(new ToyEngine(Letters) { Budget = engine.Budget }, Letters, Patient);
        await GenerateAsync(larger, new Likelihood(larger));
        Assert.Equal((0, rows), (engine.Reserved, engine.Rows));
    }

    [Fact]
    public async Task Generate_EachRewardsTheOthersModel_BothAreAnswered()
    {
        var need = await NeedAsync();
        var (x, y) = (new ToyEngine(Letters, seed: 1) { Budget = need }, new ToyEngine(Letters, seed: 2) { Budget = need });
        using var gate = new Gate(x);
        await using var modelX = new EngineModel(x, Letters, Patient);
        await using var modelY = new EngineModel(y, Letters, Patient);
        var (aloneA, aloneB) = (await GenerateAsync(modelX, new Likelihood(modelY)), await GenerateAsync(modelY, new Likelihood(modelX)));
        gate.Close();
        var a = GenerateAsync(modelX, new Likelihood(modelY));
        await gate.ReachedAsync();
        var b = GenerateAsync(modelY, new Likelihood(modelX));
        await UntilAsync(() => modelY.Statistics.WaitingForMemory == 1);
        gate.Open();
        Assert.Equal(aloneA.Answer.Ids, (await a).Answer.Ids);
        Assert.Equal(aloneB.Answer.Ids, (await b).Answer.Ids);
        // and many at once, begun in any order
        var many = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => i % 2 == 0 ? GenerateAsync(modelX, new Likelihood(modelY)) : GenerateAsync(modelY, new Likelihood(modelX))));
        Assert.All(many.Index(), one => Assert.Equal((one.Index % 2 == 0 ? aloneA : aloneB).Answer.Ids, one.Item.Answer.Ids));
        Assert.Equal((0, 0), (x.Reserved, y.Reserved));
    }

    [Fact]
    public async Task Generate_WaiterIsCancelled_ReturnsEverything()
    {
        var (engine, rewardEngine) = (new ToyEngine(Letters), new ToyEngine(Letters, seed: 2) { Budget = await NeedAsync() });
        using var gate = new Gate(engine);
        await using var model = new EngineModel(engine, Letters, Patient);
        await using var rewardModel = new EngineModel(rewardEngine, Letters, Patient);
        gate.Close();
        var first = GenerateAsync(model, new Likelihood(rewardModel));
        await gate.ReachedAsync();
        using var cancel = new CancellationTokenSource();
        var second = GenerateAsync(model, new Likelihood(rewardModel), cancel.Token);
        var third = GenerateAsync(model, new Likelihood(rewardModel));
        await UntilAsync(() => rewardModel.Statistics.WaitingForMemory == 2);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        Assert.Equal((1, 1), (model.Statistics.OpenSessions, rewardModel.Statistics.WaitingForMemory));
        gate.Open();
        Assert.Equal((await first).Answer.Ids, (await third).Answer.Ids);
        Assert.Equal((0, 0), (engine.Reserved, rewardEngine.Reserved));
    }

    [Fact]
    public async Task Generate_NestedRewards_AreAllReservedBeforeTheFirstToken()
    {
        var engine = new ToyEngine(Letters);
        ToyEngine[] engines = [.. Enumerable.Range(0, 6).Select(i => new ToyEngine(Letters, seed: 3 + i, rewards: i == 2 ? 2 : 0))];
        EngineModel[] models = [.. engines.Select(one => new EngineModel(one, Letters, Patient))];
        var scale = new RewardScale { Samples = 2, Mean = 0, StandardDeviation = 1, Quantiles = [0, 1] };
        IHeuristic heuristic = new MaxMin(
            new CentredPart(new TimeLimited(new CalibratedHeuristic(new Likelihood(models[0]), scale), TimeSpan.FromMinutes(5))),
            new CentredPart(new Gated(_ => [1, 0.5], new Judge(models[1], text => new(text), new Dictionary<string, double> { ["a"] = 1, ["b"] = 0 }), new RewardModel(models[2]).Output("1"))),
            new CentredPart(new Constrained(new WeightedSum((new Likelihood(models[3], prompt => new("ab" + prompt)), 1)), [new(new Likelihood(models[4]), -3)])));
        await using var model = new EngineModel(engine, Letters, Patient);
        var before = new TaskCompletionSource<int[]>();
        engine.OnPass = () => before.TrySetResult([.. engines.Select(one => one.OpenSessions)]);

        await GenerateAsync(model, heuristic);

        Assert.Equal("1 1 1 1 1 0", string.Join(' ', await before.Task));
        Assert.All(engines.Take(5), one => Assert.Equal((0, 0L, true), (one.OpenSessions, one.Reserved, one.Rows > 0)));
        // one of them has no room at all: nobody runs a token
        var rows = (engine.Rows, engines[0].Rows);
        await models[4].DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => GenerateAsync(model, heuristic));
        Assert.Equal(rows, (engine.Rows, engines[0].Rows));
        foreach (var one in models) await one.DisposeAsync();
    }

    [Fact]
    public async Task Prefer_ScorersRunAModel_TheirMemoryIsReservedBeforeTheFirstToken()
    {
        var (engine, scorerEngine) = (new ToyEngine(Letters), new ToyEngine(Letters, seed: 2));
        await using var model = new EngineModel(engine, Letters, Patient);
        await using var scorer = new EngineModel(scorerEngine, Letters, Patient);
        var open = new List<int>();
        engine.OnPass = () => open.Add(scorerEngine.OpenSessions);
        var result = await new Decoder(model).GenerateAsync(Preference(scorer), Cancel);
        Assert.All(open, sessions => Assert.Equal(2, sessions));
        Assert.True(scorerEngine.Rows > 0);
        Assert.Equal((0L, 0L), (engine.Reserved, scorerEngine.Reserved));

        var small = new ToyEngine(Letters, seed: 2) { Budget = scorerEngine.PeakReserved - 1 };
        await using var tight = new EngineModel(small, Letters, Patient);
        var rows = engine.Rows;
        await Assert.ThrowsAsync<KvBudgetException>(() => new Decoder(model).GenerateAsync(Preference(tight), Cancel));
        Assert.Equal((rows, 0), (engine.Rows, small.Rows));
        small.Budget++;
        await using var enough = new EngineModel(new ToyEngine(Letters, seed: 2) { Budget = small.Budget }, Letters, Patient);
        var again = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => new Decoder(model).GenerateAsync(Preference(enough), Cancel)));
        Assert.All(again, one => Assert.Equal(((PreferenceReport)result.Selection!).Chosen.Score, ((PreferenceReport)one.Selection!).Chosen.Score));
    }

    [Fact]
    public async Task Prefer_AroundADecoderThatAsksAnew_TheScorersReserveForThemselves()
    {
        var (engine, scorerEngine) = (new ToyEngine(Letters), new ToyEngine(Letters, seed: 2));
        await using var model = new EngineModel(engine, Letters, Patient);
        await using var scorer = new EngineModel(scorerEngine, Letters, Patient);
        var expected = await new Decoder(model).GenerateAsync(Preference(scorer), Cancel);
        var request = Preference(scorer);
        var open = new List<int>();
        engine.OnPass = () => open.Add(scorerEngine.OpenSessions);

        var result = await new SelectingDecoder(new AsksAnew(new Decoder(model)), request.Decoder.Selection!).GenerateAsync(request with { Decoder = request.Decoder with { Selection = null } }, Cancel);

        Assert.All(open, sessions => Assert.Equal(0, sessions));
        Assert.Equal(expected.Answers.Select(answer => answer.Text), result.Answers.Select(answer => answer.Text));
        Assert.Equal(((PreferenceReport)expected.Selection!).Answers.Select(answer => answer.Score), ((PreferenceReport)result.Selection!).Answers.Select(answer => answer.Score));
        Assert.Equal((0, 0L, 0L), (scorerEngine.OpenSessions, engine.Reserved, scorerEngine.Reserved));
    }

    [Fact]
    public async Task Generate_CallLeftBehind_KeepsItsSessionUntilItEnds()
    {
        var (engine, rewardEngine) = (new ToyEngine(Letters), new ToyEngine(Letters, seed: 2));
        using var gate = new Gate(rewardEngine);
        await using var model = new EngineModel(engine, Letters, Patient);
        await using var rewardModel = new EngineModel(rewardEngine, Letters, Patient);
        var time = new ManualTime();
        gate.Close();
        var late = GenerateAsync(model, new TimeLimited(new Likelihood(rewardModel), TimeSpan.FromSeconds(1), time));
        await gate.ReachedAsync();
        time.Advance(TimeSpan.FromSeconds(2));
        await Assert.ThrowsAsync<HeuristicException>(() => late);
        Assert.Equal((0, 1), (engine.OpenSessions, rewardEngine.OpenSessions));
        gate.Open();
        await UntilAsync(() => rewardEngine.OpenSessions == 0);
    }

    private static Task<DecodingResult> GenerateAsync(EngineModel model, IHeuristic heuristic, CancellationToken? cancellationToken = null) => new Decoder(model).GenerateAsync(
        new() { Prompt = "abc", Heuristics = [new(heuristic)], Decoder = Decoders.Deal(beam: 2, candidates: 3, lookahead: 3), MaxTokens = 8, Savings = SavingsOptions.All with { Pipeline = 0 } }, cancellationToken ?? Cancel).WaitAsync(Long, Cancel);

    /// <summary>Nodes that the request of <see cref="GenerateAsync"/> reserves in each of its models.</summary>
    private static async Task<long> NeedAsync(int seed = 1)
    {
        var engine = new ToyEngine(Letters, seed);
        await using var model = new EngineModel(engine, Letters);
        await GenerateAsync(model, new TextLength());
        return engine.PeakReserved;
    }

    private static DecodingRequest Preference(EngineModel scorer)
    {
        var selection = new PreferenceSelection
        {
            Target = PreferenceDirection.Create([new("x", 1), new("y", 1)]),
            Objectives = [new("x", new Likelihood(scorer)), new("y", new Likelihood(scorer, prompt => new("b" + prompt)))],
            Conditioner = PreferenceConditioner.From("none", (prompt, _) => prompt),
        };
        return new() { Prompt = "abc", Decoder = Decoders.Sample() with { Selection = selection }, MaxTokens = 6 };
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        var started = Stopwatch.GetTimestamp();
        while (!holds())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Long);
            await Task.Delay(1, Cancel);
        }
    }

    /// <summary>Somebody's decoder that writes a request of its own from what it is asked.</summary>
    private sealed class AsksAnew(IDecoder inner) : DelegatingDecoder(inner)
    {
        public override Task<DecodingBatch> GenerateBatchAsync(DecodingRequest request, IReadOnlyList<BatchPrompt> prompts, CancellationToken cancellationToken = default) =>
            Inner.GenerateBatchAsync(new() { Prompt = "", Decoder = request.Decoder, MaxTokens = request.MaxTokens, Seed = request.Seed }, prompts, cancellationToken);
    }

    private sealed class TextLength : Heuristic<int>
    {
        public override string Name => "length";

        protected override int Begin(GenerationContext context) => 0;

        protected override int Advance(int state, int token, ReadOnlySpan<byte> bytes) => state + bytes.Length;

        protected override double Score(int state, bool ended) => state;
    }

    /// <summary>Stands before an engine's passes.</summary>
    private sealed class Gate : IDisposable
    {
        private readonly ManualResetEventSlim _open = new(true);
        private readonly SemaphoreSlim _reached = new(0);

        public Gate(ToyEngine engine) => engine.OnPass = () =>
        {
            if (!_open.IsSet) _reached.Release();
            _open.Wait();
        };

        public void Close() => _open.Reset();

        public void Open() => _open.Set();

        public Task ReachedAsync() => _reached.WaitAsync(Cancel);

        public void Dispose() => _open.Set();
    }
}
