namespace DecodeAlign.Decoding;

/// <summary>Refuses, before the first token, what a request gets wrong or a model can't do.</summary>
internal static class RequestCheck
{
    public static void Check(DecodingRequest request, ModelFacts facts)
    {
        request.Validate();
        var (parts, constrained) = (request.Decoder, request.Constraints.Count > 0);
        if (parts.Proposal.Choice == TokenChoice.Sample || !parts.Distribution.KeepsOrder) Need(facts, ModelCapabilities.FullDistribution, $"the decoder '{parts.Name}' with sampling or penalties");
        foreach (var (capability, who) in parts.Proposal.Needs(constrained)) Need(facts, capability, who);
        if (constrained) Need(facts, ModelCapabilities.Masks, "a constraint");
        if (constrained && request.StopSequences.Count > 0)
            throw Refusal(nameof(DecodingRequest.StopSequences), "stop sequences could cut a text before its constraints are met: give either, or forbid the text by a constraint");
        if (request.LookaheadModel is not { } other) return;
        if (other.Facts.TokenizerFingerprint != facts.TokenizerFingerprint)
            throw new ArgumentException($"the lookahead model '{other.Facts.Name}' has another tokenizer than '{facts.Name}'", nameof(request));
        if (parts.Rank.Lookahead.Choice == TokenChoice.Sample || !parts.Distribution.KeepsOrder) Need(other.Facts, ModelCapabilities.FullDistribution, "a sampled lookahead");
        if (constrained) Need(other.Facts, ModelCapabilities.Masks, "a constraint");
    }

    /// <summary>Most tokens to generate after a prompt of this length.</summary>
    public static int Limit(int promptTokens, int maxTokens, ModelFacts facts, ModelFacts? lookahead)
    {
        if (promptTokens == 0) throw Refusal("Prompt", "the prompt is empty, and the tokenizer adds no beginning-of-sequence token to start from");
        var context = Math.Min(facts.ContextLength, lookahead?.ContextLength ?? int.MaxValue);
        if (promptTokens >= context) throw Refusal("Prompt", $"the prompt has {promptTokens} tokens; the model's context holds {context}, and at least one must be left to generate");
        return Math.Min(maxTokens, context - promptTokens);
    }

    private static ArgumentException Refusal(string field, string message) => new(message, field);

    private static void Need(ModelFacts facts, ModelCapabilities capability, string who)
    {
        if (!facts.Capabilities.HasFlag(capability)) throw new NotSupportedException($"{who} needs {capability}, which the model '{facts.Name}' does not offer");
    }
}
