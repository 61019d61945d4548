namespace DecodeAlign.Decoding;

/// <summary>What a request cost. Models other than the main one are counted in.</summary>
/// <param name="PromptTokens">Tokens of the prompt.</param>
/// <param name="GeneratedTokens">Tokens of the answer.</param>
/// <param name="TokenEvaluations">Tokens put through a model, the prompt's included.</param>
/// <param name="BatchedPasses">Forward passes: the sequential depth.</param>
/// <param name="HeuristicCalls">Texts scored, counted once for each heuristic.</param>
/// <param name="PeakKvBytes">Most KV bytes in use at once.</param>
/// <param name="ElapsedSeconds">Wall time.</param>
public readonly record struct DecodingStatistics(int PromptTokens, int GeneratedTokens, long TokenEvaluations, long BatchedPasses, long HeuristicCalls, long PeakKvBytes, double ElapsedSeconds)
{
    /// <summary>Tokens of the prompt that were not put through the model, because it had kept what an earlier request computed of the same prefix.</summary>
    public int SharedPromptTokens { get; init; }

    /// <summary>What two requests cost, one after the other.</summary>
    public static DecodingStatistics operator +(DecodingStatistics left, DecodingStatistics right) => new(
        left.PromptTokens + right.PromptTokens, left.GeneratedTokens + right.GeneratedTokens, left.TokenEvaluations + right.TokenEvaluations, left.BatchedPasses + right.BatchedPasses,
        left.HeuristicCalls + right.HeuristicCalls, Math.Max(left.PeakKvBytes, right.PeakKvBytes), left.ElapsedSeconds + right.ElapsedSeconds) { SharedPromptTokens = left.SharedPromptTokens + right.SharedPromptTokens };

    /// <summary>Same as the operator.</summary>
    public static DecodingStatistics Add(DecodingStatistics left, DecodingStatistics right) => left + right;
}
