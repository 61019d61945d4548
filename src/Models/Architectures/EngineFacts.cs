using DecodeAlign.Decoding;

namespace DecodeAlign.Models;

/// <summary>What every engine that runs a checkpoint tells of it.</summary>
public static class EngineFacts
{
    /// <summary>The facts of a checkpoint: its own, and those of the engine that runs it.</summary>
    /// <param name="source">The checkpoint.</param>
    /// <param name="tokenizerFingerprint"><see cref="ITokenizer.Fingerprint"/> of its tokenizer.</param>
    /// <param name="kvBytesPerToken">Bytes of KV cache for one token in the engine.</param>
    /// <param name="parameterCount">Number of parameters.</param>
    public static ModelFacts Of(IWeightSource source, string tokenizerFingerprint, long kvBytesPerToken, long parameterCount)
    {
        ArgumentNullException.ThrowIfNull(source);
        return new()
        {
            Name = source.Name,
            VocabularySize = source.Description.VocabularySize,
            ContextLength = source.Description.ContextLength,
            EosIds = source.Description.EosIds,
            TokenizerFingerprint = tokenizerFingerprint,
            Capabilities = source.Description.RewardCount > 0
                ? ModelCapabilities.Rewards
                : ModelCapabilities.FullDistribution | ModelCapabilities.NamedTokens | ModelCapabilities.Masks,
            KvBytesPerToken = kvBytesPerToken,
            Warnings = source.Warnings,
            RewardCount = source.Description.RewardCount,
            ParameterCount = parameterCount,
        };
    }
}
