using System.Numerics;
using DecodeAlign.Decoding;

namespace DecodeAlign.Cpu;

/// <summary>
/// The KV cache of one tree. A node owns one slot of a page; it gets the slot after its parent's where that is free, else the first of an empty
/// page, else any: so paths lie in runs, and what was reserved in nodes always suffices. A page may be shared with what is kept of prompts, and with it other
/// sessions; then no slot of it is used again for another node.
/// </summary>
internal sealed class CpuSession : IEngineSession
{
    private readonly KvPool _pool;
    private readonly int _maxNodes;
    private readonly KvPage?[] _pages;
    private readonly ushort[] _used;
    private readonly ushort[] _live;
    private readonly bool[] _frozen;
    private readonly Stack<int> _emptyPages;
    private NodeSlot[] _nodes;
    private int _held;
    private int _firstPartial;
    private bool _disposed;

    public CpuSession(CpuEngine engine, KvPool pool, TokenTree tree, int maxNodes)
    {
        var pages = (maxNodes - 1) / KvLayout.Slots + 1;
        pool.Reserve(pages);
        Engine = engine;
        Tree = tree;
        _pool = pool;
        _maxNodes = maxNodes;
        _pages = new KvPage?[pages];
        _used = new ushort[pages];
        _live = new ushort[pages];
        _frozen = new bool[pages];
        _emptyPages = new(pages);
        for (var page = pages - 1; page >= 0; page--) _emptyPages.Push(page);
        _nodes = new NodeSlot[Math.Max(tree.Capacity, 64)];
    }

    public CpuEngine Engine { get; }

    public TokenTree Tree { get; }

    public bool IsDisposed => _disposed;

    public long KvBytes => (_pages.Length - _emptyPages.Count) * _pool.PageBytes;

    public bool Holds(int node) => node < _nodes.Length && _nodes[node].RunLength > 0;

    public void Free(int node)
    {
        if (!Holds(node)) return;
        var slot = _nodes[node].Slot;
        _nodes[node] = default;
        _held--;
        var page = slot / KvLayout.Slots;
        _live[page] &= (ushort)~(1 << slot % KvLayout.Slots);
        if (!_frozen[page])
        {
            _used[page] = _live[page];
            _firstPartial = Math.Min(_firstPartial, page);
        }
        if (_live[page] != 0) return;
        _used[page] = 0;
        _frozen[page] = false;
        _pool.Return(_pages[page]!);
        _pages[page] = null;
        _emptyPages.Push(page);
    }

    /// <summary>Gives a node a slot, if it has none.</summary>
    /// <returns>Whether it had none.</returns>
    /// <exception cref="InvalidOperationException">The parent has no slot, or there are more nodes than were reserved.</exception>
    public bool Place(int node)
    {
        if (Holds(node)) return false;
        var parent = Tree.Parent(node);
        if (parent != TokenTree.Empty && !Holds(parent)) throw new InvalidOperationException($"node {node} comes before its parent, which has no KV");
        if (_held == _maxNodes) throw new InvalidOperationException($"the session was opened for {_maxNodes} nodes and has more");
        if (node >= _nodes.Length) Array.Resize(ref _nodes, Math.Max(Tree.Capacity, _nodes.Length * 2));
        var slot = FindSlot(parent == TokenTree.Empty ? -1 : _nodes[parent].Slot);
        var page = slot / KvLayout.Slots;
        _pages[page] ??= _pool.Take();
        _used[page] |= (ushort)(1 << slot % KvLayout.Slots);
        _live[page] |= (ushort)(1 << slot % KvLayout.Slots);
        _held++;
        var continues = parent != TokenTree.Empty && slot == _nodes[parent].Slot + 1 && slot % KvLayout.Slots != 0;
        _nodes[node] = continues
            ? new(slot, _nodes[parent].RunLength + 1, _nodes[parent].Previous)
            : new(slot, 1, parent);
        return true;
    }

    /// <summary>The page of a node's slot.</summary>
    public unsafe float* Page(int node) => _pages[_nodes[node].Slot / KvLayout.Slots]!.Floats;

    /// <summary>The slot within the page.</summary>
    public int Lane(int node) => _nodes[node].Slot % KvLayout.Slots;

    /// <summary>Appends the runs of a path's last positions, first to last.</summary>
    public unsafe void AppendRuns(int node, int positions, GrowingList<KvRun> runs)
    {
        var first = runs.Count;
        while (positions > 0)
        {
            var (slot, length, previous) = _nodes[node];
            var count = Math.Min(length, positions);
            runs.Add(new(_pages[slot / KvLayout.Slots]!.Floats, slot % KvLayout.Slots - count + 1, count));
            positions -= count;
            node = previous;
        }
        runs.AsSpan()[first..].Reverse();
    }

