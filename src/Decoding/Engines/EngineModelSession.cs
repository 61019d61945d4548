namespace DecodeAlign.Decoding;

/// <summary>The search's side of one engine session: hands work to the scheduler and remembers which nodes the tree has freed meanwhile.</summary>
internal sealed class EngineModelSession : IModelSession, ITokenTreeObserver
{
    private readonly ModelFacts _facts;
    private readonly ScheduledSession _session;
    private readonly Action<SessionWork> _enqueue;
    private readonly Action _closed;
    private List<int> _freed = [];
    private bool _disposed;

    public EngineModelSession(ModelFacts facts, IEngineSession session, Urgency urgency, Action<SessionWork> enqueue, Action closed)
    {
        _facts = facts;
        _session = new(session, urgency);
        _enqueue = enqueue;
        _closed = closed;
        session.Tree.Attach(this);
    }

    public SessionStatistics Statistics => new(_session.Evaluations, _session.Passes, _session.PeakKvBytes) { SharedTokens = _session.SharedTokens };

    public void OnFreed(int node) => _freed.Add(node);

    public async ValueTask EvaluateAsync(ReadOnlyMemory<EvaluationRequest> requests, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        cancellationToken.ThrowIfCancellationRequested();
        if (requests.IsEmpty) return;
        foreach (ref readonly var request in requests.Span) Check(request);
        await SendAsync(new(_session, TakeFreed(), requests, cancellationToken)).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        if (_disposed) return;
        _disposed = true;
        _session.Engine.Tree.Detach(this);
        try
        {
            await SendAsync(new(_session, TakeFreed(), null, CancellationToken.None)).ConfigureAwait(false);
        }
        catch (ObjectDisposedException)
        {
            // the scheduler has stopped: nothing else uses the session
            _session.Engine.Dispose();
        }
        finally
        {
            _closed();
        }
    }

    private Task SendAsync(SessionWork work)
    {
        _enqueue(work);
        return work.Completion;
    }

    private List<int> TakeFreed()
    {
        var freed = _freed;
        _freed = [];
        return freed;
    }

    private void Check(in EvaluationRequest request)
    {
        if (request.Node == TokenTree.Empty) throw new ArgumentException("the empty text has no next-token distribution; add a root first");
        Need(request.LogProbabilities.Length, _facts.VocabularySize, ModelCapabilities.FullDistribution, nameof(request.LogProbabilities));
        Need(request.LogNormalizer.Length, 1, ModelCapabilities.FullDistribution, nameof(request.LogNormalizer));
        Need(request.AllowedLogProbability.Length, 1, ModelCapabilities.FullDistribution, nameof(request.AllowedLogProbability));
        Need(request.Rewards.Length, _facts.RewardCount, ModelCapabilities.Rewards, nameof(request.Rewards));
        Need(request.NamedLogProbabilities.Length, request.Named.Length, ModelCapabilities.NamedTokens, nameof(request.NamedLogProbabilities));
        Need(request.Allowed?.VocabularySize ?? 0, _facts.VocabularySize, ModelCapabilities.Masks, nameof(request.Allowed));
    }

    private void Need(int length, int expected, ModelCapabilities capability, string field)
    {
        if (length == 0) return;
        if (!_facts.Capabilities.HasFlag(capability)) throw new NotSupportedException($"the model '{_facts.Name}' does not offer {capability}, which {field} needs");
        if (length != expected) throw new ArgumentException($"{field} has room for {length}, expected {expected}");
    }
}
