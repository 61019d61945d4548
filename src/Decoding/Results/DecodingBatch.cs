namespace DecodeAlign.Decoding;

/// <summary>What came of several prompts answered in one search.</summary>
/// <param name="Texts">One for each prompt, in order.</param>
/// <param name="Statistics">What all cost together; <see cref="DecodingStatistics.GeneratedTokens"/> counts the chosen answers.</param>
public sealed record DecodingBatch(IReadOnlyList<BatchText> Texts, DecodingStatistics Statistics)
{
    /// <summary>Which savings were used, what they saved, and why others were not.</summary>
    public IReadOnlyList<Saving> Savings { get; init; } = [];

    /// <summary>The first text as a request's result.</summary>
    internal DecodingResult First(string decoder, ulong seed) => new()
    {
        Prompt = Texts[0].Prompt,
        Answer = Texts[0].Answer,
        Answers = Texts[0].Answers,
        Decoder = decoder,
        Seed = seed,
        Statistics = Statistics,
        Savings = Savings,
        Measures = Texts[0].Measures,
        Selection = Texts[0].Selection,
    };
}
