using DecodeAlign.Decoding;

namespace DecodeAlign.Heuristics;

/// <summary>A heuristic that must answer in time: a call that takes longer is an error that names it, not a search that hangs.</summary>
/// <remarks>
/// The call is told to end by its cancellation token; one that does not listen is left behind on its thread and its answer is dropped. Each call runs off the search's thread, which costs
/// some microseconds. Bounds and the opening of a session are not timed; bounds for no token left, which may be the value itself, are not asked for.
/// </remarks>
public sealed class TimeLimited : IHeuristic
{
    private readonly IHeuristic _heuristic;
    private readonly TimeSpan _limit;
    private readonly TimeProvider _time;

    /// <summary>Limits a heuristic.</summary>
    /// <param name="heuristic">The heuristic.</param>
    /// <param name="limit">Most time of one call, which scores a batch of texts; above 0, at most 24 days.</param>
    /// <param name="time">The clock; null: the system's.</param>
    /// <exception cref="ArgumentOutOfRangeException">The limit is not in its range.</exception>
    public TimeLimited(IHeuristic heuristic, TimeSpan limit, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(heuristic);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(limit, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, TimeSpan.FromDays(24));
        (_heuristic, _limit, _time) = (heuristic, limit, time ?? TimeProvider.System);
    }

    /// <summary>The heuristic's own name.</summary>
    public string Name => _heuristic.Name;

    /// <inheritdoc/>
    public string? AlignmentInstruction => _heuristic.AlignmentInstruction;

    /// <inheritdoc/>
    public bool? IsSatisfied(double value) => _heuristic.IsSatisfied(value);

    /// <inheritdoc/>
    public ValueTask ReadyAsync(CancellationToken cancellationToken = default) => _heuristic.ReadyAsync(cancellationToken);

    /// <inheritdoc/>
    public IEnumerable<SessionNeed> Needs(GenerationContext context) => _heuristic.Needs(context);

    /// <inheritdoc/>
    public async ValueTask<IHeuristicSession> OpenAsync(GenerationContext context, ModelSessions sessions, CancellationToken cancellationToken = default) =>
        new Session(this, await _heuristic.OpenAsync(context, sessions, cancellationToken).ConfigureAwait(false));

    private sealed class Session(TimeLimited limited, IHeuristicSession inner) : IHeuristicSession
    {
        private Task _call = Task.CompletedTask;

        public SessionStatistics Work => inner.Work;

        public async ValueTask ScoreAsync(ReadOnlyMemory<ScoreRequest> requests, Memory<double> values, CancellationToken cancellationToken)
        {
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var token = ending.Token;
            // into a buffer of its own: a call that is left behind must not write into the caller's
            var buffer = new double[requests.Length];
            Array.Fill(buffer, double.NaN);
            _call = Task.Run(async () => await inner.ScoreAsync(requests, buffer, token).ConfigureAwait(false), token);
            try
            {
                await _call.WaitAsync(limited._limit, limited._time, cancellationToken).ConfigureAwait(false);
            }
            catch (TimeoutException) when (!_call.IsFaulted)
            {
                await ending.CancelAsync().ConfigureAwait(false);
                throw new HeuristicException(limited.Name, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"it gave no answer for {requests.Length} texts within {limited._limit.TotalSeconds:0.###} s"));
            }
            buffer.CopyTo(values);
        }

        public HeuristicBounds Bounds(int node, int tokensLeft) => tokensLeft > 0 ? inner.Bounds(node, tokensLeft) : HeuristicBounds.Unbounded;

        public int Progress(int node) => inner.Progress(node);

        public void Suggest(int node, ICollection<int> tokens) => inner.Suggest(node, tokens);

        public void Dispose()
        {
            // what is still at work is not disposed of under its feet
            if (_call.IsCompleted) inner.Dispose();
            else _ = _call.ContinueWith(_ => inner.Dispose(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }
}
