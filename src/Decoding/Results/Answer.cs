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

    /// <summary>log P (length-normalised where asked) + λ·h.</summary>
    public required double Score { get; init; }

    /// <summary>Each heuristic's value for the text, in the order of the request.</summary>
    public required IReadOnlyList<HeuristicValue> Heuristics { get; init; }

    /// <summary>The logarithm of its weight among the answers of a decoder that weighs them, such as particles; the weights of a result sum to 1. 0 elsewhere.</summary>
    public double LogWeight { get; init; }
}
