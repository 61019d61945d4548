using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

/// <summary>A table engine with a budget of nodes, rows that can be made to fail, and passes that a test lets through one by one.</summary>
internal sealed class LimitedEngine(int maxRows, int budget = int.MaxValue) : IInferenceEngine
{
    private readonly TableEngine _table = new(6, 1, maxRows, contextLength: 1000);
    private readonly SemaphoreSlim _entered = new(0);
    private readonly SemaphoreSlim _allowed = new(0);
    private int _reserved;

    /// <summary>Whether passes wait for <see cref="LetPass"/>.</summary>
    public bool Stepwise { get; set; }

    /// <summary>Token whose rows fail; −1: none.</summary>
    public int FailingToken { get; set; } = -1;

    /// <summary>Rows of the pass that waits, by the tree that they are of.</summary>
    public IReadOnlyDictionary<TokenTree, int> WaitingRows { get; private set; } = new Dictionary<TokenTree, int>();

    public int Reserved => _reserved;

    public ModelFacts Facts => _table.Facts;

    public int MaxRows => maxRows;

    /// <summary>Whether it tells its budget beforehand; otherwise only its refusals do.</summary>
    public bool TellsBudget { get; init; }

    public long KvBudgetBytes => TellsBudget ? budget : long.MaxValue;

    public EngineModel Model(EngineModelOptions? options = null) => new(this, new LetterTokenizer(6), options);

    /// <summary>Waits until a pass stands before the engine.</summary>
    public Task PassWaitsAsync() => _entered.WaitAsync(TestContext.Current.CancellationToken);

    public void LetPass() => _allowed.Release();

    public IEngineSession Open(TokenTree tree, int maxNodes)
    {
        if (Interlocked.Add(ref _reserved, maxNodes) > budget)
        {
            var free = budget - Interlocked.Add(ref _reserved, -maxNodes);
            throw new KvBudgetException(maxNodes, free, budget);
        }
        return new Session(this, _table.Open(tree, maxNodes), maxNodes);
    }

    public void Forward(ReadOnlySpan<ForwardRow> rows, ReadOnlySpan<EvaluationRequest> reads)
    {
        if (Stepwise)
        {
            WaitingRows = rows.ToArray().CountBy(row => row.Session.Tree).ToDictionary();
            _entered.Release();
            _allowed.Wait();
        }
        var own = new ForwardRow[rows.Length];
        for (var i = 0; i < own.Length; i++)
        {
            own[i] = rows[i] with { Session = ((Session)rows[i].Session).Inner };
            if (own[i].Session.Tree.Token(own[i].Node) == FailingToken) throw new InvalidOperationException($"token {FailingToken} is too hot");
        }
        _table.Forward(own, reads);
    }

    public void Dispose()
    {
    }

    private sealed class Session(LimitedEngine engine, IEngineSession inner, int nodes) : IEngineSession
    {
        public IEngineSession Inner => inner;

        public TokenTree Tree => inner.Tree;

        public long KvBytes => inner.KvBytes;

        public bool Holds(int node) => inner.Holds(node);

        public void Free(int node) => inner.Free(node);

        public void Dispose()
        {
            inner.Dispose();
            Interlocked.Add(ref engine._reserved, -nodes);
        }
    }
}
