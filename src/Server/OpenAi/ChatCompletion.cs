using System.Text.Json;
using System.Text.Json.Serialization;

namespace DecodeAlign.Server;

/// <summary>The answer to a chat request.</summary>
internal sealed record ChatCompletion(string Id, long Created, string Model, IReadOnlyList<ChatChoice> Choices, Usage Usage)
{
    public string Object { get; } = "chat.completion";

    /// <summary>How it came about; where the request has an alignment.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public AlignmentReport? Alignment { get; init; }
}

/// <summary>One of the answers.</summary>
internal sealed record ChatChoice(int Index, ChatAnswer Message, ChatLogprobs? Logprobs, string FinishReason);

/// <summary>A message of the model's.</summary>
internal sealed record ChatAnswer(string? Content)
{
    public string Role { get; } = "assistant";

    public string? Refusal { get; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ReasoningContent { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<CalledTool>? ToolCalls { get; init; }
}

/// <summary>A piece of the answer to a chat request.</summary>
internal sealed record ChatCompletionChunk(string Id, long Created, string Model, IReadOnlyList<ChatChoiceDelta> Choices)
{
    public string Object { get; } = "chat.completion.chunk";

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Usage? Usage { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public AlignmentReport? Alignment { get; init; }
}

/// <summary>What is added to one of the answers.</summary>
internal sealed record ChatChoiceDelta(int Index, ChatDelta Delta, string? FinishReason)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ChatLogprobs? Logprobs { get; init; }
}

/// <summary>What is added to a message.</summary>
internal sealed record ChatDelta
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Role { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Content { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ReasoningContent { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<CalledTool>? ToolCalls { get; init; }
}

/// <summary>Tokens: the prompt's, the answers', both; and those of the prompt that had been computed for an earlier request.</summary>
internal sealed record Usage(int PromptTokens, int CompletionTokens, int TotalTokens, PromptTokensDetails PromptTokensDetails);

/// <summary>Of the prompt's tokens.</summary>
internal sealed record PromptTokensDetails(int CachedTokens);

/// <summary>The model's own log-probabilities of an answer's tokens.</summary>
internal sealed record ChatLogprobs(IReadOnlyList<ChatTokenLogprob> Content)
{
    public string? Refusal { get; }
}

/// <summary>A token's log-probability, and the likeliest tokens in its place.</summary>
internal sealed record ChatTokenLogprob(string Token, double Logprob, IReadOnlyList<int> Bytes, IReadOnlyList<TopLogprob> TopLogprobs);

/// <summary>One of the likeliest tokens.</summary>
internal sealed record TopLogprob(string Token, double Logprob, IReadOnlyList<int> Bytes);

/// <summary>How an answer came about.</summary>
internal sealed record AlignmentReport
{
    [JsonPropertyName("decoder")]
    public required string Decoder { get; init; }

    [JsonPropertyName("seed")]
    public required ulong Seed { get; init; }

    [JsonPropertyName("answers")]
    public required IReadOnlyList<AnswerReport> Answers { get; init; }

    [JsonPropertyName("tokenEvaluations")]
    public required long TokenEvaluations { get; init; }

    [JsonPropertyName("passes")]
    public required long Passes { get; init; }

    [JsonPropertyName("heuristicCalls")]
    public required long HeuristicCalls { get; init; }

    [JsonPropertyName("elapsedSeconds")]
    public required double ElapsedSeconds { get; init; }

    /// <summary>The lines of the trace, where it was asked for.</summary>
    [JsonPropertyName("trace")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<JsonElement>? Trace { get; init; }
}

/// <summary>One choice.</summary>
internal sealed record AnswerReport
{
    [JsonPropertyName("finishReason")]
    public required string FinishReason { get; init; }

    [JsonPropertyName("logProbability")]
    public required double LogProbability { get; init; }

    [JsonPropertyName("score")]
    public required double Score { get; init; }

    [JsonPropertyName("heuristics")]
    public required IReadOnlyList<HeuristicReport> Heuristics { get; init; }

    [JsonPropertyName("forced")]
    public required IReadOnlyList<int> Forced { get; init; }

    /// <summary>Why it was chosen among several; where it was.</summary>
    [JsonPropertyName("selection")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Selection { get; init; }

    /// <summary>The front of the answers it was chosen from, where it was asked for.</summary>
    [JsonPropertyName("front")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public AnswerFront? Front { get; init; }
}

/// <summary>What a heuristic says of an answer.</summary>
internal sealed record HeuristicReport(
    [property: JsonPropertyName("name")] string Name, [property: JsonPropertyName("value")] double Value, [property: JsonPropertyName("weight")] double Weight, [property: JsonPropertyName("satisfied")] bool? Satisfied);
