using System.Text.Json.Serialization;

namespace DecodeAlign.Remote;

/// <summary>What llama.cpp's server is asked and answers. Fields that are not named are passed over.</summary>
[JsonSerializable(typeof(LlamaCppRequest))]
[JsonSerializable(typeof(LlamaCppAnswer))]
[JsonSerializable(typeof(LlamaCppAnswer[]))]
[JsonSerializable(typeof(LlamaCppProps))]
[JsonSerializable(typeof(LlamaCppModels))]
[JsonSerializable(typeof(LlamaCppText))]
[JsonSerializable(typeof(LlamaCppTokens))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, NumberHandling = JsonNumberHandling.Strict)]
internal sealed partial class LlamaCppJson : JsonSerializerContext;

internal sealed record LlamaCppRequest(int[][] Prompt, int NPredict, int NProbs, double Temperature)
{
    public bool CachePrompt { get; init; } = true;

    public bool ReturnTokens { get; init; } = true;

    // an unknown stop token of the server's own must not hide what comes before it
    public string[] ResponseFields { get; init; } = ["index", "tokens", "completion_probabilities", "tokens_evaluated", "timings", "stop_type"];

    public int? TopK { get; init; }

    public double? TopP { get; init; }

    public double? MinP { get; init; }

    public long? Seed { get; init; }

    /// <summary>In the order in which they are applied.</summary>
    public string[]? Samplers { get; init; }
}

internal sealed record LlamaCppAnswer(int? Index, LlamaCppPosition[]? CompletionProbabilities, long? TokensEvaluated, LlamaCppTimings? Timings);

internal sealed record LlamaCppPosition(int? Id, double? Logprob, LlamaCppEntry[]? TopLogprobs);

internal readonly record struct LlamaCppEntry(int? Id, double? Logprob);

internal sealed record LlamaCppTimings(long? CacheN, long? PromptN, long? PredictedN);

internal sealed record LlamaCppProps(LlamaCppSettings? DefaultGenerationSettings, int? TotalSlots, string? ModelAlias, string? ModelPath, string? BuildInfo);

internal sealed record LlamaCppSettings(int? NCtx);

internal sealed record LlamaCppModels(LlamaCppModel[]? Data);

internal sealed record LlamaCppModel(string? Id, LlamaCppMeta? Meta);

internal sealed record LlamaCppMeta(int? NVocab);

internal sealed record LlamaCppText(string Content, bool AddSpecial, bool ParseSpecial);

internal sealed record LlamaCppTokens(int[]? Tokens);
