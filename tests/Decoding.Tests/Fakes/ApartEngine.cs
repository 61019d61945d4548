using System.Collections.Concurrent;
using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

/// <summary>A table engine whose passes begin and finish apart: what is read is there only at the end. It holds its caller to the contract, and says what happened in which order.</summary>
internal sealed class ApartEngine(int maxRows = 64, int seed = 1, bool ties = true) : IInferenceEngine
{
    private readonly TableEngine _table = new(6, seed, maxRows, contextLength: 1000, ties: ties);
    private readonly List<Pass> _underWay = [];
    private readonly ConcurrentBag<Session> _sessions = [];
    private int _begun;

    /// <summary>Called when the n-th pass has begun, from 1; what it throws is the pass's failure to begin.</summary>
    public Action<int> OnBegin { get; set; } = _ => { };

    /// <summary>Called when the n-th pass is waited for; what it throws is its failure.</summary>
    public Action<int> OnFinish { get; set; } = _ => { };

    /// <summary>Whether a pass may be followed; default: always.</summary>
    public bool MayBeFollowed { get; set; } = true;

    /// <summary>What happened: "begin 1", "finish 1", "whole" (a pass in one call), "free".</summary>
    public ConcurrentQueue<string> Events { get; } = [];

    /// <summary>Nodes held by all sessions.</summary>
    public long KvBytes => _sessions.Sum(session => session.KvBytes);

    public ModelFacts Facts => _table.Facts;

    public int MaxRows => maxRows;

    public EngineModel Model() => new(this, new LetterTokenizer(6));

    public IEngineSession Open(TokenTree tree, int maxNodes)
    {
        var session = new Session(this, _table.Open(tree, maxNodes));
        _sessions.Add(session);
        return session;
    }

    public void Forward(ReadOnlySpan<ForwardRow> rows, ReadOnlySpan<EvaluationRequest> reads)
    {
        Assert.Empty(_underWay);
        Events.Enqueue("whole");
        _table.Forward(Inner(rows), reads);
    }

    public IPassUnderWay? Begin(ReadOnlySpan<ForwardRow> rows, ReadOnlySpan<EvaluationRequest> reads)
    {
        Assert.True(_underWay.Count == 0 || (_underWay.Count == 1 && _underWay[0].MayBeFollowed), "a pass began before it may");
        var number = ++_begun;
        Events.Enqueue($"begin {number}");
        OnBegin(number);
        ForwardRow[] own = Inner(rows);
        // its keys and values are there for what follows, and nothing is read yet
        _table.Forward([.. own.Select(row => row with { ReadCount = 0 })], []);
        var pass = new Pass(this, number, own, [.. rows.ToArray().Select(row => (Session)row.Session)]);
        _underWay.Add(pass);
        return pass;
    }

    public void Dispose()
    {
        Assert.Empty(_underWay);
        _table.Dispose();
    }

    private static ForwardRow[] Inner(ReadOnlySpan<ForwardRow> rows) => [.. rows.ToArray().Select(row => row with { Session = ((Session)row.Session).Inner })];

    private sealed class Pass(ApartEngine engine, int number, ForwardRow[] rows, HashSet<Session> sessions) : IPassUnderWay
    {
        public HashSet<Session> Sessions => sessions;

        public bool MayBeFollowed => engine.MayBeFollowed;

        public void Finish(ReadOnlySpan<EvaluationRequest> reads)
        {
            Assert.Same(this, engine._underWay[0]);
            try
            {
                engine.OnFinish(number);
                engine._table.Forward(rows, reads);
                engine.Events.Enqueue($"finish {number}");
            }
            finally
            {
                engine._underWay.RemoveAt(0);
            }
        }
    }

    private sealed class Session(ApartEngine engine, IEngineSession inner) : IEngineSession
    {
        public IEngineSession Inner => inner;

        public TokenTree Tree => inner.Tree;

        public long KvBytes => inner.KvBytes;

        public bool Holds(int node) => inner.Holds(node);

        public void Free(int node)
        {
            AssertIdle();
            engine.Events.Enqueue("free");
            inner.Free(node);
        }

        public void Dispose()
        {
            AssertIdle();
            inner.Dispose();
        }

        private void AssertIdle() => Assert.DoesNotContain(engine._underWay, pass => pass.Sessions.Contains(this));
    }
}
