namespace DecodeAlign.Remote;

/// <summary>Which server it is.</summary>
public enum RemoteServerKind
{
    /// <summary>llama.cpp's server.</summary>
    LlamaCpp,

    /// <summary>SGLang.</summary>
    Sglang,

    /// <summary>vLLM.</summary>
    Vllm,
}

/// <summary>What a server said of itself, and what was found by asking it. Immutable.</summary>
public sealed record RemoteServer
{
    /// <summary>Where it is, without what may be secret.</summary>
    public required Uri Address { get; init; }

    /// <summary>Which it is.</summary>
    public required RemoteServerKind Kind { get; init; }

    /// <summary>Its version, as it calls it; empty: it does not say.</summary>
    public required string Version { get; init; }

    /// <summary>The model that it serves, as it calls it.</summary>
    public required string Model { get; init; }

    /// <summary>Most tokens of one text, prompt included.</summary>
    public required int ContextLength { get; init; }

    /// <summary>Logits of a token: the ids of the tokenizer, and what the model has been padded with.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Most top log-probabilities that it told when it was asked for as many as there are.</summary>
    public required int MostTop { get; init; }

    /// <summary>Most ids whose log-probabilities it tells by name in one request; 0: none.</summary>
    public int MostNamed { get; init; }

    /// <summary>Texts that it works on at once; 0: it does not say.</summary>
    public int Slots { get; init; }

    /// <summary>The largest difference, in nats, between the answers to one node asked alone, asked again, and asked among others; 0: none was seen.</summary>
    public required double Irregularity { get; init; }

    /// <summary>Whether the log P that it tells of drawn tokens is the model's own, whatever they were drawn from: it is not drawn by otherwise. Default true.</summary>
    public bool DrawsTellOwnLogProbability { get; init; } = true;

    /// <summary>Whether whole distributions can be read.</summary>
    public bool TellsWholeDistribution => MostTop >= VocabularySize;
}

/// <summary>What a server has been asked for so far, by all searches of a model together.</summary>
/// <param name="Requests">Requests that were answered.</param>
/// <param name="Retries">Requests that had to be sent again.</param>
/// <param name="PromptTokens">Tokens sent, prompts and what was written after them.</param>
/// <param name="CachedTokens">Of those, tokens that the server says it found in its caches; 0 where it does not say.</param>
/// <param name="WrittenTokens">Tokens that the server wrote.</param>
/// <param name="ReceivedBytes">Bytes of its answers.</param>
public readonly record struct RemoteStatistics(long Requests, long Retries, long PromptTokens, long CachedTokens, long WrittenTokens, long ReceivedBytes);
