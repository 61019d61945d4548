using System.Numerics;

namespace DecodeAlign.Decoding;

/// <summary>Neighbouring slots of one page that hold neighbouring nodes of a path.</summary>
/// <param name="Page">Page of the session.</param>
/// <param name="Lane">First slot within the page.</param>
/// <param name="Count">Number of slots.</param>
/// <param name="Previous">The node before the run.</param>
public readonly record struct SlotRun(int Page, int Lane, int Count, int Previous);

/// <summary>
/// Which slot of which page of a session's KV cache each node of its tree has; what a page is, its engine knows. A node gets the slot after its
/// parent's where that is free, else the first of an empty page, else any: so paths lie in runs, and what was reserved in nodes always suffices.
/// A node is held only while its parent is. A page whose content others use too is frozen: no slot of it is given to another node, until nothing
/// else is left. For engines; one caller at a time.
/// </summary>
public sealed class SlotTable
{
    /// <summary>Slots of a page.</summary>
    public const int PageSlots = 16;

    private readonly TokenTree _tree;
    private readonly int _maxNodes;
    private readonly ushort[] _used;
    private readonly ushort[] _live;
    private readonly bool[] _frozen;
    private readonly Stack<int> _emptyPages;
    private Entry[] _nodes;
    private int _held;
    private int _firstPartial;

