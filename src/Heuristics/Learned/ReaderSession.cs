using DecodeAlign.Decoding;

namespace DecodeAlign.Heuristics;

/// <summary>A heuristic whose value is a function of what a model reads in the text.</summary>
internal sealed class ReaderSession<T> : IHeuristicSession
{
    private readonly ReaderPool<T> _pool;
    private readonly GenerationContext _context;
    private readonly ModelReader<T> _reader;
    private readonly TextPlace _place;
    private readonly Func<int, T, double> _value;
    private readonly Func<double?, int, int, HeuristicBounds> _bounds;
    private bool _disposed;

    /// <param name="pool">Where the reader comes from.</param>
    /// <param name="context">The search.</param>
    /// <param name="sessions">The request's sessions.</param>
    /// <param name="value">The value of (tokens of the text, what was read).</param>
    /// <param name="bounds">Bounds from (the value, null where it is not known, tokens of the text, tokens left).</param>
    public ReaderSession(ReaderPool<T> pool, GenerationContext context, ModelSessions sessions, Func<int, T, double> value, Func<double?, int, int, HeuristicBounds> bounds)
    {
        ArgumentNullException.ThrowIfNull(context);
        (_pool, _context, _value, _bounds) = (pool, context, value, bounds);
        (_reader, _place) = pool.Take(context, sessions);
    }

    public SessionStatistics Work { get; private set; }

    public async ValueTask ScoreAsync(ReadOnlyMemory<ScoreRequest> requests, Memory<double> values, CancellationToken cancellationToken)
    {
        await ReadAsync([.. requests.ToArray().Select(request => request.Node)], cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < requests.Length; i++) values.Span[i] = ValueAt(requests.Span[i].Node)!.Value;
    }

    public HeuristicBounds Bounds(int node, int tokensLeft) => _bounds(ValueAt(node), Length(node), tokensLeft);

    public async ValueTask ReadAsync(IReadOnlyList<int> nodes, CancellationToken cancellationToken) =>
        Work += await _reader.ReadAsync(_place, nodes, cancellationToken).ConfigureAwait(false);

    /// <summary>The value of a text; null: it has not been read.</summary>
    public double? ValueAt(int node) => _reader.TryGet(node, out var read) ? _value(Length(node), read) : null;

    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        _pool.Return(_context, _reader, _place);
    }

    private int Length(int node) => _context.Tree.Depth(node) - _context.Tree.Depth(_context.Root);
}
