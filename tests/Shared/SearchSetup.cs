using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

/// <summary>A decoder and the limits of its request as one flat record, for tests that vary single settings; <see cref="Parts"/> says which part each setting is of.</summary>
internal sealed record SearchSetup
{
    public string Decoder { get; init; } = "deal";

    public int Beam { get; init; } = 1;

    public int Candidates { get; init; } = 1;

    public int Lookahead { get; init; }

    public double Lambda { get; init; } = 1;

    public int MaxTokens { get; init; } = 128;

    public TokenChoice CandidateChoice { get; init; }

    public TokenChoice LookaheadChoice { get; init; }

    public Distribution Sampling { get; init; } = new();

    public double LengthExponent { get; init; }

    public int Answers { get; init; } = 1;

    public AnswerSelection Selection { get; init; }

    public IReadOnlyList<string> StopSequences { get; init; } = [];

    public ulong Seed { get; init; }

    public SavingsOptions Savings { get; init; } = SavingsOptions.All;

    public int SegmentLength { get; init; } = 1;

    public double LookaheadEntropy { get; init; }

    public bool HalveLookaheads { get; init; }

    public int Suggestions { get; init; }

    public bool Banks { get; init; }

    public int NoRepeat { get; init; }

    public long Budget { get; init; }

    public TimeSpan Deadline { get; init; }

    public static SearchSetup Greedy { get; } = new() { Decoder = "greedy", Lambda = 0 };

    public static SearchSetup Sample { get; } = new() { Decoder = "sample", CandidateChoice = TokenChoice.Sample, Lambda = 0 };

    public static SearchSetup BeamSearch(int beam = 4) => new() { Decoder = "beam", Beam = beam, Candidates = beam, Lambda = 0 };

    public static SearchSetup GridBeam(int beam = 32, int candidates = 6, int suggestions = 4) =>
        new() { Decoder = "grid-beam", Beam = beam, Candidates = candidates, Suggestions = suggestions, Banks = true, NoRepeat = 3, Lambda = 0, LengthExponent = 1 };

    public static SearchSetup Deal(int beam = 1, int candidates = 8, int lookahead = 32, double lambda = 1) =>
        new() { Decoder = "deal", Beam = beam, Candidates = candidates, Lookahead = lookahead, Lambda = lambda };

    public static SearchSetup BestOf(int answers = 8, double lambda = 1) =>
        new() { Decoder = "best-of", CandidateChoice = TokenChoice.Sample, Answers = answers, Lambda = lambda };

    public DecoderParts Parts()
    {
        Proposal proposal = CandidateChoice == TokenChoice.Top ? new TopTokens(Candidates) : new SampledTokens(Candidates);
        if (Suggestions != 0) proposal = proposal.WithSuggestions(Suggestions);
        if (NoRepeat != 0) proposal = proposal.WithoutRepeats(NoRepeat);
        if (SegmentLength != 1) proposal = proposal.AtIntervals(SegmentLength);
        if (LookaheadEntropy != 0) proposal = proposal.WhereUncertain(LookaheadEntropy);
        return new()
        {
            Name = Decoder,
            Distribution = Sampling,
            Proposal = proposal,
            Rank = new() { Lambda = Lambda, LengthExponent = LengthExponent, Lookahead = new(Lookahead) { Choice = LookaheadChoice, Halve = HalveLookaheads } },
            Selection = Answers != 1 ? new BestOf(Answers) { By = Selection } : null,
            Keep = Banks ? new KeepByBanks { Beam = Beam } : new KeepBest { Beam = Beam },
        };
    }

    /// <summary>The settings that a request was made with.</summary>
    public static SearchSetup Of(DecodingRequest request)
    {
        var (parts, proposal) = (request.Decoder, request.Decoder.Proposal);
        var setup = new SearchSetup
        {
            Decoder = parts.Name,
            Sampling = parts.Distribution,
            Lambda = parts.Rank.Lambda,
            LengthExponent = parts.Rank.LengthExponent,
            Lookahead = parts.Rank.Lookahead.Tokens,
            LookaheadChoice = parts.Rank.Lookahead.Choice,
            HalveLookaheads = parts.Rank.Lookahead.Halve,
            Beam = parts.Keep.Beam,
            Banks = parts.Keep is KeepByBanks,
            Answers = parts.Selection is BestOf best ? best.Answers : 1,
            Selection = parts.Selection is BestOf { By: var by } ? by : AnswerSelection.Score,
            MaxTokens = request.MaxTokens,
            StopSequences = request.StopSequences,
            Seed = request.Seed,
            Savings = request.Savings,
            Budget = request.Budget,
            Deadline = request.Deadline,
        };
        for (; proposal is ProposalDecorator decorator; proposal = decorator.Inner)
            setup = decorator switch
            {
                SuggestedTokens suggested => setup with { Suggestions = suggested.Suggestions },
                WithoutRepeats without => setup with { NoRepeat = without.NoRepeat },
                AtIntervals interval => setup with { SegmentLength = interval.SegmentLength },
                WhereUncertain uncertain => setup with { LookaheadEntropy = uncertain.Entropy },
                _ => throw new NotSupportedException($"{decorator} has no place in a flat record"),
            };
        return setup with { Candidates = proposal is SampledTokens sampled ? sampled.Candidates : ((TopTokens)proposal).Candidates, CandidateChoice = proposal is SampledTokens ? TokenChoice.Sample : TokenChoice.Top };
    }
}

/// <summary>Puts a setup into a request.</summary>
internal static class SearchSetups
{
    public static DecodingRequest With(this DecodingRequest request, SearchSetup setup) => request with
    {
        Decoder = setup.Parts(),
        MaxTokens = setup.MaxTokens,
        StopSequences = setup.StopSequences,
        Seed = setup.Seed,
        Savings = setup.Savings,
        Budget = setup.Budget,
        Deadline = setup.Deadline,
    };

    public static DecodingRequest With(this DecodingRequest request, Func<SearchSetup, SearchSetup> change) => request.With(change(SearchSetup.Of(request)));
}
