namespace DecodeAlign.Decoding;

/// <summary>Refuses, before the first token, what a request gets wrong or a model can't do.</summary>
internal static class RequestCheck
{
    public static void Check(DecodingRequest request, ModelFacts facts)
    {
        request.Validate();
        var (parts, constrained) = (request.Decoder, request.Constraints.Count > 0);
        CheckCandidates(request, facts, constrained);
        if (constrained && request.StopSequences.Count > 0)
            throw Refusal(nameof(DecodingRequest.StopSequences), "stop sequences could cut a text before its constraints are met: give either, or forbid the text by a constraint");
        if (request.LooksAhead && WhyWholeAhead(request, request.LookaheadModel?.Facts ?? facts, constrained) is { } whyAhead) Need(request.LookaheadModel?.Facts ?? facts, ModelCapabilities.FullDistribution, whyAhead);
        if (request.Foresees) Need(request.LookaheadModel?.Facts ?? facts, ModelCapabilities.NamedTokens, "an estimate of what is still to be met");
        foreach (var guide in request.Guidance?.Guides ?? [])
        {
            if (guide.Model is not { Facts: var guiding }) continue;
            SameTokenizer(request, guiding, facts, "guide");
            if (guiding.VocabularySize != facts.VocabularySize) throw new ArgumentException($"the guide '{guiding.Name}' has {guiding.VocabularySize} logits and '{facts.Name}' {facts.VocabularySize}: a mixture needs one vocabulary", nameof(request));
            Need(guiding, ModelCapabilities.FullDistribution, "a guide");
        }
        if (request.LookaheadModel is not { } other) return;
        SameTokenizer(request, other.Facts, facts, "lookahead model");
        if (constrained) Need(other.Facts, ModelCapabilities.Masks, "a constraint");
    }

    /// <summary>Refuses what a model can't do of the choice of candidates.</summary>
    /// <exception cref="NotSupportedException">The decoder needs what the model lacks; the message names both.</exception>
    public static void CheckCandidates(DecodingRequest request, ModelFacts facts, bool constrained)
    {
        var parts = request.Decoder;
        if (WhyWhole(request, facts, constrained) is { } why) Need(facts, ModelCapabilities.FullDistribution, $"the decoder '{parts.Name}' {why}");
        if (parts.Distribution.RepetitionPenalty != 1 && !facts.TellsLogits)
            throw new NotSupportedException($"a repetition penalty speaks of logits, which the model '{facts.Name}' does not tell: set it to 1, or give a presence penalty");
        if (parts.Proposal.Choice == TokenChoice.Top && Math.Min(parts.Proposal.Count, facts.VocabularySize) > facts.MostTop)
            throw new NotSupportedException($"the decoder '{parts.Name}' reads the {parts.Proposal.Count} most likely tokens, and the model '{facts.Name}' tells {facts.MostTop} at most: take fewer candidates");
        foreach (var (capability, who) in parts.Proposal.Needs(constrained).Concat(parts.Selection?.Needs ?? [])) Need(facts, capability, who);
        if (constrained) Need(facts, ModelCapabilities.Masks, "a constraint");
    }

    /// <summary>Refuses a priority where the model's own server decides who comes first. To be asked once the model is there.</summary>
    /// <exception cref="ArgumentException">It can't be honoured.</exception>
    public static void CheckPriority(DecodingRequest request, ILanguageModel model)
    {
        if (request.Priority == 0 || model.MemoryOwner is ILedgerModel) return;
        throw Refusal(nameof(DecodingRequest.Priority), $"the priority is {request.Priority}, and in which order the model '{model.Facts.Name}' serves requests is not decided in this process: leave it 0");
    }

    /// <summary>Most tokens to generate after a prompt of this length.</summary>
    public static int Limit(int promptTokens, int maxTokens, ModelFacts facts, ModelFacts? lookahead)
    {
        if (promptTokens == 0) throw Refusal("Prompt", "the prompt is empty, and the tokenizer adds no beginning-of-sequence token to start from");
        var context = Math.Min(facts.ContextLength, lookahead?.ContextLength ?? int.MaxValue);
        if (promptTokens >= context) throw Refusal("Prompt", $"the prompt has {promptTokens} tokens; the model's context holds {context}, and at least one must be left to generate");
        return Math.Min(maxTokens, context - promptTokens);
    }

    // why candidates can't be chosen without whole distributions; null: they can
    private static string? WhyWhole(DecodingRequest request, ModelFacts facts, bool constrained)
    {
        var parts = request.Decoder;
        if (!parts.Distribution.KeepsOrder) return "with penalties";
        if (!request.KeepsOrder) return "with guidance or logit processors";
        if (parts.Proposal.Choice != TokenChoice.Sample) return null;
        if (!parts.AreDrawnBy(facts)) return "with sampling";
        if (constrained) return "with sampling under a constraint";
        return parts.Proposal.Count > 1 ? "with sampling that passes over what would repeat" : null;
    }

    private static string? WhyWholeAhead(DecodingRequest request, ModelFacts facts, bool constrained)
    {
        var parts = request.Decoder;
        if (!parts.Distribution.KeepsOrder) return "a lookahead with penalties";
        if (!request.KeepsOrder) return "a lookahead with guidance or logit processors";
        if (parts.Rank.Lookahead.Choice != TokenChoice.Sample) return null;
        return parts.LookaheadIsDrawnBy(facts) && !constrained ? null : "a sampled lookahead";
    }

    private static void SameTokenizer(DecodingRequest request, ModelFacts other, ModelFacts facts, string what)
    {
        if (other.TokenizerFingerprint != facts.TokenizerFingerprint) throw new ArgumentException($"the {what} '{other.Name}' has another tokenizer than '{facts.Name}'", nameof(request));
    }

    private static ArgumentException Refusal(string field, string message) => new(message, field);

    private static void Need(ModelFacts facts, ModelCapabilities capability, string who)
    {
        if (!facts.Capabilities.HasFlag(capability)) throw new NotSupportedException($"{who} needs {capability}, which the model '{facts.Name}' does not offer");
    }
}
