using System.Diagnostics;

namespace DecodeAlign.Decoding;

/// <summary>What one call of a session asks of the scheduler: nodes to free, then rows to compute; without requests, the end of the session.</summary>
internal sealed class SessionWork(ScheduledSession session, List<int> freed, ReadOnlyMemory<EvaluationRequest>? requests, CancellationToken cancellationToken)
{
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<int> _rows = [];
    private readonly Dictionary<int, int> _rowOf = [];
    private readonly List<FreshPath> _fresh = [];
    private int[] _requestOrder = [];
    private int _nextRow;
    private int _rowsDone;
    private int _passesUnderWay;
    private int _nextRequest;

    public ScheduledSession Session => session;

    public Task Completion => _completion.Task;

    public bool IsDone => _completion.Task.IsCompleted;

    /// <summary>When it was asked, as a timestamp.</summary>
    public long ArrivedAt { get; } = Stopwatch.GetTimestamp();

    /// <summary>Its place in the order of arrival.</summary>
    public long Number { get; set; }

    /// <summary>How urgent it is: as its session, or as a more urgent one that waits for the prefix that it computes.</summary>
    public Urgency Urgency { get; set; } = session.Urgency;

    /// <summary>Whether it reads a text from the first token on, rather than what a text under way needs next.</summary>
    public bool IsPrompt { get; private set; }

    /// <summary>Rows that the pass to begin takes of it.</summary>
    public int Share { get; set; }

    /// <summary>Rows that no pass has taken.</summary>
    public int RowsLeft => _rows.Count - _nextRow;

    /// <summary>Whether a pass may take rows of it.</summary>
    public bool IsReady => RowsLeft > 0 && !cancellationToken.IsCancellationRequested;

    /// <summary>Prefixes from the first token on that it has yet to compute.</summary>
    public IReadOnlyList<FreshPath> FreshPaths => _fresh;

    /// <summary>Frees what was released, and ends the session where that is asked. True where nothing is left to do.</summary>
    public bool Begin()
    {
        try
        {
            foreach (var node in freed) session.Engine.Free(node);
            if (requests is not null) return false;
            session.Engine.Dispose();
            _completion.SetResult();
        }
        catch (Exception e)
        {
            Fail(e);
        }
        return true;
    }

    /// <summary>Lays out the rows, parents first.</summary>
    /// <returns>False where another session is about to compute the prefix that this one needs: plan again when that is done.</returns>
    public bool TryPlan(PrefixSharing sharing)
    {
        try
        {
            _rows.Clear();
            _rowOf.Clear();
            _fresh.Clear();
            return LayOut(requests!.Value.Span, sharing);
        }
        catch (Exception e)
        {
            Fail(e);
            return true;
        }
    }

    /// <summary>Ends what was cancelled; what a pass under way is to answer, only after that.</summary>
    public bool EndIfCancelled()
    {
        if (_passesUnderWay == 0 && cancellationToken.IsCancellationRequested) _completion.TrySetCanceled(cancellationToken);
        return IsDone;
    }

    public void Fail(Exception exception) => _completion.TrySetException(exception);

    /// <summary>Moves rows and their reads into a pass.</summary>
    public void Take(int count, long pass, List<ForwardRow> rows, List<EvaluationRequest> reads)
    {
        for (var end = _nextRow + count; _nextRow < end; _nextRow++)
        {
            var first = reads.Count;
            while (_nextRequest < _requestOrder.Length && RowOf(_nextRequest) == _nextRow)
                reads.Add(requests!.Value.Span[_requestOrder[_nextRequest++]]);
            rows.Add(new(session.Engine, _rows[_nextRow], first, reads.Count - first));
        }
        session.Evaluations += count;
        session.Passes++;
        session.LastServed = pass;
        session.PassesUnderWay++;
        _passesUnderWay++;
    }

    /// <summary>Moves the rows that the last pass took, and their reads, back: it comes to nothing.</summary>
    public void TakeBack(int rows, int reads)
    {
        LeavePass();
        _nextRow -= rows;
        _nextRequest -= reads;
        session.Evaluations -= rows;
        session.Passes--;
    }

    /// <summary>Hears that a pass is over, and how many of its rows that computed.</summary>
    public void PassDone(int rows, PrefixSharing sharing)
    {
        LeavePass();
        if (IsDone) return;
        _rowsDone += rows;
        session.PeakKvBytes = Math.Max(session.PeakKvBytes, session.Engine.KvBytes);
        foreach (var path in _fresh) sharing.Keep(session.Engine, path, _rowsDone);
        if (_rowsDone == _rows.Count) _completion.TrySetResult();
    }

    private void LeavePass()
    {
        session.PassesUnderWay--;
        _passesUnderWay--;
    }

    private int RowOf(int orderedRequest) => _rowOf[requests!.Value.Span[_requestOrder[orderedRequest]].Node];

    private bool LayOut(ReadOnlySpan<EvaluationRequest> asked, PrefixSharing sharing)
    {
        var chain = new Stack<int>();
        var tree = session.Engine.Tree;
        foreach (ref readonly var request in asked)
        {
            if (_rowOf.ContainsKey(request.Node)) continue;
            chain.Push(request.Node);
            var node = tree.Parent(request.Node);
            for (; node > TokenTree.Empty && !session.Engine.Holds(node) && !_rowOf.ContainsKey(node); node = tree.Parent(node)) chain.Push(node);
            IsPrompt |= node == TokenTree.Empty;
            if ((node == TokenTree.Empty || session.Engine.Holds(node)) && sharing.Find(session.Engine, request.Node, chain.Count) is { } path)
            {
                var held = path.Held;
                if (!sharing.TryBegin(this, path)) return false;
                path.FirstRow = _rows.Count;
                _fresh.Add(path);
                for (; held < path.Held; held++) chain.Pop();
            }
            while (chain.TryPop(out var next))
            {
                _rowOf.Add(next, _rows.Count);
                _rows.Add(next);
            }
        }
        var keys = new int[asked.Length];
        _requestOrder = new int[asked.Length];
        for (var i = 0; i < asked.Length; i++)
        {
            keys[i] = _rowOf[asked[i].Node];
            _requestOrder[i] = i;
        }
        Array.Sort(keys, _requestOrder);
        return true;
    }
}
