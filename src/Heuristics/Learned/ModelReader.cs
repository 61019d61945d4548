using DecodeAlign.Decoding;

namespace DecodeAlign.Heuristics;

/// <summary>
/// A model that reads the texts of one search, each once, and evaluates of each only what it has not evaluated yet. Where the tokens are the search's own it keeps its state on the
/// search's tree; otherwise on a tree of its own, in which texts share their longest common prefix and the least recently read ones make room. Shared by the heuristics that read the
/// same thing, and by a search's several answers.
/// </summary>
/// <typeparam name="T">What is read of a text.</typeparam>
internal abstract class ModelReader<T> : IDisposable
{
    private readonly GenerationContext _context;
    private readonly NodeTable<T> _values;
    private readonly SessionLease _lease;
    private readonly ModelFacts _facts;
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly LinkedList<int> _recent = new();
    private readonly Dictionary<int, LinkedListNode<int>> _held = [];

    protected ModelReader(GenerationContext context, TextPlace place, SessionLease lease) =>
        (_context, _values, _lease, _facts) = (context, new(context.Tree), lease, place.Model);

    /// <summary>Number of heuristic sessions that use it.</summary>
    public int Users { get; set; }

    private bool SharesTree => ReferenceEquals(Tree, _context.Tree);

    /// <summary>What was read of a text, if it was.</summary>
    public bool TryGet(int node, out T value) => _values.TryGet(node, out value);

    /// <summary>Reads what has not been read yet, in as few passes as memory allows.</summary>
    /// <returns>The work it took.</returns>
    public async ValueTask<SessionStatistics> ReadAsync(TextPlace place, IReadOnlyList<int> nodes, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var before = _lease.Session.Statistics;
            var batch = new Batch { Place = place };
            foreach (var node in nodes.Distinct())
            {
                if (IsRead(node)) continue;
                if (!TryPlace(place, node, batch, out var leaf))
                {
                    await EvaluateAsync(batch, cancellationToken).ConfigureAwait(false);
                    if (!TryPlace(place, node, batch, out leaf)) throw new InvalidOperationException($"a text needs more than the {_lease.MaxNodes} tokens that were reserved in '{_facts.Name}'");
                }
                Ask(node, leaf, batch);
            }
            await EvaluateAsync(batch, cancellationToken).ConfigureAwait(false);
            var after = _lease.Session.Statistics;
            return new(after.TokenEvaluations - before.TokenEvaluations, after.BatchedPasses - before.BatchedPasses, after.PeakKvBytes - before.PeakKvBytes);
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose()
    {
        // the session may go on to serve another reader of the request
        foreach (var leaf in _held.Keys) Tree.Release(leaf);
        _lease.Dispose();
        _gate.Dispose();
    }

    /// <summary>Asks for what must be read of a text, and says what to do with it afterwards.</summary>
    /// <param name="node">The text's node in the search.</param>
    /// <param name="leaf">The node of the last token that the model reads for it.</param>
    /// <param name="batch">Receives requests, and what follows them.</param>
    protected abstract void Ask(int node, int leaf, Batch batch);

    /// <summary>Whether nothing of a text is left to read.</summary>
    protected bool IsRead(int node) => _values.TryGet(node, out _);

    /// <summary>The tree of the model's nodes.</summary>
    protected TokenTree Tree => _lease.Tree;

    /// <summary>The node before one of the model's nodes.</summary>
    protected int Before(int leaf) => Tree.Parent(leaf);

    protected void Set(int node, T value) => _values.Set(node, value);

    private bool TryPlace(TextPlace place, int node, Batch batch, out int leaf)
    {
        var length = SharesTree ? Tree.Depth(node) : 0;
        int[] tokens = SharesTree ? [] : place.Tokens(node);
        if (Math.Max(length, tokens.Length) > _facts.ContextLength)
            throw new InvalidOperationException($"a text with its prompt has {Math.Max(length, tokens.Length)} tokens; the context of '{_facts.Name}' holds {_facts.ContextLength}");
        leaf = node;
        if (SharesTree) return true;
        if (tokens.Length == 0) throw new InvalidOperationException($"an empty text without a prompt gives '{_facts.Name}' nothing to read");
        leaf = Hold(Tree.AppendAll(TokenTree.Empty, tokens));
        batch.Leaves.Add(leaf);
        while (Tree.Count > _lease.MaxNodes && _recent.Last is { } oldest && !batch.Leaves.Contains(oldest.Value)) Drop(oldest.Value);
        if (Tree.Count <= _lease.MaxNodes) return true;
        Drop(leaf);
        batch.Leaves.Remove(leaf);
        return false;
    }

    // one reference for each leaf, however often it is read; the most recent ones first
    private int Hold(int leaf)
    {
        if (_held.TryGetValue(leaf, out var place))
        {
            Tree.Release(leaf);
            _recent.Remove(place);
            _recent.AddFirst(place);
        }
        else _held.Add(leaf, _recent.AddFirst(leaf));
        return leaf;
    }

    private void Drop(int leaf)
    {
        _recent.Remove(_held[leaf]);
        _held.Remove(leaf);
        Tree.Release(leaf);
    }

    private async ValueTask EvaluateAsync(Batch batch, CancellationToken cancellationToken)
    {
        await _lease.Session.EvaluateAsync(batch.Requests.ToArray(), cancellationToken).ConfigureAwait(false);
        foreach (var done in batch.Done) done();
        batch.Requests.Clear();
        batch.Done.Clear();
        batch.Leaves.Clear();
        batch.Asked.Clear();
    }

    /// <summary>Texts that are evaluated together.</summary>
    protected sealed class Batch
    {
        /// <summary>How the texts become tokens.</summary>
        public required TextPlace Place { get; init; }

        public List<EvaluationRequest> Requests { get; } = [];

        /// <summary>What to do with what was read, in the order in which it was asked for.</summary>
        public List<Action> Done { get; } = [];

        /// <summary>The model's nodes that the texts end in.</summary>
        public HashSet<int> Leaves { get; } = [];

        /// <summary>What is asked for already.</summary>
        public HashSet<int> Asked { get; } = [];
    }
}
