using System.Text.Json;
using System.Text.Json.Serialization;

namespace DecodeAlign.Remote;

/// <summary>What SGLang is asked and answers. Fields that are not named are passed over.</summary>
[JsonSerializable(typeof(SglangRequest))]
[JsonSerializable(typeof(SglangAnswer))]
[JsonSerializable(typeof(SglangAnswer[]))]
[JsonSerializable(typeof(SglangModelInfo))]
[JsonSerializable(typeof(SglangServerInfo))]
[JsonSerializable(typeof(SglangText))]
[JsonSerializable(typeof(SglangTokens))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class SglangJson : JsonSerializerContext;

internal sealed record SglangRequest(int[][] InputIds, SglangSampling SamplingParams)
{
    public bool ReturnLogprob { get; init; } = true;

    public int? TopLogprobsNum { get; init; }

    /// <summary>Where the log-probabilities of the text itself begin; null: nowhere, so that its prefix is found in the cache.</summary>
    public int? LogprobStartLen { get; init; }

    public int[][]? TokenIdsLogprob { get; init; }
}

/// <summary>All of them, so that nothing that the server prefers takes part.</summary>
internal sealed record SglangSampling(int MaxNewTokens, double Temperature)
{
    /// <summary>−1: all.</summary>
    public int TopK { get; init; } = -1;

    public double TopP { get; init; } = 1;

    public double MinP { get; init; }

    public double RepetitionPenalty { get; init; } = 1;

    public double PresencePenalty { get; init; }

    public double FrequencyPenalty { get; init; }

    public long? SamplingSeed { get; init; }
}

internal sealed record SglangAnswer(SglangMeta? MetaInfo);

/// <summary>Each entry is [log P, id, text or null].</summary>
internal sealed record SglangMeta(long? CachedTokens, JsonElement[][]? OutputTokenLogprobs, JsonElement[][][]? OutputTopLogprobs, JsonElement[][][]? OutputTokenIdsLogprobs, JsonElement[][]? InputTokenLogprobs);

internal sealed record SglangModelInfo(string? ModelPath);

internal sealed record SglangServerInfo(int? ContextLength, string? Version, int? MaxRunningRequests, string? ServedModelName, int? MaxTotalNumTokens);

internal sealed record SglangText(string Prompt, bool AddSpecialTokens);

internal sealed record SglangTokens(int[]? Tokens, int? MaxModelLen);
