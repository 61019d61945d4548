namespace DecodeAlign.Decoding;

/// <summary>
/// A reward h for a text and, before its end, for what it may become (DeAL, arXiv 2402.06147). Immutable and safe for concurrent use; what a request needs lives in its session.
/// </summary>
public interface IHeuristic
{
    /// <summary>The name by which results, traces and errors speak of it, such as <c>coverage</c>.</summary>
    string Name { get; }

    /// <summary>Text for the prompt that asks for the same thing (the alignment instruction p_a of DeAL's start-state adaptation); null: none.</summary>
    string? AlignmentInstruction => null;

    /// <summary>Whether a finished text with this value meets what the heuristic asks for; null: it is a matter of degree.</summary>
    bool? IsSatisfied(double value) => null;

    /// <summary>Waits until the models that it runs are there, before anything else is asked of it for a request. A heuristic around others waits for theirs. Default: it waits for nothing.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask ReadyAsync(CancellationToken cancellationToken = default) => default;

    /// <summary>The model sessions that it will use below a root, asked before the first token so that a request reserves all it needs at once. A heuristic around others gives theirs. Default: none.</summary>
    /// <param name="context">The prompt to come.</param>
    IEnumerable<SessionNeed> Needs(GenerationContext context) => [];

    /// <summary>Starts on one prompt.</summary>
    /// <param name="context">The prompt.</param>
    /// <param name="sessions">The request's sessions, those of <see cref="Needs"/> among them.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    ValueTask<IHeuristicSession> OpenAsync(GenerationContext context, ModelSessions sessions, CancellationToken cancellationToken = default);
}

/// <summary>A heuristic at work below one root of a tree. One caller at a time.</summary>
public interface IHeuristicSession : IDisposable
{
    /// <summary>What models that the heuristic runs have done for this session so far, counted into what a request cost. Default: it runs none.</summary>
    SessionStatistics Work => default;

    /// <summary>Scores a batch of texts. State is carried down the tree, so that a token costs the same however long the text.</summary>
    /// <param name="requests">The texts, as nodes below the root.</param>
    /// <param name="values">Receives one finite value for each.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    ValueTask ScoreAsync(ReadOnlyMemory<ScoreRequest> requests, Memory<double> values, CancellationToken cancellationToken);

    /// <summary>The least and greatest value that a finished text, or any lookahead, can still reach from a node. The default bounds nothing and prunes nothing.</summary>
    /// <param name="node">A node below the root, or the root.</param>
    /// <param name="tokensLeft">Most tokens that may follow; 0: this is the end. A search that guesses ahead asks for that too, as an estimate: a heuristic that knows its values only by much work may answer that it knows none.</param>
    HeuristicBounds Bounds(int node, int tokensLeft) => HeuristicBounds.Unbounded;

    /// <summary>
    /// How far a text has come toward what is preferred, where that is met piece by piece; a higher number is further. Where a search shares its beam out among banks (<see cref="KeepByBanks"/>), texts of equal progress
    /// compete with each other. 0 unless overridden.
    /// </summary>
    /// <param name="node">A node below the root, or the root.</param>
    int Progress(int node) => 0;

    /// <summary>Adds tokens after a node that lead on to a higher value: worth a look where they are not among the most likely (<see cref="SuggestedTokens"/>). None unless overridden.</summary>
    /// <param name="node">A node below the root, or the root.</param>
    /// <param name="tokens">Receives the tokens.</param>
    void Suggest(int node, ICollection<int> tokens)
    {
    }
}

/// <summary>A text to score.</summary>
/// <param name="Node">Its last node.</param>
/// <param name="Ended">Whether the text ends here (end-of-sequence, stop, or the length limit) rather than being looked at in passing.</param>
public readonly record struct ScoreRequest(int Node, bool Ended);

/// <summary>An interval of values still within reach.</summary>
/// <param name="Least">No reachable value is lower.</param>
/// <param name="Greatest">No reachable value is higher.</param>
public readonly record struct HeuristicBounds(double Least, double Greatest)
{
    /// <summary>(−∞, +∞): nothing is known.</summary>
    public static HeuristicBounds Unbounded { get; } = new(double.NegativeInfinity, double.PositiveInfinity);
}
