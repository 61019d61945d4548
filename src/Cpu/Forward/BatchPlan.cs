using DecodeAlign.Decoding;
using DecodeAlign.Models;

namespace DecodeAlign.Cpu;

/// <summary>Neighbouring slots of one page that hold neighbouring positions of a path.</summary>
internal readonly unsafe struct KvRun(byte* page, int lane, int count)
{
    public readonly byte* Page = page;
    public readonly int Lane = lane;
    public readonly int Count = count;

    public bool Equals(in KvRun other) => Page == other.Page && Lane == other.Lane && Count == other.Count;
}

/// <summary>One row of a pass, resolved.</summary>
/// <param name="Token">Token id.</param>
/// <param name="Position">Its position in the path, from 0.</param>
/// <param name="Page">Page that receives its keys and values.</param>
/// <param name="Lane">Slot within the page.</param>
/// <param name="FirstRun">Index of the first run it attends to.</param>
/// <param name="RunCount">Number of runs it attends to, its own slot in the last.</param>
/// <param name="Positions">Number of positions it attends to.</param>
internal readonly record struct PlannedRow(int Token, int Position, nint Page, int Lane, int FirstRun, int RunCount, int Positions);

/// <summary>What a pass computes: tokens, positions, and where each row's path lies in the KV cache.</summary>
internal sealed unsafe class BatchPlan(TransformerDescription description)
{
    private readonly GrowingList<KvRun> _runs = new();
    private readonly GrowingList<PlannedRow> _rows = new();
    private readonly GrowingList<PlannedRow> _windowRows = new();
    private readonly bool _twoKinds = description.SlidingWindow > 0 && description.LayersWithoutWindow.Count > 0;
    private readonly GrowingList<EvaluationRequest> _reads = new();
    private readonly GrowingList<(int Row, int Read)> _answers = new();
    private readonly GrowingList<int> _readRows = new();
    private readonly GrowingList<ForwardRow> _placed = new();

    public ReadOnlySpan<PlannedRow> Rows => _rows.AsSpan();

    /// <summary>The rows as layers with a window see them, where others see all; else none.</summary>
    public ReadOnlySpan<PlannedRow> WindowRows => _windowRows.AsSpan();

    public ReadOnlySpan<KvRun> Runs => _runs.AsSpan();

    /// <summary>Rows whose logits are read.</summary>
    public ReadOnlySpan<int> ReadRows => _readRows.AsSpan();

    /// <summary>For each read the index into <see cref="ReadRows"/>, ascending.</summary>
    public ReadOnlySpan<(int Row, int Read)> Answers => _answers.AsSpan();

    public ReadOnlySpan<EvaluationRequest> Reads => _reads.AsSpan();

    public int MostPositions { get; private set; }

    /// <summary>Lays out a pass. On an exception no slot stays taken for it.</summary>
    public void Build(CpuEngine engine, ReadOnlySpan<ForwardRow> rows, ReadOnlySpan<EvaluationRequest> reads)
    {
        Clear();
        try
        {
            foreach (ref readonly var row in rows) Add(engine, row);
        }
        catch
        {
            Undo();
            Clear();
            throw;
        }
        foreach (ref readonly var read in reads) _reads.Add(read);
    }

    /// <summary>Forgets the pass, and with it the caller's buffers.</summary>
    public void Clear()
    {
        _reads.AsSpan().Clear();
        _placed.AsSpan().Clear();
        _runs.Clear();
        _rows.Clear();
        _windowRows.Clear();
        _reads.Clear();
        _answers.Clear();
        _readRows.Clear();
        _placed.Clear();
        MostPositions = 0;
    }

    // the last placed first: a node is freed before its parent
    private void Undo()
    {
        for (var i = _placed.Count; i-- > 0;) _placed.AsSpan()[i].Session.Free(_placed.AsSpan()[i].Node);
    }

    private void Add(CpuEngine engine, in ForwardRow row)
    {
        if (row.Session is not CpuSession session || session.Engine != engine) throw new ArgumentException("the row's session is not one of this engine's");
        ObjectDisposedException.ThrowIf(session.IsDisposed, session);
        var (token, position) = row.Locate(engine.Facts);
        if (session.Place(row.Node)) _placed.Add(row);
        var windowed = description.SlidingWindow > 0 ? Math.Min(position + 1, description.SlidingWindow) : position + 1;
        for (var i = 0; i < row.ReadCount; i++) _answers.Add((_readRows.Count, row.FirstRead + i));
        if (row.ReadCount > 0) _readRows.Add(_rows.Count);
        _rows.Add(Plan(session, row.Node, token, position, _twoKinds ? position + 1 : windowed));
        if (_twoKinds) _windowRows.Add(Plan(session, row.Node, token, position, windowed));
        MostPositions = Math.Max(MostPositions, _rows.AsSpan()[^1].Positions);
    }

    private PlannedRow Plan(CpuSession session, int node, int token, int position, int positions)
    {
        var firstRun = _runs.Count;
        session.AppendRuns(node, positions, _runs);
        return new(token, position, (nint)session.Page(node), session.Lane(node), firstRun, _runs.Count - firstRun, positions);
    }
}
