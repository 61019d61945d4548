namespace DecodeAlign.Decoding;

/// <summary>What a model can be asked to do. A decoder that needs more than a model offers is refused before the first token.</summary>
[Flags]
public enum ModelCapabilities
{
    /// <summary>Only the most likely next tokens can be read.</summary>
    None = 0,

    /// <summary>The log-probability of every token can be read (<see cref="EvaluationRequest.LogProbabilities"/>): sampling needs it.</summary>
    FullDistribution = 1,

    /// <summary>The log-probabilities of named tokens can be read (<see cref="EvaluationRequest.Named"/>).</summary>
    NamedTokens = 2,

    /// <summary>The top tokens can be restricted to a mask (<see cref="EvaluationRequest.Allowed"/>): hard constraints need it.</summary>
    Masks = 4,

    /// <summary>Reward heads can be read (<see cref="EvaluationRequest.Rewards"/>).</summary>
    Rewards = 8,

    /// <summary>Sessions draw tokens by themselves, several in one call, without showing a whole distribution.</summary>
    SampledContinuations = 16,
}

/// <summary>What is known of a model before it runs.</summary>
public sealed record ModelFacts
{
    /// <summary>A name for people.</summary>
    public required string Name { get; init; }

    /// <summary>Number of logits; every token id lies in <c>[0, VocabularySize)</c>.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Most tokens of one path, prompt included.</summary>
    public required int ContextLength { get; init; }

    /// <summary>All ids that end a text. Padding is not one of them unless the model's maker says so.</summary>
    public required IReadOnlyList<int> EosIds { get; init; }

    /// <summary><see cref="ITokenizer.Fingerprint"/> of the tokenizer the model was trained with.</summary>
    public required string TokenizerFingerprint { get; init; }

    /// <summary>What the model can be asked.</summary>
    public required ModelCapabilities Capabilities { get; init; }

    /// <summary>Most tokens that <see cref="EvaluationRequest.Top"/> can hold, at least 1. Default: no limit but the vocabulary.</summary>
    public int MostTop { get; init; } = int.MaxValue;

    /// <summary>
    /// Whether a whole distribution is read at much greater cost than its top. A search then reads one only where it can't choose a token without, and does not tell what masks took of the probability. Default false.
    /// </summary>
    public bool IsDistributionCostly { get; init; }

    /// <summary>Whether logits themselves can be read (<see cref="EvaluationRequest.LogNormalizer"/>) where whole distributions can: a repetition penalty needs them. Default true.</summary>
    public bool TellsLogits { get; init; } = true;

    /// <summary>Whether what masks take is told: it needs a whole distribution, at little cost.</summary>
    internal bool TellsMaskLoss => Capabilities.HasFlag(ModelCapabilities.FullDistribution) && !IsDistributionCostly;

    /// <summary>
    /// How many rows (tokens) are multiplied in the time in which a pass reads all weights, which it does however few its rows are: with n rows it takes about √(RowsPerPass² + n²) times what a row costs
    /// in a large batch. A search weighs by it what it evaluates ahead. A finite number above 0; a rough one will do. Default 16.
    /// </summary>
    public double RowsPerPass { get; init; } = 16;

    /// <summary>Bytes of KV cache for one token; 0 where the model keeps none on this machine.</summary>
    public long KvBytesPerToken { get; init; }

    /// <summary>Number of outputs of the reward head; 0 where there is none.</summary>
    public int RewardCount { get; init; }

    /// <summary>Number of parameters; 0 where unknown.</summary>
    public long ParameterCount { get; init; }

    /// <summary>What the model's files say that was read otherwise than it is written, one sentence each; mostly empty.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Whether an id ends a text.</summary>
    public bool IsEos(int token)
    {
        for (var i = 0; i < EosIds.Count; i++)
            if (EosIds[i] == token) return true;
        return false;
    }
}
