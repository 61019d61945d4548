namespace DecodeAlign.Text;

/// <summary>A trie over symbols, completed to a deterministic automaton by its failure links.</summary>
internal sealed class PhraseTrie(int width)
{
    private readonly List<int[]> _children = [NewNode(width)];
    private readonly List<ulong> _groups = [0];
    private readonly List<int> _occurrences = [0];

    /// <summary>Number of nodes.</summary>
    public int Count => _children.Count;

    /// <summary>Adds a phrase of a group.</summary>
    public void Add(ReadOnlySpan<int> symbols, int group)
    {
        var node = 0;
        foreach (var symbol in symbols)
        {
            if (_children[node][symbol] < 0)
            {
                _children[node][symbol] = _children.Count;
                _children.Add(NewNode(width));
                _groups.Add(0);
                _occurrences.Add(0);
            }
            node = _children[node][symbol];
        }
        _groups[node] |= 1UL << group;
        _occurrences[node]++;
    }

    /// <summary>The transition table, node by node, and for each node the groups and the number of phrases that end there.</summary>
    public (int[] Next, ulong[] Groups, int[] Occurrences) Complete()
    {
        var next = new int[_children.Count * width];
        var failure = new int[_children.Count];
        var queue = new Queue<int>([0]);
        while (queue.TryDequeue(out var node))
            for (var symbol = 0; symbol < width; symbol++)
            {
                var child = _children[node][symbol];
                var fallback = node == 0 ? 0 : next[failure[node] * width + symbol];
                next[node * width + symbol] = child < 0 ? fallback : child;
                if (child < 0) continue;
                failure[child] = fallback;
                _groups[child] |= _groups[fallback];
                _occurrences[child] += _occurrences[fallback];
                queue.Enqueue(child);
            }
        return (next, [.. _groups], [.. _occurrences]);
    }

    /// <summary>For each node the symbols that lead to it from the root, one symbol not counted.</summary>
    public int[] Depths(int uncounted)
    {
        var depths = new int[_children.Count];
        for (var node = 0; node < depths.Length; node++)
            for (var symbol = 0; symbol < width; symbol++)
                if (_children[node][symbol] is > 0 and var child) depths[child] = depths[node] + (symbol == uncounted ? 0 : 1);
        return depths;
    }

    /// <summary>For each node the groups of the phrases that pass it. Before <see cref="Complete"/> only.</summary>
    public ulong[] Ahead()
    {
        var ahead = _groups.ToArray();
        for (var node = ahead.Length - 1; node >= 0; node--)
            foreach (var child in _children[node])
                if (child > 0) ahead[node] |= ahead[child];
        return ahead;
    }

    private static int[] NewNode(int width)
    {
        var children = new int[width];
        Array.Fill(children, -1);
        return children;
    }
}
