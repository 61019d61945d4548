using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

public class SchedulerTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Pass_ShortRequestDuringALongPrefill_IsServedByTheNextPass()
    {
        using var engine = new LimitedEngine(maxRows: 4) { Stepwise = true };
        await using var model = engine.Model();
        await using var prompt = await Work.StartAsync(model, [.. Enumerable.Repeat(1, 40)]);
        await engine.PassWaitsAsync();
        await using var token = await Work.StartAsync(model, [2]);
        Assert.False(token.Task.IsCompleted);
        engine.LetPass();
        await engine.PassWaitsAsync();
        engine.LetPass();

        await token.Task.WaitAsync(Long);

        Assert.False(prompt.Task.IsCompleted);
        engine.Stepwise = false;
        engine.LetPass();
        await prompt.Task.WaitAsync(Long);
        // 4 rows, then 3 beside the short request, then all
        Assert.Equal(11, prompt.Session.Statistics.BatchedPasses);
    }

    [Fact]
    public async Task Pass_PromptsThatCameMeanwhile_AreReadInTheOrderOfArrival()
    {
        using var engine = new LimitedEngine(maxRows: 4) { Stepwise = true };
        await using var model = engine.Model();
        await using var first = await Work.StartAsync(model, [1]);
        await engine.PassWaitsAsync();
        var many = new List<Work>();
        for (var i = 0; i < 7; i++) many.Add(await Work.StartAsync(model, [.. Enumerable.Repeat(1 + i % 4, 9)]));
        engine.LetPass();
        var rows = many.Select(_ => new List<int>()).ToArray();
        // 63 rows, 4 a pass
        for (var pass = 1; pass <= 16; pass++)
        {
            await engine.PassWaitsAsync();
            for (var i = 0; i < many.Count; i++) rows[i].Add(engine.WaitingRows.GetValueOrDefault(many[i].Tree));
            engine.LetPass();
        }
        await Task.WhenAll(many.Select(work => work.Task)).WaitAsync(Long, TestContext.Current.CancellationToken);
        for (var pass = 0; pass < 16; pass++)
            Assert.Equal(Enumerable.Range(0, 7).Select(i => Math.Clamp(4 * (pass + 1) - 9 * i, 0, 9) - Math.Clamp(4 * pass - 9 * i, 0, 9)), rows.Select(own => own[pass]));
        engine.Stepwise = false;
        foreach (var work in many) await work.DisposeAsync();
        Assert.Equal(new EngineStatistics(1, 0, 17, 64, 0), model.Statistics);
    }

    [Fact]
    public async Task Pass_OneFailsHalfWayThroughTwoPrompts_OnlyTheFaultyFailsAndTheOtherGoesOn()
    {
        using var engine = new LimitedEngine(maxRows: 4) { Stepwise = true };
        await using var model = engine.Model();
        await using var bad = await Work.StartAsync(model, [2, 2, 2, 2, 2, 5, 5]);
        await engine.PassWaitsAsync();
        await using var good = await Work.StartAsync(model, [3, 3, 3, 3, 3, 3]);
        engine.FailingToken = 5;
        engine.LetPass();
        await engine.PassWaitsAsync();
        Assert.Equal((3, 1), (engine.WaitingRows[bad.Tree], engine.WaitingRows[good.Tree]));
        engine.Stepwise = false;
        engine.LetPass();

        var fault = await Assert.ThrowsAsync<InvalidOperationException>(() => bad.Task.WaitAsync(Long));
        await good.Task.WaitAsync(Long, TestContext.Current.CancellationToken);

        Assert.Equal("token 5 is too hot", fault.Message);
        Assert.Equal(6, good.Session.Statistics.TokenEvaluations);
    }

    [Fact]
    public async Task Session_CancelledHalfWayThroughItsPrompt_ItsMemoryGoesToWhoWaitsForIt()
    {
        using var engine = new LimitedEngine(maxRows: 4, budget: 100) { Stepwise = true };
        await using var model = engine.Model(new() { MemoryWait = Timeout.InfiniteTimeSpan });
        using var cancel = new CancellationTokenSource();
        var (one, other) = (await Work.StartAsync(model, [.. Enumerable.Repeat(1, 40)], cancel.Token), await Work.StartAsync(model, [.. Enumerable.Repeat(2, 6)]));
        var waits = model.OpenAsync(new(), 50, TestContext.Current.CancellationToken).AsTask();
        await engine.PassWaitsAsync();
        await cancel.CancelAsync();
        Assert.Equal((2, 1, false), (model.Statistics.OpenSessions, model.Statistics.WaitingForMemory, waits.IsCompleted));
        engine.Stepwise = false;
        engine.LetPass();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one.Task.WaitAsync(Long));
        Assert.False(waits.IsCompleted);
        await one.DisposeAsync();
        await (await waits.WaitAsync(Long, TestContext.Current.CancellationToken)).DisposeAsync();
        await other.Task.WaitAsync(Long, TestContext.Current.CancellationToken);
        Assert.Equal(6, other.Session.Statistics.TokenEvaluations);
        await other.DisposeAsync();
        Assert.Equal(0, engine.Reserved);
    }

    [Fact]
    public async Task Pass_OneSessionsRowsFail_TheOthersAreAnswered()
    {
        using var engine = new LimitedEngine(maxRows: 64) { Stepwise = true };
        await using var model = engine.Model();
        await using var first = await Work.StartAsync(model, [1]);
        await engine.PassWaitsAsync();
        await using var bad = await Work.StartAsync(model, [2, 5, 2]);
        await using var good = await Work.StartAsync(model, [2, 3]);
        (engine.Stepwise, engine.FailingToken) = (false, 5);
        engine.LetPass();

        var fault = await Assert.ThrowsAsync<InvalidOperationException>(() => bad.Task.WaitAsync(Long));
        await good.Task.WaitAsync(Long);

        Assert.Equal("token 5 is too hot", fault.Message);
        engine.FailingToken = -1;
        await bad.EvaluateAsync();
        Assert.Equal(2, good.Session.Statistics.TokenEvaluations);
    }

    [Fact]
    public async Task OpenAsync_BudgetTaken_WaitsInTurnUntilASessionEnds()
    {
        using var engine = new LimitedEngine(8, budget: 100);
        await using var model = engine.Model(new() { MemoryWait = Long });
        var first = await model.OpenAsync(new(), 60, TestContext.Current.CancellationToken);
        var large = model.OpenAsync(new(), 90, TestContext.Current.CancellationToken).AsTask();
        // it would fit, but another waits before it
        var small = model.OpenAsync(new(), 10, TestContext.Current.CancellationToken).AsTask();
        Assert.Equal(new EngineStatistics(1, 2, 0, 0, 0), model.Statistics);
        Assert.False(small.IsCompleted);

        await first.DisposeAsync();
        await (await large.WaitAsync(Long)).DisposeAsync();
        await (await small.WaitAsync(Long)).DisposeAsync();

        Assert.Equal((0, 0), (engine.Reserved, model.Statistics.OpenSessions));
    }

    [Fact]
    public async Task OpenAsync_MoreThanTheBudget_IsRefusedAtOnce()
    {
        using var engine = new LimitedEngine(8, budget: 100);
        await using var model = engine.Model(new() { MemoryWait = Timeout.InfiniteTimeSpan });
        await Assert.ThrowsAsync<KvBudgetException>(async () => await model.OpenAsync(new(), 101));
        await using var first = await model.OpenAsync(new(), 60, TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<KvBudgetException>(async () => await model.OpenAsync(new(), 101));
        var waits = model.OpenAsync(new(), 50, TestContext.Current.CancellationToken).AsTask();
        await Assert.ThrowsAsync<KvBudgetException>(async () => await model.OpenAsync(new(), 101));
        Assert.False(waits.IsCompleted);
        await first.DisposeAsync();
        await (await waits.WaitAsync(Long)).DisposeAsync();
    }

    [Fact]
    public async Task OpenAsync_WaitEnds_IsRefusedAndWhoStoodBehindIsServed()
    {
        using var engine = new LimitedEngine(8, budget: 100);
        await using var model = engine.Model(new() { MemoryWait = TimeSpan.FromMilliseconds(50), MaxWaiting = 2 });
        await using var first = await model.OpenAsync(new(), 60, TestContext.Current.CancellationToken);
        using var cancel = new CancellationTokenSource();
        var large = model.OpenAsync(new(), 90, cancel.Token).AsTask();
        var behind = model.OpenAsync(new(), 30, TestContext.Current.CancellationToken).AsTask();
        await Assert.ThrowsAsync<KvBudgetException>(async () => await model.OpenAsync(new(), 10));
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => large);
        await using var second = await behind.WaitAsync(Long);

        var refused = await Assert.ThrowsAsync<KvBudgetException>(async () => await model.OpenAsync(new(), 20));

        Assert.Equal((20, 10, 100), (refused.NeededBytes, refused.FreeBytes, refused.BudgetBytes));
        Assert.Contains("after 0.05 s of waiting", refused.Message, StringComparison.Ordinal);
        Assert.Equal(0, model.Statistics.WaitingForMemory);
    }

    [Fact]
    public async Task DisposeAsync_RequestsWaitForMemory_AreAnswered()
    {
        using var engine = new LimitedEngine(8, budget: 100);
        var model = engine.Model(new() { MemoryWait = Timeout.InfiniteTimeSpan });
        var session = await model.OpenAsync(new(), 60, TestContext.Current.CancellationToken);
        var waits = model.OpenAsync(new(), 60, TestContext.Current.CancellationToken).AsTask();
        await model.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => waits.WaitAsync(Long));
        await session.DisposeAsync();
        Assert.Equal(0, engine.Reserved);
    }

    /// <summary>A session that asks for one node.</summary>
    private sealed class Work(IModelSession session, TokenTree tree, int node) : IAsyncDisposable
    {
        private readonly TokenLogProbability[] _top = new TokenLogProbability[1];

        public IModelSession Session => session;

        public TokenTree Tree => tree;

        public Task Task { get; private set; } = Task.CompletedTask;

        public static async Task<Work> StartAsync(EngineModel model, int[] tokens, CancellationToken cancellationToken = default)
        {
            var tree = new TokenTree();
            var work = new Work(await model.OpenAsync(tree, 50, cancellationToken), tree, tree.AddRoot(tokens));
            work.Task = work.EvaluateAsync(cancellationToken);
            return work;
        }

        public async Task EvaluateAsync(CancellationToken cancellationToken = default)
        {
            await session.EvaluateAsync(new[] { new EvaluationRequest { Node = node, Top = _top } }, cancellationToken);
            Assert.True(_top[0].Token >= 0 && tree.Depth(node) > 0);
        }

        public ValueTask DisposeAsync() => session.DisposeAsync();
    }
}
