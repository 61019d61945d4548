using System.Text.Json.Serialization;

namespace DecodeAlign.Remote;

/// <summary>What vLLM is asked and answers. Fields that are not named are passed over.</summary>
[JsonSerializable(typeof(VllmRequest))]
[JsonSerializable(typeof(VllmAnswer))]
[JsonSerializable(typeof(VllmVersion))]
[JsonSerializable(typeof(VllmModels))]
[JsonSerializable(typeof(VllmText))]
[JsonSerializable(typeof(VllmTokens))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class VllmJson : JsonSerializerContext;

/// <summary>With all that shapes a distribution, so that no default of the server's takes part.</summary>
internal sealed record VllmRequest(string Model, int[][] Prompt, int MaxTokens, int Logprobs, double Temperature)
{
    // a text's tokens are told apart by their ids: two may have one text
    public bool ReturnTokensAsTokenIds { get; init; } = true;

    public int[]? LogprobTokenIds { get; init; }

    /// <summary>0: all.</summary>
    public int TopK { get; init; }

    public double TopP { get; init; } = 1;

    public double MinP { get; init; }

    public double RepetitionPenalty { get; init; } = 1;

    public double PresencePenalty { get; init; }

    public double FrequencyPenalty { get; init; }

    public long? Seed { get; init; }
}

internal sealed record VllmAnswer(VllmChoice[]? Choices, VllmUsage? Usage);

internal sealed record VllmChoice(int? Index, VllmLogprobs? Logprobs);

internal sealed record VllmLogprobs(string?[]? Tokens, double?[]? TokenLogprobs, Dictionary<string, double?>?[]? TopLogprobs);

internal sealed record VllmUsage(VllmPromptDetails? PromptTokensDetails);

internal sealed record VllmPromptDetails(long? CachedTokens);

internal sealed record VllmVersion(string? Version);

internal sealed record VllmModels(VllmModel[]? Data);

internal sealed record VllmModel(string? Id, int? MaxModelLen);

internal sealed record VllmText(string Model, string Prompt, bool AddSpecialTokens);

internal sealed record VllmTokens(int[]? Tokens);
