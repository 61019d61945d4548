using System.Text.Json;
using System.Text.Json.Serialization;

namespace DecodeAlign.Server;

/// <summary>A request for a text that goes on from a prompt.</summary>
internal sealed record CompletionRequest : GenerationRequest
{
    /// <summary>A text, or several.</summary>
    [JsonConverter(typeof(Texts))]
    public required IReadOnlyList<string> Prompt { get; init; }

    /// <summary>Number of answers to each prompt, each from draws of its own. Default 1.</summary>
    public int? N { get; init; }

    /// <summary>Whether the texts come piece by piece, as server-sent events. Default false.</summary>
    public bool? Stream { get; init; }

    /// <summary>What a stream tells beside the texts.</summary>
    public StreamOptions? StreamOptions { get; init; }

    /// <summary>Tells each token's log-probability, and so many of the likeliest in its place, 0 to 5.</summary>
    public int? Logprobs { get; init; }

    /// <summary>Whether the text begins with the prompt. Default false.</summary>
    public bool? Echo { get; init; }

    /// <summary>A label of the caller's own, which changes nothing.</summary>
    public string? User { get; init; }
}

/// <summary>The texts, or pieces of them.</summary>
internal sealed record Completion(string Id, long Created, string Model, IReadOnlyList<CompletionChoice> Choices)
{
    public string Object { get; } = "text_completion";

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Usage? Usage { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public AlignmentReport? Alignment { get; init; }
}

/// <summary>One of the texts, or a piece of it.</summary>
internal sealed record CompletionChoice(int Index, string Text, CompletionLogprobs? Logprobs, string? FinishReason);

/// <summary>The model's own log-probabilities of a text's tokens.</summary>
internal sealed record CompletionLogprobs(IReadOnlyList<string> Tokens, IReadOnlyList<double> TokenLogprobs, IReadOnlyList<IReadOnlyDictionary<string, double>> TopLogprobs, IReadOnlyList<int> TextOffset);
