using System.Runtime.InteropServices;

namespace DecodeAlign.Decoding;

/// <summary>
/// Forms a pass from what waits, and runs it. Its rows are dealt out fairly: each session gets an equal share, and what one does not need goes to the others; where there
/// are more sessions than rows, those served longest ago come first. So every session has a part in at least each ⌈sessions ÷ rows⌉-th pass, however much others ask.
/// </summary>
internal sealed class ForwardPass(IInferenceEngine engine)
{
    private readonly List<ForwardRow> _rows = [];
    private readonly List<EvaluationRequest> _reads = [];
    private readonly List<bool> _held = [];
    private readonly List<(SessionWork Work, int FirstRow)> _parts = [];
    private readonly List<SessionWork> _order = [];

    /// <summary>Passes so far.</summary>
    public long Passes { get; private set; }

    /// <summary>Rows computed so far.</summary>
    public long Rows { get; private set; }

    public void Run(List<SessionWork> waiting, PrefixSharing sharing)
    {
        ShareRows(waiting);
        foreach (var row in _rows) _held.Add(row.Session.Holds(row.Node));
        Passes++;
        Rows += _rows.Count;
        try
        {
            engine.Forward(CollectionsMarshal.AsSpan(_rows), CollectionsMarshal.AsSpan(_reads));
        }
        catch (Exception fault)
        {
            Recover(fault);
        }
        foreach (var (work, _) in _parts)
            if (!work.IsDone) work.PassDone(sharing);
        _rows.Clear();
        _reads.Clear();
        _held.Clear();
        _parts.Clear();
        _order.Clear();
    }

    private void ShareRows(List<SessionWork> waiting)
    {
        _order.AddRange(waiting);
        var left = engine.MaxRows;
        if (_order.Count > left) _order.Sort((a, b) => a.Session.LastServed.CompareTo(b.Session.LastServed));
        else _order.Sort((a, b) => a.RowsLeft.CompareTo(b.RowsLeft));
        for (var i = 0; i < _order.Count && left > 0; i++)
        {
            var count = Math.Min(_order[i].RowsLeft, Math.Max(1, left / (_order.Count - i)));
            _parts.Add((_order[i], _rows.Count));
            _order[i].Take(count, Passes + 1, _rows, _reads);
            left -= count;
        }
    }

    // what one session asks must not fail the others: each part is tried alone, and only what fails then is answered with its failure
    private void Recover(Exception fault)
    {
        for (var part = 0; part < _parts.Count; part++)
        {
            var first = _parts[part].FirstRow;
            var end = part + 1 < _parts.Count ? _parts[part + 1].FirstRow : _rows.Count;
            Free(first, end);
            if (_parts.Count == 1)
            {
                _parts[part].Work.Fail(fault);
                return;
            }
            try
            {
                engine.Forward(CollectionsMarshal.AsSpan(_rows)[first..end], CollectionsMarshal.AsSpan(_reads));
            }
            catch (Exception own)
            {
                Free(first, end);
                _parts[part].Work.Fail(own);
            }
        }
    }

    private void Free(int first, int end)
    {
        // a node is freed before its parent
        for (var i = end; i-- > first;)
            if (!_held[i]) _rows[i].Session.Free(_rows[i].Node);
    }
}
