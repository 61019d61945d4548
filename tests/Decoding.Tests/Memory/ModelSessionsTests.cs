using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

/// <summary>Asks of one or several models at once: all or nothing, in turn, and never in a circle.</summary>
public class ModelSessionsTests
{
    private static readonly EngineModelOptions Patient = new() { MemoryWait = Timeout.InfiniteTimeSpan };

    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task OpenAsync_EachHoldsHalfOfWhatTheOtherNeeds_NeverHappens()
    {
        using var x = new LimitedEngine(8, budget: 100);
        using var y = new LimitedEngine(8, budget: 100);
        await using var modelX = x.Model(Patient);
        await using var modelY = y.Model(Patient);
        var first = await AskAsync((modelX, 60), (modelY, 60));
        var second = AskAsync((modelY, 60), (modelX, 60));
        var third = AskAsync((modelX, 60), (modelY, 60));
        Assert.Equal((60, 60, 2, 2), (x.Reserved, y.Reserved, modelX.Statistics.WaitingForMemory, modelY.Statistics.WaitingForMemory));
        Assert.False(second.IsCompleted || third.IsCompleted);

        await first.DisposeAsync();
        await using (await second) Assert.False(third.IsCompleted);
        await (await third).DisposeAsync();

        Assert.Equal((0, 0), (x.Reserved, y.Reserved));
    }

    [Fact]
    public async Task OpenAsync_WhoWaits_HoldsNothingAndIsNotOvertaken()
    {
        using var x = new LimitedEngine(8, budget: 100);
        using var y = new LimitedEngine(8, budget: 100);
        using var z = new LimitedEngine(8, budget: 100);
        await using var modelX = x.Model(Patient);
        await using var modelY = y.Model(Patient);
        await using var modelZ = z.Model(Patient);
        var holder = await AskAsync((modelY, 60));
        var both = AskAsync((modelX, 90), (modelY, 90));
        // it would fit, but one who waits needs the same model
        var behind = AskAsync((modelX, 20));
        await (await AskAsync((modelZ, 100))).DisposeAsync();
        Assert.Equal((0, 60), (x.Reserved, y.Reserved));
        Assert.False(behind.IsCompleted);

        await holder.DisposeAsync();
        await using (await both) Assert.Equal((90, 90, false), (x.Reserved, y.Reserved, behind.IsCompleted));
        await (await behind).DisposeAsync();
    }

    [Fact]
    public async Task OpenAsync_WaiterIsCancelled_NothingIsKeptAndWhoStoodBehindGoesOn()
    {
        using var x = new LimitedEngine(8, budget: 100);
        using var y = new LimitedEngine(8, budget: 100);
        await using var modelX = x.Model(Patient);
        await using var modelY = y.Model(Patient);
        await using var holder = await AskAsync((modelX, 60));
        using var cancel = new CancellationTokenSource();
        var waits = ModelSessions.OpenAsync(Needs((modelX, 60), (modelY, 60)), cancel.Token).AsTask();
        var behind = AskAsync((modelX, 30), (modelY, 100));
        Assert.False(behind.IsCompleted);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waits);
        await using (await behind) Assert.Equal((90, 100), (x.Reserved, y.Reserved));
        Assert.Equal((0, 0), (modelX.Statistics.WaitingForMemory, modelY.Statistics.WaitingForMemory));
        Assert.Equal((60, 0), (x.Reserved, y.Reserved));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task OpenAsync_SumExceedsABudget_IsRefusedAtOnceOnAnIdleModelToo(bool tellsBudget)
    {
        using var x = new LimitedEngine(8);
        using var y = new LimitedEngine(8, budget: 100) { TellsBudget = tellsBudget };
        await using var modelX = x.Model(Patient);
        await using var modelY = y.Model(Patient);
        foreach (var busy in new[] { false, true })
        {
            await using var other = busy ? await AskAsync((modelY, 10)) : ModelSessions.None;
            var refused = await Assert.ThrowsAsync<KvBudgetException>(() => AskAsync((modelX, 5), (modelY, 60), (modelY, 41)));
            Assert.Equal((101, busy ? 90 : 100, 100, modelY.Facts.Name), (refused.NeededBytes, refused.FreeBytes, refused.BudgetBytes, refused.Model));
            Assert.Equal((0, busy ? 10 : 0), (x.Reserved, y.Reserved));
        }
        await using var whole = await AskAsync((modelY, 60), (modelY, 40));
        Assert.Equal((100, 2), (y.Reserved, modelY.Statistics.OpenSessions));
    }

    [Fact]
    public async Task OpenAsync_ExceedsTheBudgetWhileOthersWait_IsRefusedAtOnce()
    {
        using var x = new LimitedEngine(8, budget: 100) { TellsBudget = true };
        using var y = new LimitedEngine(8, budget: 100) { TellsBudget = true };
        await using var modelX = x.Model(Patient);
        await using var modelY = y.Model(Patient);
        await using var holder = await AskAsync((modelX, 100));
        var waits = AskAsync((modelX, 10), (modelY, 10));
        await Assert.ThrowsAsync<KvBudgetException>(() => AskAsync((modelY, 101)));
        await holder.DisposeAsync();
        await (await waits).DisposeAsync();
    }

    [Fact]
    public async Task OpenAsync_WaitOfTheLeastPatientModelEnds_IsRefused()
    {
        var time = new ManualTime();
        using var x = new LimitedEngine(8, budget: 100);
        using var y = new LimitedEngine(8, budget: 100);
        await using var modelX = x.Model(new() { MemoryWait = TimeSpan.FromSeconds(60), TimeProvider = time });
        await using var modelY = y.Model(new() { MemoryWait = TimeSpan.FromSeconds(5), TimeProvider = time });
        await using var holder = await AskAsync((modelX, 60));
        var both = AskAsync((modelX, 60), (modelY, 60));
        var alone = AskAsync((modelX, 50));
        time.Advance(TimeSpan.FromSeconds(4));
        Assert.False(both.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));

