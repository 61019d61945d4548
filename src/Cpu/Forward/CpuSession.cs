using DecodeAlign.Decoding;

namespace DecodeAlign.Cpu;

/// <summary>
/// The KV cache of one tree: which slots its nodes have, and the memory of their pages. A page may be shared with what is kept of prompts, and with it other sessions.
/// </summary>
internal sealed class CpuSession : IEngineSession
{
    private readonly KvPool _pool;
    private readonly SlotTable _slots;
    private readonly KvPage?[] _pages;
    private bool _disposed;

    public CpuSession(CpuEngine engine, KvPool pool, TokenTree tree, int maxNodes)
    {
        pool.Reserve(SlotTable.PagesFor(maxNodes));
        Engine = engine;
        Tree = tree;
        _pool = pool;
        _slots = new(tree, maxNodes);
        _pages = new KvPage?[_slots.PageCount];
    }

    public CpuEngine Engine { get; }

    public TokenTree Tree { get; }

    public bool IsDisposed => _disposed;

    public long KvBytes => _slots.PagesInUse * _pool.PageBytes;

    public bool Holds(int node) => _slots.Holds(node);

    public void Free(int node)
    {
        var page = _slots.Free(node);
        if (page < 0 || _pages[page] is not { } memory) return;
        _pages[page] = null;
        _pool.Return(memory);
    }

    /// <summary>Gives a node a slot, if it has none.</summary>
    /// <returns>Whether it had none.</returns>
    /// <exception cref="InvalidOperationException">The parent has no slot, or there are more nodes than were reserved.</exception>
    public bool Place(int node)
    {
        if (!_slots.TryPlace(node, out var page, out var thawed)) return false;
        try
        {
            if (thawed) TakeOwn(page);
            else _pages[page] ??= _pool.Take();
        }
        catch
        {
            if (thawed) _slots.Freeze(page);
            Free(node);
            throw;
        }
        return true;
    }

    /// <summary>The page of a node's slot.</summary>
    public unsafe byte* Page(int node) => _pages[_slots.Page(node)]!.Start;

    /// <summary>The slot within the page.</summary>
    public int Lane(int node) => _slots.Lane(node);

    /// <summary>Appends the runs of a path's last positions, first to last.</summary>
    public unsafe void AppendRuns(int node, int positions, GrowingList<KvRun> runs)
    {
        var first = runs.Count;
        while (positions > 0)
        {
            var run = _slots.LastRun(node, positions);
            runs.Add(new(_pages[run.Page]!.Start, run.Lane, run.Count));
            positions -= run.Count;
            node = run.Previous;
        }
        runs.AsSpan()[first..].Reverse();
    }

    /// <summary>Takes over what is cached of a path, in whole pages, from the first node on.</summary>
    /// <returns>Of how many nodes the KV is held now.</returns>
    public int AttachPrefix(ReadOnlySpan<int> path, int held)
    {
        PrefixPage? found = null;
        for (var start = 0; start + KvLayout.Slots <= path.Length; start += KvLayout.Slots)
        {
            var nodes = path.Slice(start, KvLayout.Slots);
            var isNew = start >= held;
            if (isNew && !_slots.HasRoomForPage) return start;
            found = _pool.Find(found, Tokens(nodes), use: isNew);
            if (found is null) return Math.Max(start, held);
            if (isNew) _pages[_slots.PlacePage(nodes, start == 0 ? TokenTree.Empty : path[start - 1])] = found.Page;
        }
        return path.Length / KvLayout.Slots * KvLayout.Slots;
    }

    /// <summary>Caches a path's pages, as far as each holds 16 of its nodes in order.</summary>
    public void CachePrefix(ReadOnlySpan<int> path)
    {
        PrefixPage? kept = null;
        for (var start = 0; start + KvLayout.Slots <= path.Length; start += KvLayout.Slots)
        {
            var nodes = path.Slice(start, KvLayout.Slots);
            var tokens = Tokens(nodes);
            var found = _pool.Find(kept, tokens, use: false);
            if (found is null)
            {
                if (!_slots.FillPage(nodes)) return;
                var page = _slots.Page(nodes[0]);
                found = _pool.Keep(kept, tokens, _pages[page]!);
                if (found is null) return;
                _slots.Freeze(page);
            }
            kept = found;
        }
    }

    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        foreach (var page in _pages)
            if (page is not null) _pool.Return(page);
        _slots.Clear();
        _pool.Unreserve(_pages.Length);
    }

    /// <summary>Where others use a page's memory, the session takes a copy.</summary>
    private void TakeOwn(int page)
    {
        var shared = _pages[page]!;
        if (!_pool.IsShared(shared)) return;
        var own = _pool.Take();
        own.CopyFrom(shared);
        _pages[page] = own;
        _pool.Return(shared);
    }

    private int[] Tokens(ReadOnlySpan<int> nodes)
    {
        var tokens = new int[nodes.Length];
        for (var i = 0; i < tokens.Length; i++) tokens[i] = Tree.Token(nodes[i]);
        return tokens;
    }
}
