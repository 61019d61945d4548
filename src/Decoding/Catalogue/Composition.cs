namespace DecodeAlign.Decoding;

/// <summary>Makes parts of the settings that many decoders share; what a decoder does not have is as if it were off.</summary>
internal static class Composition
{
    public static Distribution Distribution(DecoderSettings settings) => new()
    {
        Temperature = settings.Number(Settings.Temperature, 1),
        TopK = settings.Integer(Settings.TopK),
        TopP = settings.Number(Settings.TopP, 1),
        MinP = settings.Number(Settings.MinP),
        RepetitionPenalty = settings.Number(Settings.RepetitionPenalty, 1),
        PresencePenalty = settings.Number(Settings.PresencePenalty),
        FrequencyPenalty = settings.Number(Settings.FrequencyPenalty),
    };

    public static Proposal Proposal(DecoderSettings settings)
    {
        var candidates = settings.Integer(Settings.Candidates, 1);
        Proposal proposal = settings.Flag(Settings.SampleCandidates) ? new SampledTokens(candidates) : new TopTokens(candidates);
        if (settings.Integer(Settings.Suggestions) is > 0 and var suggestions) proposal = proposal.WithSuggestions(suggestions);
        if (settings.Integer(Settings.NoRepeat) is > 0 and var length) proposal = proposal.WithoutRepeats(length);
        if (settings.Integer(Settings.SegmentLength, 1) is > 1 and var interval) proposal = proposal.AtIntervals(interval);
        if (settings.Number(Settings.LookaheadEntropy) is > 0 and var entropy) proposal = proposal.WhereUncertain(entropy);
        return proposal;
    }

    /// <summary>One sampled token; where nothing may repeat, drawn among what does not, as far as some further draws find it.</summary>
    public static Proposal Sampled(DecoderSettings settings) => Sampled(settings, new SampledTokens());

    /// <summary>The same of whatever draws one token after the other.</summary>
    public static Proposal Sampled(DecoderSettings settings, Proposal sampled)
    {
        const int Spare = 7;
        return settings.Integer(Settings.NoRepeat) is > 0 and var length ? new WithoutRepeats(sampled, length) { Spare = Spare } : sampled;
    }

    public static Rank Rank(DecoderSettings settings) => new()
    {
        Lambda = settings.Number(Settings.Lambda),
        LengthExponent = settings.Number(Settings.LengthExponent),
        Foresight = settings.Number(Settings.Foresight),
        Lookahead = new(settings.Integer(Settings.LookaheadTokens))
        {
            Choice = settings.Flag(Settings.SampleLookahead) ? TokenChoice.Sample : TokenChoice.Top,
            Halve = settings.Flag(Settings.HalveLookaheads),
        },
    };

    /// <summary>All of them, and what keeps.</summary>
    public static DecoderParts Parts(DecoderSettings settings, Keep keep) => new()
    {
        Name = "",
        Distribution = Distribution(settings),
        Proposal = Proposal(settings),
        Rank = Rank(settings),
        Keep = keep with { Beam = settings.Integer(Settings.Beam, 1) },
    };
}
