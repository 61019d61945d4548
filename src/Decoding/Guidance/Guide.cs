namespace DecodeAlign.Decoding;

/// <summary>A second opinion on every next token: another model, another prompt, or both. Immutable.</summary>
/// <param name="Weight">What its log-probabilities are multiplied by in the mixture; any finite number, negative ones push away from it.</param>
public sealed record Guide(double Weight)
{
    /// <summary>The model that is asked, with the tokenizer of the request's; null (default): the request's model.</summary>
    public ILanguageModel? Model { get; init; }

    /// <summary>What it reads before the text, as the model reads it; null (default): the request's prompt.</summary>
    public string? Prompt { get; init; }
}
