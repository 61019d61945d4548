using DecodeAlign.Decoding;

namespace DecodeAlign.Models;

/// <summary>What every engine that runs a checkpoint tells of it.</summary>
internal static class EngineFacts
{
    public static ModelFacts Of(IWeightSource source, string tokenizerFingerprint, long kvBytesPerToken, long parameterCount) => new()
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
