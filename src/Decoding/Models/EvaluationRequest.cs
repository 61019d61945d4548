namespace DecodeAlign.Decoding;

/// <summary>
/// One node of the tree to evaluate, and what to read there, into the caller's buffers. The model computes whatever of the
/// node's path it has not computed yet, so that a prompt, a lookahead or one token are asked for alike.
/// </summary>
public readonly record struct EvaluationRequest
{
    /// <summary>A node of the session's tree. What is read is the distribution of the token after it.</summary>
    public required int Node { get; init; }

    /// <summary>Receives the most likely tokens that <see cref="Allowed"/> permits, higher first, equal ones by lower id; its length is K. Empty: none.</summary>
    public Memory<TokenLogProbability> Top { get; init; }

    /// <summary>Tokens that <see cref="Top"/> may hold; null: all. Log-probabilities are not renormalised after it.</summary>
    public TokenMask? Allowed { get; init; }

    /// <summary>
    /// Receives log Σ p over what <see cref="Allowed"/> permits, one number in [−∞, 0]: what a mask leaves of the model's probability. Empty: not wanted. Needs
    /// <see cref="ModelCapabilities.FullDistribution"/>.
    /// </summary>
    public Memory<double> AllowedLogProbability { get; init; }

    /// <summary>Tokens whose log-probabilities go to <see cref="NamedLogProbabilities"/>. Needs <see cref="ModelCapabilities.NamedTokens"/>.</summary>
    public ReadOnlyMemory<int> Named { get; init; }

    /// <summary>Receives one log-probability for each of <see cref="Named"/>.</summary>
    public Memory<double> NamedLogProbabilities { get; init; }

    /// <summary>Receives the log-probability of every token, by id; empty: none. Needs <see cref="ModelCapabilities.FullDistribution"/>.</summary>
    public Memory<double> LogProbabilities { get; init; }

    /// <summary>Receives log Σ exp(logit), one number: what a token's log-probability lacks to its logit. Empty: not wanted. Needs <see cref="ModelCapabilities.FullDistribution"/>.</summary>
    public Memory<double> LogNormalizer { get; init; }

    /// <summary>Receives the outputs of the reward head; empty: none. Needs <see cref="ModelCapabilities.Rewards"/>.</summary>
    public Memory<float> Rewards { get; init; }
}
