namespace DecodeAlign.Decoding;

/// <summary>A session that continues nodes by several tokens in one call, where the model can do that better than token by token (a remote server).</summary>
public interface IContinuationSession : IModelSession
{
    /// <summary>
    /// Continues each node by its most likely tokens (equal ones by lower id) or by drawn ones, until an end-of-sequence id or its limit. The tokens are returned, not appended to the tree. Asked again at any
    /// node of a continuation, with the same seed where it was drawn, the session gives the same tokens.
    /// </summary>
    /// <param name="requests">What to continue, and how.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>
    /// For each request its tokens with the model's own log P, an end-of-sequence id included: at least one, and all that were asked for where they are the most likely ones. Drawn ones may be fewer: the rest is asked for again.
    /// </returns>
    /// <exception cref="NotSupportedException">Tokens are to be drawn in a way that the model can't; the message says which.</exception>
    ValueTask<IReadOnlyList<IReadOnlyList<TokenLogProbability>>> ContinueAsync(ReadOnlyMemory<ContinuationRequest> requests, CancellationToken cancellationToken = default);
}

/// <summary>A node to continue.</summary>
public readonly record struct ContinuationRequest
{
    /// <summary>The node; not the empty one.</summary>
    public required int Node { get; init; }

    /// <summary>Most tokens, at least 1.</summary>
    public required int Steps { get; init; }

    /// <summary>What the tokens are drawn from; null (default): each is the most likely one. Needs <see cref="ModelCapabilities.SampledContinuations"/>; penalties can't be set.</summary>
    public Distribution? Sampling { get; init; }

    /// <summary>Keys the draws, together with the path; not used where nothing is drawn.</summary>
    public ulong Seed { get; init; }
}
