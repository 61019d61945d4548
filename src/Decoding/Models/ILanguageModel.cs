namespace DecodeAlign.Decoding;

/// <summary>A frozen language model, as the search sees it. Safe for concurrent calls; several searches may have sessions open at once.</summary>
public interface ILanguageModel : IAsyncDisposable
{
    /// <summary>What is known of the model.</summary>
    ModelFacts Facts { get; }

    /// <summary>The model's tokenizer.</summary>
    ITokenizer Tokenizer { get; }

    /// <summary>
    /// The model that opens the sessions. Default: itself. One that hands <see cref="OpenAsync"/> on to another unchanged returns that one's, so that a request can reserve all that it needs of it
    /// together; its sessions are then opened there.
    /// </summary>
    ILanguageModel MemoryOwner => this;

    /// <summary>Opens a session on a tree and reserves memory for it. Memory is refused here and only here, never in mid-run. Where several sessions are needed, <see cref="ModelSessions"/> opens all or none.</summary>
    /// <param name="tree">The tree whose nodes will be evaluated. The session keeps its state on the nodes and frees it when the tree frees them.</param>
    /// <param name="maxNodes">Most nodes of the tree that are alive at once: the decoder's declared worst case.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="KvBudgetException">The reservation does not fit what is left of the budget.</exception>
    ValueTask<IModelSession> OpenAsync(TokenTree tree, int maxNodes, CancellationToken cancellationToken = default);
}

/// <summary>A model at work on one tree. One caller at a time; disposing it returns its memory.</summary>
public interface IModelSession : IAsyncDisposable
{
    /// <summary>Work done so far.</summary>
    SessionStatistics Statistics { get; }

    /// <summary>
    /// Evaluates a batch of nodes, together with the ancestors they still need, in as few passes as possible. All or nothing: on an exception no
    /// buffer may be relied on, and the session can be used again. The tree must not change until the call has ended.
    /// </summary>
    /// <exception cref="NotSupportedException">A request reads what <see cref="ModelFacts.Capabilities"/> lacks.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; checked before each pass.</exception>
    ValueTask EvaluateAsync(ReadOnlyMemory<EvaluationRequest> requests, CancellationToken cancellationToken = default);
}

/// <summary>Work a session has done.</summary>
/// <param name="TokenEvaluations">Tokens put through the model, prompt included.</param>
/// <param name="BatchedPasses">Forward passes that held at least one of the session's tokens: the sequential depth.</param>
/// <param name="PeakKvBytes">Most KV bytes in use at once.</param>
public readonly record struct SessionStatistics(long TokenEvaluations, long BatchedPasses, long PeakKvBytes)
{
    /// <summary>Tokens that were not put through the model, because it had kept what an earlier session computed of the same prefix.</summary>
    public long SharedTokens { get; init; }

    /// <summary>Sums two sessions.</summary>
    public static SessionStatistics operator +(SessionStatistics left, SessionStatistics right) =>
        new(left.TokenEvaluations + right.TokenEvaluations, left.BatchedPasses + right.BatchedPasses, left.PeakKvBytes + right.PeakKvBytes) { SharedTokens = left.SharedTokens + right.SharedTokens };

    /// <summary>Same as the operator.</summary>
    public static SessionStatistics Add(SessionStatistics left, SessionStatistics right) => left + right;
}
