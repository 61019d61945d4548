namespace DecodeAlign.Remote;

/// <summary>All that a server has told one search, by text. Whole distributions, which are large, are kept of the latest texts only; their most likely tokens of all. One caller at a time.</summary>
internal sealed class SessionMemory(int vocabularySize)
{
    private const long MostWholeBytes = 256L << 20;
    private const int KeptOfWhole = 64;

    private readonly RememberedNode _root = new();
    private readonly Queue<RememberedNode> _whole = new();
    private readonly int _mostWhole = (int)Math.Max(64, MostWholeBytes / (8L * vocabularySize));

    /// <summary>What is known of a text.</summary>
    public RememberedNode At(ReadOnlySpan<int> path)
    {
        var node = _root;
        foreach (var token in path) node = node.Child(token);
        return node;
    }

    /// <summary>Remembers a whole distribution.</summary>
    public void AddAll(RememberedNode node, IReadOnlyList<Decoding.TokenLogProbability> told)
    {
        if (node.IsWhole) return;
        node.AddAll(told, vocabularySize);
        _whole.Enqueue(node);
        if (_whole.Count > _mostWhole) _whole.Dequeue().Shrink(KeptOfWhole);
    }
}
