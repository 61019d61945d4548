using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

/// <summary>How a request's priority and deadline reach the models that it uses.</summary>
public class PriorityTests
{
    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(-3, 0, 0)]
    [InlineData(7, 5, 47)]
    public async Task GenerateAsync_PriorityAndDeadline_EverySessionIsAsUrgentAsTheRequest(int priority, int deadline, int due)
    {
        await using var model = new Overheard(TableEngine.Model(6, 1));
        await using var ahead = new Overheard(TableEngine.Model(6, 2));
        var request = new DecodingRequest
        {
            Prompt = "ab",
            Heuristics = [new(new TextHeuristic((text, _) => text.Length))],
            LookaheadModel = ahead,
            MaxTokens = 3,
            Priority = priority,
            Deadline = TimeSpan.FromSeconds(deadline),
        };

        await new Decoder(model, new Clock()).GenerateAsync(request, TestContext.Current.CancellationToken);

        var expected = new Urgency(priority, TimeSpan.FromSeconds(due));
        Assert.Equal((expected, expected), (Assert.Single(model.Urgencies.Distinct()), Assert.Single(ahead.Urgencies.Distinct())));
    }

    [Fact]
    public async Task GenerateAsync_PriorityOfAModelThatRunsElsewhere_IsRefusedByName()
    {
        using var engine = new TableEngine(6, 1);
        await using var model = new RolloutModel(engine, 6);
        var request = new DecodingRequest { Prompt = "ab", Decoder = Decoders.Greedy, MaxTokens = 3 };
        await new Decoder(model).GenerateAsync(request, TestContext.Current.CancellationToken);

        var refusal = await Assert.ThrowsAsync<ArgumentException>(() => new Decoder(model).GenerateAsync(request with { Priority = 1 }));

        Assert.Equal("Priority", refusal.ParamName);
        Assert.Contains("the priority is 1, and in which order the model 'table' serves requests", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_DeadlineBeyondTheClock_IsNone()
    {
        Assert.Equal(default, Urgency.Of(0, TimeSpan.MaxValue, TimeSpan.FromSeconds(1)));
        Assert.True(Urgency.Compare(new(0, TimeSpan.FromDays(1)), default) < 0);
        Assert.True(Urgency.Compare(new(1, TimeSpan.FromDays(1)), default) > 0);
    }

    [Theory]
    [InlineData(5, -1, -1)]
    [InlineData(-1, 5, -1)]
    public void TryPlan_PrefixThatALessUrgentSessionComputes_MakesThatAsUrgent(int owns, int waits, int expected)
    {
        using var engine = new SharingEngine();
        var sharing = new PrefixSharing(engine);
        using var first = engine.Open(new(), 20);
        using var second = engine.Open(new(), 20);
        var (owner, waiting) = (Ask(first, owns), Ask(second, waits));
        Assert.True(owner.TryPlan(sharing));
        sharing.Add(owner);
        Assert.False(waiting.TryPlan(sharing));
        Assert.Equal((expected, waits), (owner.Urgency.Priority, waiting.Urgency.Priority));
    }

    private static SessionWork Ask(IEngineSession session, int priority) =>
        new(new(session, new(priority, default)), [], new EvaluationRequest[] { new() { Node = session.Tree.AddRoot([1, 2, 3, 1, 2, 3]), Top = new TokenLogProbability[1] } }, CancellationToken.None);

    /// <summary>A model that remembers how urgent its sessions were.</summary>
    private sealed class Overheard(EngineModel model) : ILanguageModel, ILedgerModel
    {
        public List<Urgency> Urgencies { get; } = [];

        public ModelFacts Facts => model.Facts;

        public ITokenizer Tokenizer => model.Tokenizer;

        public MemoryAccount Account => ((ILedgerModel)model).Account;

        public ValueTask<IModelSession> OpenAsync(TokenTree tree, int maxNodes, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public IModelSession Start(MemoryGrant grant, Urgency urgency)
        {
            Urgencies.Add(urgency);
            return ((ILedgerModel)model).Start(grant, urgency);
        }

        public ValueTask DisposeAsync() => model.DisposeAsync();
    }

    /// <summary>A clock that stands at 42 seconds.</summary>
    private sealed class Clock : TimeProvider
    {
        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => 42;
    }

    /// <summary>A table engine that shares prefixes in blocks of two, and keeps none.</summary>
    private sealed class SharingEngine : IInferenceEngine, IPrefixSharing
    {
        private readonly TableEngine _table = new(6, 1);

        public ModelFacts Facts => _table.Facts;

        public int MaxRows => _table.MaxRows;

        public int PrefixBlock => 2;

        public IEngineSession Open(TokenTree tree, int maxNodes) => _table.Open(tree, maxNodes);

        public void Forward(ReadOnlySpan<ForwardRow> rows, ReadOnlySpan<EvaluationRequest> reads) => _table.Forward(rows, reads);

        public int AttachPrefix(IEngineSession session, ReadOnlySpan<int> path, int held) => held;

        public void CachePrefix(IEngineSession session, ReadOnlySpan<int> path)
        {
        }

        public void Dispose() => _table.Dispose();
    }
}
