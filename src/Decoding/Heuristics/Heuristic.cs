namespace DecodeAlign.Decoding;

/// <summary>
/// Base of heuristics that carry a state from token to token. Override <see cref="Begin"/>, <see cref="Advance"/> and <see cref="Score"/>, and
/// <see cref="Bounds"/> where the reachable values are known. States must be values or immutable: one state has many successors.
/// </summary>
/// <typeparam name="TState">What is remembered of the text so far.</typeparam>
public abstract class Heuristic<TState> : IHeuristic
{
    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <inheritdoc/>
    public virtual string? AlignmentInstruction => null;

    /// <inheritdoc/>
    public virtual bool? IsSatisfied(double value) => null;

    /// <inheritdoc/>
    public ValueTask<IHeuristicSession> OpenAsync(GenerationContext context, ModelSessions sessions, CancellationToken cancellationToken = default) => new(new Session(this, context));

    /// <summary>The state before the first generated token.</summary>
    protected abstract TState Begin(GenerationContext context);

    /// <summary>The state after one more token.</summary>
    /// <param name="state">The state before it.</param>
    /// <param name="token">Token id.</param>
    /// <param name="bytes">The UTF-8 bytes it appends; empty for special tokens.</param>
    protected abstract TState Advance(TState state, int token, ReadOnlySpan<byte> bytes);

    /// <summary>The value of a text. Must be finite.</summary>
    /// <param name="state">The state after its last token.</param>
    /// <param name="ended">Whether the text ends here.</param>
    protected abstract double Score(TState state, bool ended);

    /// <summary>
    /// Bounds of <see cref="Score"/> over every continuation of at most <paramref name="tokensLeft"/> tokens, ended or not; the default is unbounded, but for none left, where it
    /// is the score itself.
    /// </summary>
    protected virtual HeuristicBounds Bounds(TState state, int tokensLeft) => tokensLeft > 0 ? HeuristicBounds.Unbounded : AsItStands(state);

    /// <summary>How far a text has come toward what is preferred, where that is met piece by piece, as <see cref="IHeuristicSession.Progress"/> says it; the default is 0.</summary>
    /// <param name="state">The state after its last token.</param>
    protected virtual int Progress(TState state) => 0;

    /// <summary>Adds tokens that lead on to a higher value: worth a look where they are not among the most likely. The default adds none.</summary>
    /// <param name="state">The state before them.</param>
    /// <param name="tokens">Receives the tokens.</param>
    protected virtual void Suggest(TState state, ICollection<int> tokens)
    {
    }

    private HeuristicBounds AsItStands(TState state)
    {
        try
        {
            var (passing, ended) = (Score(state, false), Score(state, true));
            if (double.IsFinite(passing) && double.IsFinite(ended)) return new(Math.Min(passing, ended), Math.Max(passing, ended));
        }
        catch (Exception)
        {
            // an error where the value is asked for, not where it is only looked at
        }
        return HeuristicBounds.Unbounded;
    }

    private sealed class Session(Heuristic<TState> heuristic, GenerationContext context) : IHeuristicSession
    {
        private readonly PathState<TState> _states = new(context, heuristic.Begin(context), heuristic.Advance);

        public ValueTask ScoreAsync(ReadOnlyMemory<ScoreRequest> requests, Memory<double> values, CancellationToken cancellationToken)
        {
            for (var i = 0; i < requests.Length; i++)
            {
                var request = requests.Span[i];
                values.Span[i] = heuristic.Score(_states.At(request.Node), request.Ended);
            }
            return ValueTask.CompletedTask;
        }

        public HeuristicBounds Bounds(int node, int tokensLeft) => heuristic.Bounds(_states.At(node), tokensLeft);

        public int Progress(int node) => heuristic.Progress(_states.At(node));

        public void Suggest(int node, ICollection<int> tokens) => heuristic.Suggest(_states.At(node), tokens);

        public void Dispose()
        {
        }
    }
}
