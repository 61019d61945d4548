using System.Runtime.CompilerServices;

namespace DecodeAlign.Decoding;

/// <summary>
/// All sessions of one request, reserved by one ask: all of them or none. While it waits it holds no memory of an <see cref="EngineModel"/>, so that requests never wait for each other in a circle.
/// Taking and returning sessions is safe for concurrent calls.
/// </summary>
public sealed class ModelSessions : IAsyncDisposable
{
    private static readonly ConditionalWeakTable<ILanguageModel, object> Numbers = [];
    private static long _lastNumber;
    private readonly Dictionary<object, SharedSession> _sessions;

    private ModelSessions(Dictionary<object, SharedSession> sessions) => _sessions = sessions;

    /// <summary>No session: for heuristics that run no model.</summary>
    public static ModelSessions None { get; } = new([]);

    /// <summary>Reserves and opens sessions. Waits its turn where models let requests wait for memory, at most as long as each of them allows (<see cref="EngineModelOptions.MemoryWait"/>).</summary>
    /// <param name="needs">All that the request will use; may be none.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="KvBudgetException">The memory is not there. Nothing is kept.</exception>
    /// <exception cref="ArgumentException">Two needs of one key are of different models or trees.</exception>
    public static ValueTask<ModelSessions> OpenAsync(IEnumerable<SessionNeed> needs, CancellationToken cancellationToken = default) => OpenAsync(needs, default, mayWait: true, cancellationToken);

    internal static async ValueTask<ModelSessions> OpenAsync(IEnumerable<SessionNeed> needs, Urgency urgency, bool mayWait, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(needs);
        Place[] places = [.. needs.GroupBy(need => need.Key).Select(Merge)];
        try
        {
            // models whose memory is not ours to grant come first, always in one order, so that nobody holds what another who holds memory waits for
            foreach (var place in places.Where(place => place.Model is not ILedgerModel).OrderBy(place => Number(place.Model)))
                place.Session = await place.Model.OpenAsync(place.Tree, place.MaxNodes, cancellationToken).ConfigureAwait(false);
            Place[] ours = [.. places.Where(place => place.Model is ILedgerModel)];
            if (ours.Length > 0)
            {
                var grants = await MemoryLedger.OpenAsync([.. ours.Select(place => new MemoryNeed(((ILedgerModel)place.Model).Account, place.Tree, place.MaxNodes))], mayWait, cancellationToken).ConfigureAwait(false);
                for (var i = 0; i < ours.Length; i++) ours[i].Session = ((ILedgerModel)ours[i].Model).Start(grants[i], urgency);
            }
        }
        catch
        {
            foreach (var place in places)
                if (place.Session is not null) await place.Session.DisposeAsync().ConfigureAwait(false);
            throw;
        }
        return new(places.ToDictionary(place => place.Key, place => new SharedSession(place.Session!, place.Tree, place.MaxNodes)));
    }

    internal IModelSession this[object key] => _sessions[key].Session;

    /// <summary>One of the sessions, to be used until the lease is disposed of.</summary>
    /// <param name="key">The key of its need.</param>
    /// <exception cref="InvalidOperationException">No need had this key.</exception>
    public SessionLease Take(object key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return _sessions.TryGetValue(key, out var session) ? session.Take()
            : throw new InvalidOperationException($"a session was not reserved: a heuristic must state the models that it runs in {nameof(IHeuristic.Needs)}, and one around others must state theirs");
    }

    /// <summary>Takes sessions out, to be ended apart from the rest.</summary>
    internal ModelSessions Split(IEnumerable<object> keys)
    {
        var others = new Dictionary<object, SharedSession>();
        foreach (var key in keys)
            if (_sessions.Remove(key, out var session)) others.Add(key, session);
        return new(others);
    }

    /// <summary>Ends the request: closes each session, or leaves that to its last lease where a call is still at work.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var session in _sessions.Values) await session.EndAsync().ConfigureAwait(false);
    }

    private static Place Merge(IGrouping<object, SessionNeed> needs)
    {
        var first = needs.First();
        if (needs.Any(need => need.Model != first.Model || need.Tree != first.Tree)) throw new ArgumentException($"two sessions of the key '{needs.Key}' are of different models or trees", nameof(needs));
        return new(needs.Key, first.Model.MemoryOwner, first.Tree ?? new(), needs.Max(need => need.MaxNodes));
    }

    private static long Number(ILanguageModel model) => (long)Numbers.GetValue(model, _ => Interlocked.Increment(ref _lastNumber));

    /// <summary>A session to be opened.</summary>
    private sealed class Place(object key, ILanguageModel model, TokenTree tree, int maxNodes)
    {
        public object Key => key;

        public ILanguageModel Model => model;

        public TokenTree Tree => tree;

        public int MaxNodes => maxNodes;

        public IModelSession? Session { get; set; }
    }

    /// <summary>A session and those who use it.</summary>
    private sealed class SharedSession(IModelSession session, TokenTree tree, int maxNodes)
    {
        private readonly Lock _lock = new();
        private int _users;
        private bool _ended;

        public IModelSession Session => session;

        public SessionLease Take()
        {
            lock (_lock)
            {
                ObjectDisposedException.ThrowIf(_ended, typeof(ModelSessions));
                _users++;
            }
            return new(session, tree, maxNodes, Return);
        }

        public ValueTask EndAsync()
        {
            lock (_lock)
            {
                if (_ended) return default;
                _ended = true;
                if (_users > 0) return default;
            }
            return session.DisposeAsync();
        }

        private void Return()
        {
            lock (_lock)
                if (--_users > 0 || !_ended) return;
            // nobody is left to wait for it
            _ = session.DisposeAsync().AsTask();
        }
    }
}
