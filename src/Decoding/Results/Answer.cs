namespace DecodeAlign.Decoding;

/// <summary>A finished text.</summary>
public sealed record Answer
{
    /// <summary>The generated text, without prompt, end-of-sequence token and stop sequence. It keeps its leading space.</summary>
    public required string Text { get; init; }

    /// <summary>Generated token ids, an end-of-sequence id included.</summary>
    public required IReadOnlyList<int> Ids { get; init; }

    /// <summary>Why the text ends.</summary>
    public required FinishReason FinishReason { get; init; }

    /// <summary>log P of all generated tokens under the model itself: base e, temperature 1, before masks and penalties.</summary>
    public required double LogProbability { get; init; }

    /// <summary>log P (weighted and length-normalised where asked) + λ·h.</summary>
    public required double Score { get; init; }

    /// <summary>Each heuristic's value for the text, in the order of the request.</summary>
    public required IReadOnlyList<HeuristicValue> Heuristics { get; init; }

    /// <summary>
    /// Places in <see cref="Ids"/> of the tokens that the constraints forced: only one token was allowed there, or only tokens without which the constraints could not have been met any more within the limit,
    /// or, where a deadline, the budget or a stop ended the search, the text was brought to its end by the constraints alone.
    /// </summary>
    public IReadOnlyList<int> Forced { get; init; } = [];

    /// <summary>
    /// What the constraints took of the model's probability before each token of <see cref="Ids"/>: −log Σ p of what was allowed in its place, in nats, at least 0, as the search read it. Null: there are no
    /// constraints, or the model does not tell (<see cref="ModelCapabilities.FullDistribution"/>, <see cref="ModelFacts.IsDistributionCostly"/>).
    /// </summary>
    public IReadOnlyList<double>? MaskLoss { get; init; }

    /// <summary>Sum of <see cref="MaskLoss"/>: a text sampled under masks is drawn from another distribution by that much. Null as there.</summary>
    public double? TotalMaskLoss => MaskLoss?.Sum();

    /// <summary>The logarithm of its weight among the answers of a decoder that weighs them, such as particles; the weights of a result sum to 1. 0 elsewhere.</summary>
    public double LogWeight { get; init; }
}
