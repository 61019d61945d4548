using System.Runtime.InteropServices;

namespace DecodeAlign.Decoding;

/// <summary>Forms a pass from what waits, and runs it.</summary>
/// <param name="engine">The engine.</param>
/// <param name="shares">Who gets how many of its rows.</param>
internal sealed class ForwardPass(IInferenceEngine engine, RowShares shares)
{
    private readonly List<ForwardRow> _rows = [];
    private readonly List<EvaluationRequest> _reads = [];
    private readonly List<bool> _held = [];
    private readonly List<Part> _parts = [];
    private IPassUnderWay? _underWay;
    private Exception? _fault;

    /// <summary>Whether it has begun, and has not been answered.</summary>
    public bool HasBegun => _parts.Count > 0;

    /// <summary>Whether a device computes it beside the host.</summary>
    public bool IsUnderWay => _underWay is not null;

    /// <summary>Its rows.</summary>
    public int Rows => _rows.Count;

    /// <summary>Whether the next pass may begin now: the engine allows it, and of the sessions that this one answers none is expected back soon, which a pass that begins later would serve beside the others.</summary>
    public bool MayBeFollowed => _underWay?.MayBeFollowed == true && !_parts.Exists(static part => part.Work.RowsLeft == 0 && part.Work.Session.ComesBackSoon);

    /// <summary>Forms the pass of what is ready and begins it; where nothing is, there is none.</summary>
    public void Begin(List<SessionWork> waiting, long number)
    {
        Take(waiting, number);
        if (!HasBegun) return;
        foreach (var row in _rows) _held.Add(row.Session.Holds(row.Node));
        try
        {
            _underWay = engine.Begin(CollectionsMarshal.AsSpan(_rows), CollectionsMarshal.AsSpan(_reads));
        }
        catch (Exception fault)
        {
            _fault = fault;
        }
    }

    /// <summary>Waits for the device.</summary>
    /// <returns>False where it failed: then what began after it is dropped (<see cref="Drop"/>), and it has to <see cref="Recover"/>.</returns>
    public bool TryEnd()
    {
        try
        {
            _underWay?.Finish(CollectionsMarshal.AsSpan(_reads));
        }
        catch (Exception fault)
        {
            _fault = fault;
        }
        _underWay = null;
        return _fault is null;
    }

    /// <summary>Drops a pass that builds on one that failed: its rows are taken again by a later one.</summary>
    public void Drop()
    {
        TryEnd();
        Free(0, _rows.Count);
        foreach (var (work, first, rows) in _parts)
        {
            var reads = 0;
            for (var i = first; i < first + rows; i++) reads += _rows[i].ReadCount;
            work.TakeBack(rows, reads);
        }
        Clear();
    }

    /// <summary>What one session asks must not fail the others: each part is tried alone, and only what fails then is answered with its failure.</summary>
    public void Recover()
    {
        foreach (var (work, first, rows) in _parts)
        {
            Free(first, first + rows);
            if (_parts.Count == 1)
            {
                work.Fail(_fault!);
                return;
            }
            try
            {
                engine.Forward(CollectionsMarshal.AsSpan(_rows).Slice(first, rows), CollectionsMarshal.AsSpan(_reads));
            }
            catch (Exception own)
            {
                Free(first, first + rows);
                work.Fail(own);
            }
        }
    }

    /// <summary>Answers the works whose last rows it had.</summary>
    public void Answer(PrefixSharing sharing)
    {
        foreach (var (work, _, rows) in _parts) work.PassDone(rows, sharing);
        Clear();
    }

    private void Take(List<SessionWork> waiting, long number)
    {
        shares.Deal(waiting);
        foreach (var work in waiting)
        {
            if (work.Share == 0) continue;
            _parts.Add(new(work, _rows.Count, work.Share));
            work.Take(work.Share, number, _rows, _reads);
        }
    }

    private void Free(int first, int end)
    {
        // a node is freed before its parent
        for (var i = end; i-- > first;)
            if (!_held[i]) _rows[i].Session.Free(_rows[i].Node);
    }

    private void Clear()
    {
        _rows.Clear();
        _reads.Clear();
        _held.Clear();
        _parts.Clear();
        _fault = null;
    }

    private readonly record struct Part(SessionWork Work, int FirstRow, int Rows);
}