        var refused = await Assert.ThrowsAsync<KvBudgetException>(() => both);

        Assert.Contains("after 5 s of waiting", refused.Message, StringComparison.Ordinal);
        Assert.Equal((60, 40, 100), (refused.NeededBytes, refused.FreeBytes, refused.BudgetBytes));
        Assert.Equal((1, 0), (modelX.Statistics.WaitingForMemory, modelY.Statistics.WaitingForMemory));
        time.Advance(TimeSpan.FromSeconds(55));
        await Assert.ThrowsAsync<KvBudgetException>(() => alone);
    }

    [Fact]
    public async Task OpenAsync_ModelThatLetsNobodyWait_RefusesAtOnce()
    {
        using var x = new LimitedEngine(8, budget: 100);
        using var y = new LimitedEngine(8, budget: 100);
        await using var modelX = x.Model(Patient with { MaxWaiting = 1 });
        await using var modelY = y.Model();
        await using var holder = await AskAsync((modelX, 60));
        await Assert.ThrowsAsync<KvBudgetException>(() => AskAsync((modelY, 10), (modelX, 60)));
        var waits = AskAsync((modelX, 60));
        await Assert.ThrowsAsync<KvBudgetException>(() => AskAsync((modelX, 10)));
        Assert.Equal((60, 0), (x.Reserved, y.Reserved));
        await holder.DisposeAsync();
        await (await waits).DisposeAsync();
    }

    [Fact]
    public async Task DisposeAsync_OfOneModel_RefusesItsWaitersAndLetsOthersGoOn()
    {
        using var x = new LimitedEngine(8, budget: 100);
        using var y = new LimitedEngine(8, budget: 100);
        await using var modelX = x.Model(Patient);
        var modelY = y.Model(Patient);
        var holder = await AskAsync((modelY, 60));
        var both = AskAsync((modelX, 60), (modelY, 60));
        var behind = AskAsync((modelX, 60));

        await modelY.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => both);
        await (await behind).DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => AskAsync((modelX, 1), (modelY, 1)));
        await holder.DisposeAsync();
        Assert.Equal((0, 0), (x.Reserved, y.Reserved));
    }

    [Fact]
    public async Task OpenAsync_ModelOfOurOwnAndAnother_BothOpenOrNeither()
    {
        await using var other = new CountingModel();
        using var x = new LimitedEngine(8, budget: 100);
        await using var modelX = x.Model(Patient);
        await Assert.ThrowsAsync<KvBudgetException>(() => AskAsync((modelX, 101), (other, 7)));
        Assert.Equal((1, 0), (other.Opened, other.Open));
        await using (var sessions = await AskAsync((modelX, 100), (other, 7))) Assert.Equal((2, 1, 100), (other.Opened, other.Open, x.Reserved));
        Assert.Equal((0, 0), (other.Open, x.Reserved));
    }

    [Fact]
    public async Task Take_LeaseOutlivesTheRequest_SessionIsOpenUntilItIsReturned()
    {
        using var x = new LimitedEngine(8, budget: 100);
        await using var modelX = x.Model(Patient);
        var sessions = await ModelSessions.OpenAsync([new("a", modelX, null, 30), new("a", modelX, null, 40), new("b", modelX, new(), 50)], Cancel);
        Assert.Equal(90, x.Reserved);
        var lease = sessions.Take("a");
        Assert.Equal(40, lease.MaxNodes);
        Assert.Throws<InvalidOperationException>(() => sessions.Take("c"));
        await sessions.DisposeAsync();
        Assert.Equal(40, x.Reserved);
        Assert.Throws<ObjectDisposedException>(() => sessions.Take("a"));
        // it waits its turn, so it says when the memory is there
        var whole = AskAsync((modelX, 100));
        Assert.False(whole.IsCompleted);
        lease.Dispose();
        lease.Dispose();
        await (await whole).DisposeAsync();
        await Assert.ThrowsAsync<ArgumentException>(async () => await ModelSessions.OpenAsync([new("a", modelX, null, 1), new("a", modelX, new(), 1)], Cancel));
    }

    internal static SessionNeed[] Needs(params (ILanguageModel Model, int Nodes)[] needs) => [.. needs.Select(need => new SessionNeed(new object(), need.Model, null, need.Nodes))];

    // who waits for ever is lost: that is a fault, not a hang
    private static Task<ModelSessions> AskAsync(params (ILanguageModel Model, int Nodes)[] needs) => ModelSessions.OpenAsync(Needs(needs), Cancel).AsTask().WaitAsync(Long, Cancel);

    /// <summary>A model that is not an engine's, such as a remote one.</summary>
    private sealed class CountingModel : ILanguageModel
    {
        public int Opened { get; private set; }

        public int Open { get; set; }

        public ModelFacts Facts => throw new NotSupportedException();

        public ITokenizer Tokenizer => throw new NotSupportedException();

        public ValueTask<IModelSession> OpenAsync(TokenTree tree, int maxNodes, CancellationToken cancellationToken = default)
        {
            Opened++;
            Open++;
            return new(new Session(this));
        }

        public ValueTask DisposeAsync() => default;

        private sealed class Session(CountingModel model) : IModelSession
        {
            public SessionStatistics Statistics => default;

            public ValueTask EvaluateAsync(ReadOnlyMemory<EvaluationRequest> requests, CancellationToken cancellationToken = default) => default;

            public ValueTask DisposeAsync()
            {
                model.Open--;
                return default;
            }
        }
    }
}
