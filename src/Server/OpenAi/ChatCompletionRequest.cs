using System.Text.Json;

namespace DecodeAlign.Server;

/// <summary>A request for the next message of a conversation.</summary>
internal sealed record ChatCompletionRequest : GenerationRequest
{
    /// <summary>The conversation so far.</summary>
    public required IReadOnlyList<RequestMessage> Messages { get; init; }

    /// <summary>Most tokens to generate; another name of max_tokens.</summary>
    public int? MaxCompletionTokens { get; init; }

    /// <summary>Number of answers, each from draws of its own. Default 1.</summary>
    public int? N { get; init; }

    /// <summary>Whether the answer comes piece by piece, as server-sent events. Default false.</summary>
    public bool? Stream { get; init; }

    /// <summary>What a stream tells beside the answer.</summary>
    public StreamOptions? StreamOptions { get; init; }

    /// <summary>Whether the model's log-probability of each token is told. Default false.</summary>
    public bool? Logprobs { get; init; }

    /// <summary>How many of the likeliest tokens are told in each place, 0 to 20.</summary>
    public int? TopLogprobs { get; init; }

    /// <summary>The form of the answer.</summary>
    public ResponseFormat? ResponseFormat { get; init; }

    /// <summary>Functions that the model may call.</summary>
    public IReadOnlyList<RequestTool>? Tools { get; init; }

    /// <summary>none, auto, required, or the function that must be called.</summary>
    public JsonElement? ToolChoice { get; init; }

    /// <summary>Whether one message may have several calls. Default false.</summary>
    public bool? ParallelToolCalls { get; init; }

    /// <summary>Whether the answer is kept; nothing is, so only false.</summary>
    public bool? Store { get; init; }

    /// <summary>auto or default: there is one tier.</summary>
    public string? ServiceTier { get; init; }

    /// <summary>A label of the caller's own, which changes nothing.</summary>
    public string? User { get; init; }

    /// <summary>A label of the caller's own, which changes nothing.</summary>
    public string? SafetyIdentifier { get; init; }

    /// <summary>A label of the caller's own, which changes nothing: prompts that begin alike share what is computed anyway.</summary>
    public string? PromptCacheKey { get; init; }

    /// <summary>Labels of the caller's own, which change nothing.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    internal override int? Limit => MaxCompletionTokens ?? MaxTokens;

    internal override ResponseFormat? Form => ResponseFormat;
}

/// <summary>What a stream tells beside the answer.</summary>
internal sealed record StreamOptions
{
    /// <summary>Whether a last piece tells what it cost. Default false.</summary>
    public bool? IncludeUsage { get; init; }
}

/// <summary>A message of a conversation.</summary>
internal sealed record RequestMessage
{
    /// <summary>system, developer, user, assistant or tool.</summary>
    public required string Role { get; init; }

    /// <summary>A text, or parts of the type text.</summary>
    public JsonElement? Content { get; init; }

    /// <summary>Null: answers here refuse nothing.</summary>
    public string? Refusal { get; init; }

    /// <summary>What the model thought; it is left out of the prompt.</summary>
    public string? ReasoningContent { get; init; }

    /// <summary>The calls that an assistant's message made.</summary>
    public IReadOnlyList<CalledTool>? ToolCalls { get; init; }

    /// <summary>The call whose result a tool's message is.</summary>
    public string? ToolCallId { get; init; }
}

/// <summary>A call of a function.</summary>
internal sealed record CalledTool
{
    /// <summary>Place among the calls; in pieces of a stream.</summary>
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)]
    public int? Index { get; init; }

    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>function.</summary>
    public required string Type { get; init; }

    /// <summary>Which function, with what.</summary>
    public required CalledFunction Function { get; init; }
}

/// <summary>A function with arguments.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Arguments">The arguments, as JSON in a text.</param>
internal sealed record CalledFunction(string Name, string Arguments);

/// <summary>A function that may be called.</summary>
internal sealed record RequestTool
{
    /// <summary>function.</summary>
    public required string Type { get; init; }

    /// <summary>The function.</summary>
    public required RequestFunction Function { get; init; }
}

/// <summary>A function.</summary>
internal sealed record RequestFunction
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>What it does.</summary>
    public string? Description { get; init; }

    /// <summary>The JSON Schema of its arguments. Default: it takes none.</summary>
    public JsonElement? Parameters { get; init; }

    /// <summary>Whether arguments have to keep to the schema; they do in either case.</summary>
    public bool? Strict { get; init; }
}
