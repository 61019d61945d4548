using System.Text.Json;
using System.Text.Json.Serialization;

namespace DecodeAlign.Server;

/// <summary>What all requests for a text have in common.</summary>
internal abstract record GenerationRequest
{
    /// <summary>Name of a model, or of one of the app's own decoders. Default: the default model.</summary>
    public string? Model { get; init; }

    /// <summary>Most tokens to generate. Default: the decoder's, 128 where nothing else is configured.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>0 to 2; for decoders that sample. 0: the most likely token.</summary>
    public double? Temperature { get; init; }

    /// <summary>Above 0, at most 1; for decoders that sample.</summary>
    public double? TopP { get; init; }

    /// <summary>−2 to 2: subtracted from the log-probability of every token that was generated already.</summary>
    public double? PresencePenalty { get; init; }

    /// <summary>−2 to 2: subtracted from the log-probability of every token as often as it was generated already.</summary>
    public double? FrequencyPenalty { get; init; }

    /// <summary>Seed of every draw. Default 0: the same request gives the same text.</summary>
    public long? Seed { get; init; }

    /// <summary>Texts that end the generation where they appear.</summary>
    [JsonConverter(typeof(Texts))]
    public IReadOnlyList<string>? Stop { get; init; }

    /// <summary>Who comes first where requests at once ask more of the model than one pass computes: the lower, the earlier, as in vLLM. Default 0.</summary>
    public int? Priority { get; init; }

    /// <summary>How to search, and for what.</summary>
    public JsonElement? Alignment { get; init; }

    /// <summary>The most tokens that are asked for, whatever the field is called.</summary>
    internal virtual int? Limit => MaxTokens;

    /// <summary>The form of the text.</summary>
    internal virtual ResponseFormat? Form => null;
}
