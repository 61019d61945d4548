namespace DecodeAlign.Decoding;

/// <summary>A path from the first token on, whose KV a session lacks from some block on.</summary>
internal sealed class FreshPath(int[] nodes, int held)
{
    /// <summary>Every node of it, from the first token down.</summary>
    public int[] Nodes => nodes;

    /// <summary>Of how many nodes the session holds the KV without computing it.</summary>
    public int Held { get; set; } = held;

    /// <summary>Number of the row that computes the first node not held.</summary>
    public int FirstRow { get; set; }

    /// <summary>Of how many nodes the engine has kept the KV.</summary>
    public int Kept { get; set; }
}

/// <summary>
/// Has prompts' common beginnings computed once: what the engine keeps is lent to sessions that begin alike, and a session whose next block another one is about to compute
/// waits for it, and makes it as urgent as itself. Without an engine that shares prefixes it does nothing.
/// </summary>
internal sealed class PrefixSharing(IInferenceEngine engine)
{
    private readonly IPrefixSharing? _engine = engine as IPrefixSharing;
    private readonly int _block = (engine as IPrefixSharing)?.PrefixBlock ?? int.MaxValue;
    private readonly Dictionary<ulong, SessionWork> _underway = [];

    /// <summary>Tokens that were lent.</summary>
    public long SharedTokens { get; private set; }

    /// <summary>Starts a round of plans, beside what is being computed.</summary>
    public void Begin(List<SessionWork> active)
    {
        _underway.Clear();
        if (_engine is null) return;
        foreach (var work in active) Add(work);
    }

    /// <summary>Counts what a work is about to compute.</summary>
    public void Add(SessionWork work)
    {
        foreach (var path in work.FreshPaths)
            for (var end = Math.Max(path.Held, path.Kept) + _block; end <= path.Nodes.Length; end += _block)
                _underway[Hash(work, path, end)] = work;
    }

    /// <summary>A path that is worth sharing; null: there is none.</summary>
    /// <param name="session">Whose tree it is of.</param>
    /// <param name="node">The last node.</param>
    /// <param name="missing">Number of nodes, up from it, whose KV is missing.</param>
    public FreshPath? Find(IEngineSession session, int node, int missing)
    {
        if (missing <= _block) return null;
        var nodes = new int[session.Tree.Depth(node)];
        if ((nodes.Length - missing) % _block != 0) return null;
        for (var i = nodes.Length - 1; i >= 0; i--)
        {
            nodes[i] = node;
            node = session.Tree.Parent(node);
        }
        return new(nodes, nodes.Length - missing);
    }

    /// <summary>Lends what is kept of a path; its last node is left to be computed, since it is read.</summary>
    /// <returns>False where another session is about to compute the next block.</returns>
    public bool TryBegin(SessionWork work, FreshPath path)
    {
        var before = path.Held;
        path.Held = _engine!.AttachPrefix(work.Session.Engine, path.Nodes.AsSpan(..^1), before);
        SharedTokens += path.Held - before;
        work.Session.SharedTokens += path.Held - before;
        var end = path.Held + _block;
        if (end > path.Nodes.Length || !_underway.TryGetValue(Hash(work, path, end), out var owner)) return true;
        if (Urgency.Compare(work.Urgency, owner.Urgency) < 0) owner.Urgency = work.Urgency;
        return false;
    }

    /// <summary>Keeps the whole blocks of a path that are computed.</summary>
    /// <param name="session">The session that computes it.</param>
    /// <param name="path">The path.</param>
    /// <param name="rowsDone">Rows of the session's work that are computed.</param>
    public void Keep(IEngineSession session, FreshPath path, int rowsDone)
    {
        var done = Math.Min(path.Held + Math.Max(0, rowsDone - path.FirstRow), path.Nodes.Length) / _block * _block;
        if (done <= Math.Max(path.Held, path.Kept)) return;
        _engine!.CachePrefix(session, path.Nodes.AsSpan(..done));
        path.Kept = done;
    }

    private static ulong Hash(SessionWork work, FreshPath path, int end) => work.Session.Engine.Tree.PathHash(path.Nodes[end - 1]);
}
