namespace DecodeAlign.Decoding;

/// <summary>Refuses, before the first token, what a request gets wrong or a model can't do.</summary>
internal static class RequestCheck
{
    public static void Check(DecodingRequest request, ModelFacts facts)
    {
        ArgumentNullException.ThrowIfNull(request.Prompt, "Prompt");
        var options = request.Options;
        options.Validate();
        foreach (var (heuristic, weight) in request.Heuristics)
        {
            ArgumentNullException.ThrowIfNull(heuristic, "Heuristics");
            Require.That(double.IsFinite(weight), $"weight of heuristic '{heuristic.Name}'", "a finite number", weight);
        }
        if (options.CandidateChoice == TokenChoice.Sample || !options.Sampling.KeepsOrder) Need(facts, ModelCapabilities.FullDistribution, $"the decoder '{options.Decoder}' with sampling or penalties");
        if (options.LookaheadEntropy > 0) Need(facts, ModelCapabilities.FullDistribution, "looking ahead by entropy");
        if (request.Constraints.Count > 0) Need(facts, ModelCapabilities.Masks, "a constraint");
        if (request.Constraints.Count > 0 && options.Suggestions > 0) Need(facts, ModelCapabilities.NamedTokens, "candidates that a constraint suggests");
        if (request.Constraints.Count > 0 && options.StopSequences.Count > 0)
            throw Refusal(nameof(DecodingOptions.StopSequences), "stop sequences could cut a text before its constraints are met: give either, or forbid the text by a constraint");
        if (request.LookaheadModel is not { } other) return;
        if (other.Facts.TokenizerFingerprint != facts.TokenizerFingerprint)
            throw new ArgumentException($"the lookahead model '{other.Facts.Name}' has another tokenizer than '{facts.Name}'", nameof(request));
        if (options.LookaheadChoice == TokenChoice.Sample || !options.Sampling.KeepsOrder) Need(other.Facts, ModelCapabilities.FullDistribution, "a sampled lookahead");
        if (request.Constraints.Count > 0) Need(other.Facts, ModelCapabilities.Masks, "a constraint");
    }

    /// <summary>Most tokens to generate after a prompt of this length.</summary>
    public static int Limit(int promptTokens, DecodingOptions options, ModelFacts facts, ModelFacts? lookahead)
    {
        if (promptTokens == 0) throw Refusal("Prompt", "the prompt is empty, and the tokenizer adds no beginning-of-sequence token to start from");
        var context = Math.Min(facts.ContextLength, lookahead?.ContextLength ?? int.MaxValue);
        if (promptTokens >= context) throw Refusal("Prompt", $"the prompt has {promptTokens} tokens; the model's context holds {context}, and at least one must be left to generate");
        return Math.Min(options.MaxTokens, context - promptTokens);
    }

    private static ArgumentException Refusal(string field, string message) => new(message, field);

    private static void Need(ModelFacts facts, ModelCapabilities capability, string who)
    {
        if (!facts.Capabilities.HasFlag(capability)) throw new NotSupportedException($"{who} needs {capability}, which the model '{facts.Name}' does not offer");
    }
}