    /// <summary>Makes a table without a node.</summary>
    /// <param name="tree">The tree whose nodes are placed.</param>
    /// <param name="maxNodes">Most nodes held at once, at least 1.</param>
    public SlotTable(TokenTree tree, int maxNodes)
    {
        ArgumentNullException.ThrowIfNull(tree);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxNodes, 1);
        var pages = PagesFor(maxNodes);
        _tree = tree;
        _maxNodes = maxNodes;
        _used = new ushort[pages];
        _live = new ushort[pages];
        _frozen = new bool[pages];
        _emptyPages = new(pages);
        for (var page = pages - 1; page >= 0; page--) _emptyPages.Push(page);
        _nodes = new Entry[Math.Max(tree.Capacity, 64)];
    }

    /// <summary>Pages of the session, in use or not.</summary>
    public int PageCount => _used.Length;

    /// <summary>Pages that hold a node.</summary>
    public int PagesInUse => _used.Length - _emptyPages.Count;

    /// <summary>Whether <see cref="PlacePage"/> has room.</summary>
    public bool HasRoomForPage => _emptyPages.Count > 0 && _held + PageSlots <= _maxNodes;

    /// <summary>Pages that so many nodes need at most, however they lie.</summary>
    /// <param name="nodes">At least 1.</param>
    public static int PagesFor(int nodes) => (nodes - 1) / PageSlots + 1;

    /// <summary>Whether a node has a slot.</summary>
    public bool Holds(int node) => node < _nodes.Length && _nodes[node].RunLength > 0;

    /// <summary>The page of the slot of a node that is held.</summary>
    public int Page(int node) => _nodes[node].Slot / PageSlots;

    /// <summary>A node's slot within its page.</summary>
    public int Lane(int node) => _nodes[node].Slot % PageSlots;

    /// <summary>Gives a node a slot, if it has none.</summary>
    /// <param name="node">The node.</param>
    /// <param name="page">The page of its slot.</param>
    /// <param name="thawed">Whether the page was frozen: others may use its content.</param>
    /// <returns>Whether it had none.</returns>
    /// <exception cref="InvalidOperationException">The parent has no slot, or there are more nodes than were reserved.</exception>
    public bool TryPlace(int node, out int page, out bool thawed)
    {
        (page, thawed) = (-1, false);
        if (Holds(node)) return false;
        var parent = _tree.Parent(node);
        if (parent != TokenTree.Empty && !Holds(parent)) throw new InvalidOperationException($"node {node} comes before its parent, which has no KV");
        if (_held == _maxNodes) throw new InvalidOperationException($"the session was opened for {_maxNodes} nodes and has more");
        Cover(node);
        var slot = FindSlot(parent == TokenTree.Empty ? -1 : _nodes[parent].Slot, out thawed);
        page = slot / PageSlots;
        _used[page] |= (ushort)(1 << slot % PageSlots);
        _live[page] |= (ushort)(1 << slot % PageSlots);
        var continues = parent != TokenTree.Empty && slot == _nodes[parent].Slot + 1 && slot % PageSlots != 0;
        Hold(node, parent, slot, continues ? _nodes[parent].RunLength + 1 : 1, continues ? _nodes[parent].Previous : parent);
        return true;
    }

    /// <summary>Takes a node's slot back, if it has one.</summary>
    /// <returns>The page that is empty now; −1: none is.</returns>
    /// <exception cref="InvalidOperationException">A node below it has a slot.</exception>
    public int Free(int node)
    {
        if (!Holds(node)) return -1;
        if (_nodes[node].Children > 0) throw new InvalidOperationException($"the KV of node {node} can't be freed: that of {_nodes[node].Children} nodes right below it is there");
        var (slot, _, _, parent, _) = _nodes[node];
        if (parent != TokenTree.Empty) _nodes[parent] = _nodes[parent] with { Children = _nodes[parent].Children - 1 };
        _nodes[node] = default;
        _held--;
        var page = slot / PageSlots;
        _live[page] &= (ushort)~(1 << slot % PageSlots);
        if (!_frozen[page]) _used[page] = _live[page];
        _firstPartial = Math.Min(_firstPartial, page);
        if (_live[page] != 0) return -1;
        _used[page] = 0;
        _frozen[page] = false;
        _emptyPages.Push(page);
        return page;
    }

    /// <summary>The last run of the path to a node that is held, of at most so many nodes.</summary>
    public SlotRun LastRun(int node, int most)
    {
        var (slot, length, previous, _, _) = _nodes[node];
        var count = Math.Min(length, most);
        return new(slot / PageSlots, slot % PageSlots - count + 1, count, previous);
    }

    /// <summary>Gives nodes of a path, a whole page of them and none held, a frozen page.</summary>
    /// <param name="nodes">The nodes.</param>
    /// <param name="parent">The node before them, which is held, or the empty one.</param>
    /// <returns>The page.</returns>
    /// <exception cref="InvalidOperationException">There is no room for a page (<see cref="HasRoomForPage"/>).</exception>
    public int PlacePage(ReadOnlySpan<int> nodes, int parent)
    {
        var page = _emptyPages.Pop();
        (_used[page], _live[page], _frozen[page]) = (ushort.MaxValue, ushort.MaxValue, true);
        for (var lane = 0; lane < PageSlots; lane++)
        {
            Cover(nodes[lane]);
            Hold(nodes[lane], lane == 0 ? parent : nodes[lane - 1], page * PageSlots + lane, lane + 1, parent);
        }
        return page;
    }

    /// <summary>Whether 16 nodes fill one page in order.</summary>
    public bool FillPage(ReadOnlySpan<int> nodes)
    {
        var first = _nodes[nodes[0]].Slot;
        if (first % PageSlots != 0) return false;
        for (var lane = 1; lane < PageSlots; lane++)
            if (_nodes[nodes[lane]].Slot != first + lane) return false;
        return true;
    }

    /// <summary>Others use a page's content from now on.</summary>
    public void Freeze(int page) => (_frozen[page], _used[page]) = (true, ushort.MaxValue);

    /// <summary>Forgets every node.</summary>
    public void Clear() => Array.Clear(_nodes);

    private void Cover(int node)
    {
        if (node >= _nodes.Length) Array.Resize(ref _nodes, Math.Max(_tree.Capacity, _nodes.Length * 2));
    }

    private void Hold(int node, int parent, int slot, int runLength, int previous)
    {
        _nodes[node] = new(slot, runLength, previous, parent, 0);
        if (parent != TokenTree.Empty) _nodes[parent] = _nodes[parent] with { Children = _nodes[parent].Children + 1 };
        _held++;
    }

    private int FindSlot(int parentSlot, out bool thawed)
    {
        thawed = false;
        var next = parentSlot + 1;
        if (parentSlot >= 0 && next % PageSlots != 0 && (_used[next / PageSlots] >> next % PageSlots & 1) == 0) return next;
        if (_emptyPages.TryPop(out var empty)) return empty * PageSlots;
        while (_firstPartial < _used.Length && _used[_firstPartial] == ushort.MaxValue) _firstPartial++;
        thawed = _firstPartial == _used.Length;
        if (thawed) _firstPartial = Thaw();
        return _firstPartial * PageSlots + BitOperations.TrailingZeroCount(~(uint)_used[_firstPartial]);
    }

    private int Thaw()
    {
        var page = 0;
        while (!_frozen[page] || _live[page] == ushort.MaxValue) page++;
        (_frozen[page], _used[page]) = (false, _live[page]);
        return page;
    }

    /// <param name="Slot">Page · 16 + slot within the page.</param>
    /// <param name="RunLength">Nodes of the path, this one the last, that lie in neighbouring slots of its page; 0: the node has no slot.</param>
    /// <param name="Previous">The node before the run.</param>
    /// <param name="Parent">The node before this one.</param>
    /// <param name="Children">Nodes right below it that have a slot.</param>
    private readonly record struct Entry(int Slot, int RunLength, int Previous, int Parent, int Children);
}