    /// <summary>Takes over what is kept of a path, in whole pages, from the first node on.</summary>
    /// <returns>Of how many nodes the KV is held now.</returns>
    public int Borrow(ReadOnlySpan<int> path, int held)
    {
        PrefixPage? found = null;
        for (var start = 0; start + KvLayout.Slots <= path.Length; start += KvLayout.Slots)
        {
            var isNew = start >= held;
            if (isNew && (_emptyPages.Count == 0 || _held + KvLayout.Slots > _maxNodes)) return start;
            var nodes = path.Slice(start, KvLayout.Slots);
            found = _pool.Find(found, Tokens(nodes), use: isNew);
            if (found is null) return Math.Max(start, held);
            if (!isNew) continue;
            if (nodes[^1] >= _nodes.Length || Tree.Capacity > _nodes.Length) Array.Resize(ref _nodes, Math.Max(Tree.Capacity, _nodes.Length * 2));
            var page = _emptyPages.Pop();
            (_pages[page], _used[page], _live[page], _frozen[page]) = (found.Page, ushort.MaxValue, ushort.MaxValue, true);
            for (var lane = 0; lane < KvLayout.Slots; lane++) _nodes[nodes[lane]] = new(page * KvLayout.Slots + lane, lane + 1, start == 0 ? TokenTree.Empty : path[start - 1]);
            _held += KvLayout.Slots;
        }
        return path.Length / KvLayout.Slots * KvLayout.Slots;
    }

    /// <summary>Keeps a path's pages, as far as each holds 16 of its nodes in order.</summary>
    public void Keep(ReadOnlySpan<int> path)
    {
        PrefixPage? kept = null;
        for (var start = 0; start + KvLayout.Slots <= path.Length; start += KvLayout.Slots)
        {
            var nodes = path.Slice(start, KvLayout.Slots);
            var tokens = Tokens(nodes);
            var found = _pool.Find(kept, tokens, use: false);
            if (found is null)
            {
                var first = _nodes[nodes[0]].Slot;
                if (first % KvLayout.Slots != 0) return;
                for (var lane = 1; lane < KvLayout.Slots; lane++)
                    if (_nodes[nodes[lane]].Slot != first + lane) return;
                var page = first / KvLayout.Slots;
                found = _pool.Keep(kept, tokens, _pages[page]!);
                if (found is null) return;
                (_frozen[page], _used[page]) = (true, ushort.MaxValue);
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
        Array.Clear(_nodes);
        _pool.Unreserve(_pages.Length);
    }

    private int FindSlot(int parentSlot)
    {
        var next = parentSlot + 1;
        if (parentSlot >= 0 && next % KvLayout.Slots != 0 && (_used[next / KvLayout.Slots] >> next % KvLayout.Slots & 1) == 0) return next;
        if (_emptyPages.TryPop(out var empty)) return empty * KvLayout.Slots;
        while (_firstPartial < _used.Length && _used[_firstPartial] == ushort.MaxValue) _firstPartial++;
        if (_firstPartial == _used.Length) _firstPartial = Thaw();
        return _firstPartial * KvLayout.Slots + BitOperations.TrailingZeroCount(~(uint)_used[_firstPartial]);
    }

    // where only slots of shared pages are left, one of them becomes the session's own
    private int Thaw()
    {
        var page = 0;
        while (!_frozen[page] || _live[page] == ushort.MaxValue) page++;
        var shared = _pages[page]!;
        if (_pool.IsShared(shared))
        {
            var own = _pool.Take();
            own.CopyFrom(shared);
            _pages[page] = own;
            _pool.Return(shared);
        }
        (_frozen[page], _used[page]) = (false, _live[page]);
        return page;
    }

    private int[] Tokens(ReadOnlySpan<int> nodes)
    {
        var tokens = new int[nodes.Length];
        for (var i = 0; i < tokens.Length; i++) tokens[i] = Tree.Token(nodes[i]);
        return tokens;
    }

    /// <param name="Slot">Page index · 16 + slot within the page.</param>
    /// <param name="RunLength">Nodes of the path, this one the last, that lie in neighbouring slots of its page; 0: the node has no slot.</param>
    /// <param name="Previous">The node before the run.</param>
    private readonly record struct NodeSlot(int Slot, int RunLength, int Previous);
}
