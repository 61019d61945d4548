namespace DecodeAlign.Decoding;

/// <summary>
/// The search's nodes under the guides' own prompts: for each node that a guide is asked about, the node of the same text after the guide's prompt, as long as the first one lives.
/// </summary>
internal sealed class GuidePaths : ITokenTreeObserver, IDisposable
{
    private readonly TokenTree _tree;
    private readonly TokenTree _own;
    private readonly int _root;
    private readonly Dictionary<int, List<(int Root, int Node)>> _nodes = [];

    /// <param name="tree">The search's tree.</param>
    /// <param name="own">The tree of the guide's nodes; may be the same.</param>
    /// <param name="prompt">The guide's prompt.</param>
    public GuidePaths(TokenTree tree, TokenTree own, int[] prompt)
    {
        (_tree, _own, _root) = (tree, own, own.AddRoot(prompt));
        tree.Attach(this);
    }

    /// <summary>Tokens in the tree of the guide's nodes.</summary>
    public int Tokens => _own.Count;

    /// <summary>The node of the text from a root of the search down to a node, after the guide's prompt.</summary>
    public int Of(int root, int node)
    {
        // the guide's prompt is this prompt: its nodes are the search's own, and hold themselves
        if (node == root) return _root;
        if (_own == _tree && root == _root) return node;
        if (Find(root, node) is { } known) return known;
        var parent = _tree.Parent(node);
        var made = parent == root || Find(root, parent) is not null ? _own.Append(Of(root, parent), _tree.Token(node)) : _own.AppendAll(_root, _tree.Path(root, node));
        if (!_nodes.TryGetValue(node, out var list)) _nodes[node] = list = [];
        list.Add((root, made));
        return made;
    }

    /// <inheritdoc/>
    public void OnFreed(int node)
    {
        if (!_nodes.Remove(node, out var list)) return;
        foreach (var (_, own) in list) _own.Release(own);
    }

    public void Dispose() => _tree.Detach(this);

    private int? Find(int root, int node)
    {
        if (!_nodes.TryGetValue(node, out var list)) return null;
        foreach (var (of, own) in list)
            if (of == root) return own;
        return null;
    }
}
