using System.Runtime.InteropServices;
using DecodeAlign.Decoding;
using DecodeAlign.Models;

namespace DecodeAlign.Torch;

/// <summary>What a pass computes, laid out on the host and sent to the device in one copy.</summary>
internal sealed class PassPlan(TransformerDescription description, KvPool pool, torch.Device device) : IDisposable
{
    private readonly Upload<long> _upload = new(ScalarType.Int64, device);
    private readonly List<ForwardRow> _placed = [];
    private readonly List<int> _readRows = [];
    private readonly List<(int Row, int Read)> _answers = [];
    private Part _tokens;
    private Part _positions;
    private Part _slots;
    private Part _takenPages;
    private Part _readRowsSent;

    public AttentionLayout Layout { get; } = new(pool);

    /// <summary>What layers with a window see, where others see all; else null.</summary>
    public AttentionLayout? WindowLayout { get; } = description.SlidingWindow > 0 && description.LayersWithoutWindow.Count > 0 ? new(pool) : null;

    public int Rows => _tokens.Count;

    /// <summary>Number of rows whose logits are read.</summary>
    public int ReadRows => _readRows.Count;

    /// <summary>For each read the index of its row among those that are read, ascending.</summary>
    public ReadOnlySpan<(int Row, int Read)> Answers => CollectionsMarshal.AsSpan(_answers);

    /// <summary>Lays out a pass and sends it.</summary>
    public void Build(TorchEngine engine, ReadOnlySpan<ForwardRow> rows)
    {
        Clear();
        Layout.Begin();
        WindowLayout?.Begin();
        _tokens = new(_upload.Add(rows.Length), rows.Length);
        _positions = new(_upload.Add(rows.Length), rows.Length);
        _slots = new(_upload.Add(rows.Length), rows.Length);
        for (var i = 0; i < rows.Length; i++) Add(engine, rows[i], i);
        _takenPages = new(_upload.Add(pool.Taken), pool.Taken.Length);
        _readRowsSent = new(_upload.Add(_readRows.Count), _readRows.Count);
        for (var i = 0; i < _readRows.Count; i++) _upload[_readRowsSent.Start, _readRowsSent.Count][i] = _readRows[i];
        Layout.Write(_upload);
        WindowLayout?.WriteLike(Layout, _upload);
        _upload.Send();
    }

    public Tensor Tokens() => Take(_tokens);

    public Tensor Positions() => Take(_positions);

    public Tensor Slots() => Take(_slots);

    /// <summary>Pages that were taken, which hold what was there before; null where there are none.</summary>
    public Tensor? TakenPages() => _takenPages.Count == 0 ? null : Take(_takenPages);

    /// <summary>The rows whose logits are read; null where all are.</summary>
    public Tensor? ReadRowIndices() => _readRows.Count == Rows ? null : Take(_readRowsSent);

    public Tensor Take(Part part) => _upload.Slice(part.Start, part.Count);

    /// <summary>Frees what the pass took, after it failed; the last placed first, since a node is freed before its parent.</summary>
    public void Undo()
    {
        for (var i = _placed.Count; i-- > 0;) _placed[i].Session.Free(_placed[i].Node);
    }

    /// <summary>Forgets the pass.</summary>
    public void Clear()
    {
        _upload.Clear();
        _placed.Clear();
        _readRows.Clear();
        _answers.Clear();
    }

    public void Dispose() => _upload.Dispose();

    private void Add(TorchEngine engine, in ForwardRow row, int index)
    {
        if (row.Session is not TorchSession session || session.Engine != engine) throw new ArgumentException("the row's session is not one of this engine's");
        ObjectDisposedException.ThrowIf(session.IsDisposed, session);
        var (token, position) = row.Locate(engine.Facts);
        if (session.Place(row.Node)) _placed.Add(row);
        var windowed = description.SlidingWindow > 0 ? Math.Min(position + 1, description.SlidingWindow) : position + 1;
        Layout.Add(session, row.Node, WindowLayout is null ? windowed : position + 1);
        WindowLayout?.Add(session, row.Node, windowed);
        _upload[_tokens.Start + index, 1][0] = token;
        _upload[_positions.Start + index, 1][0] = position;
        _upload[_slots.Start + index, 1][0] = session.PoolSlot(row.Node);
        if (row.ReadCount == 0) return;
        for (var i = 0; i < row.ReadCount; i++) _answers.Add((_readRows.Count, row.FirstRead + i));
        _readRows.Add(index);
    }
}
