using DecodeAlign.Decoding;

namespace DecodeAlign.Torch;

/// <summary>The KV cache of one tree: which slots its nodes have, and a table of pages of the pool.</summary>
internal sealed class TorchSession : IEngineSession
{
    private const int None = -1;

    private readonly KvPool _pool;
    private readonly SlotTable _slots;
    private readonly int[] _pages;

    public TorchSession(TorchEngine engine, KvPool pool, TokenTree tree, int maxNodes)
    {
        pool.Reserve(SlotTable.PagesFor(maxNodes));
        Engine = engine;
        Tree = tree;
        _pool = pool;
        _slots = new(tree, maxNodes);
        _pages = new int[_slots.PageCount];
        Array.Fill(_pages, None);
    }

    public TorchEngine Engine { get; }

    public TokenTree Tree { get; }

    public bool IsDisposed { get; private set; }

    public long KvBytes => _slots.PagesInUse * _pool.PageBytes;

    public bool Holds(int node) => _slots.Holds(node);

    public void Free(int node)
    {
        var page = _slots.Free(node);
        if (page < 0) return;
        _pool.Return(_pages[page]);
        _pages[page] = None;
    }

    /// <summary>Gives a node a slot, if it has none.</summary>
    /// <returns>Whether it had none.</returns>
    /// <exception cref="InvalidOperationException">The parent has no slot, or there are more nodes than were reserved.</exception>
    public bool Place(int node)
    {
        if (!_slots.TryPlace(node, out var page, out _)) return false;
        if (_pages[page] == None) _pages[page] = _pool.Take();
        return true;
    }

    /// <summary>A node's slot in the pool.</summary>
    public long PoolSlot(int node) => _pages[_slots.Page(node)] * (long)KvPool.Slots + _slots.Lane(node);

    /// <summary>Appends the runs of a path's last positions, last to first; of each, the page is the pool's.</summary>
    public void AppendRuns(int node, int positions, List<SlotRun> runs)
    {
        while (positions > 0)
        {
            var run = _slots.LastRun(node, positions);
            runs.Add(run with { Page = _pages[run.Page] });
            positions -= run.Count;
            node = run.Previous;
        }
    }

    public void Dispose()
    {
        if (IsDisposed) return;
        IsDisposed = true;
        foreach (var page in _pages)
            if (page != None) _pool.Return(page);
        _slots.Clear();
        _pool.Unreserve(_pages.Length);
    }
}
