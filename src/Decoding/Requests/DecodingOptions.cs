namespace DecodeAlign.Decoding;

/// <summary>
/// A decoder: one search loop, and what its parts do. Immutable; the presets are starting points for <c>with</c>. Ranking is
/// c = log P(y_1..t | p) + λ · h(y_1..t+l, p), the rule of DeAL (arXiv 2402.06147, eq. 3), in natural logarithms.
/// </summary>
public sealed record DecodingOptions
{
    /// <summary>A name for results and traces. Default <c>deal</c>.</summary>
    public string Decoder { get; init; } = "deal";

    /// <summary>Hypotheses kept for each answer, at least 1. Default 1.</summary>
    public int Beam { get; init; } = 1;

    /// <summary>Candidates per hypothesis and step (k), at least 1. More than the vocabulary: all of it. Default 1.</summary>
    public int Candidates { get; init; } = 1;

    /// <summary>Tokens of lookahead per candidate (l), at least 0; clipped to the tokens left. Default 0.</summary>
    public int Lookahead { get; init; }

    /// <summary>Weight λ of the heuristics against log P; any finite number. 0: they are not consulted during the search. Default 1.</summary>
    public double Lambda { get; init; } = 1;

    /// <summary>Most tokens to generate, an end-of-sequence token included, at least 1; clipped to the model's context. Default 128.</summary>
    public int MaxTokens { get; init; } = 128;

    /// <summary>How candidates are chosen. Default <see cref="TokenChoice.Top"/>.</summary>
    public TokenChoice CandidateChoice { get; init; }

    /// <summary>How the lookahead goes on: the most likely token, or a sampled one. Default <see cref="TokenChoice.Top"/>.</summary>
    public TokenChoice LookaheadChoice { get; init; }

    /// <summary>Shapes the distribution that candidates and lookahead are chosen from. Ranking always uses the model's own log P.</summary>
    public Distribution Sampling { get; init; } = new();

    /// <summary>Exponent α of length normalisation: c uses log P / t^α, with t the tokens generated. 0 (default): none.</summary>
    public double LengthExponent { get; init; }

    /// <summary>Independent answers, of which <see cref="Selection"/> keeps one (best-of-N); at least 1. Default 1.</summary>
    public int Answers { get; init; } = 1;

    /// <summary>By what the one answer is chosen. Default <see cref="AnswerSelection.Score"/>.</summary>
    public AnswerSelection Selection { get; init; }

    /// <summary>Texts that end the generation where they appear; they are cut off the text. Default none.</summary>
    public IReadOnlyList<string> StopSequences { get; init; } = [];

    /// <summary>Seed of every draw. Default 0.</summary>
    public ulong Seed { get; init; }

    /// <summary>Savings that leave the output as it is. Default: all.</summary>
    public SavingsOptions Savings { get; init; } = SavingsOptions.All;

    /// <summary>Searches at every s-th token only; the tokens between are each hypothesis's first candidate, as a greedy lookahead showed them. May change the output. Default 1: off.</summary>
    public int SegmentLength { get; init; } = 1;

    /// <summary>
    /// Searches only where the entropy of some hypothesis's next-token distribution reaches this many nats, and takes each one's first candidate elsewhere, as CARDS ends its segments
    /// (arXiv 2406.16306). Needs <see cref="ModelCapabilities.FullDistribution"/>. May change the output. Default 0: everywhere.
    /// </summary>
    public double LookaheadEntropy { get; init; }

    /// <summary>Drops the worse half of the candidates at equal lengths of their lookaheads, in log2(candidates / beam) rounds (speculative rejection, arXiv 2410.20290). May change the output. Default false.</summary>
    public bool HalveLookaheads { get; init; }

    /// <summary>
    /// Candidates per hypothesis and step that the constraints suggest, beside the <see cref="Candidates"/> most likely ones: the likeliest of the tokens that lead on to what is required
    /// (<see cref="IConstraintSession.Suggest"/>). Needs <see cref="ModelCapabilities.NamedTokens"/>; at least 0. Default 0.
    /// </summary>
    public int Suggestions { get; init; }

    /// <summary>
    /// Shares the beam out among banks of hypotheses that have met equally much of what the constraints require (grid beam search, arXiv 1704.07138; NeuroLogic, arXiv 2010.12884): each bank's best in
    /// turn, so that a text that has paid for a required word is not measured by those that have yet to. Default false.
    /// </summary>
    public bool Banks { get; init; }

    /// <summary>Passes over candidates that would repeat this many generated tokens in a row, where others are left. At least 0. Default 0: none.</summary>
    public int NoRepeat { get; init; }

    /// <summary>
    /// Most token evaluations, the prompt's included; the search ends before the pass that would exceed it, with the best text so far. 0 (default): no limit. What a second
    /// model evaluates again of a text may come on top.
    /// </summary>
    public long Budget { get; init; }

    /// <summary>Time from the call on, after which the search ends with the best text so far, at the next pass. <see cref="TimeSpan.Zero"/> (default): no limit.</summary>
    public TimeSpan Deadline { get; init; }

    /// <summary>The most likely token at each step.</summary>
    public static DecodingOptions Greedy { get; } = new() { Decoder = "greedy", Lambda = 0 };

    /// <summary>One token sampled at each step.</summary>
    public static DecodingOptions Sample { get; } = new() { Decoder = "sample", CandidateChoice = TokenChoice.Sample, Lambda = 0 };

    /// <summary>Beam search by log P.</summary>
    /// <param name="beam">Hypotheses kept, and candidates of each.</param>
    public static DecodingOptions BeamSearch(int beam = 4) => new() { Decoder = "beam", Beam = beam, Candidates = beam, Lambda = 0 };

    /// <summary>
    /// Grid beam search: required words are tried at every place, and the text in which all of them together are likeliest wins, by log P a token. Ranks by log P alone; for requests with a constraint.
    /// </summary>
    /// <param name="beam">Hypotheses kept, over all banks.</param>
    /// <param name="candidates">Most likely candidates per hypothesis.</param>
    /// <param name="suggestions">Candidates per hypothesis that the constraints suggest.</param>
    public static DecodingOptions GridBeam(int beam = 32, int candidates = 6, int suggestions = 4) =>
        new() { Decoder = "grid-beam", Beam = beam, Candidates = candidates, Suggestions = suggestions, Banks = true, NoRepeat = 3, Lambda = 0, LengthExponent = 1 };

    /// <summary>DeAL: candidates ranked by log P and by what a lookahead of each is worth.</summary>
    /// <param name="beam">Hypotheses kept.</param>
    /// <param name="candidates">Candidates per hypothesis (the paper: 5–10).</param>
    /// <param name="lookahead">Tokens of lookahead (the paper: 32).</param>
    /// <param name="lambda">Weight of the heuristics.</param>
    public static DecodingOptions Deal(int beam = 1, int candidates = 8, int lookahead = 32, double lambda = 1) =>
        new() { Decoder = "deal", Beam = beam, Candidates = candidates, Lookahead = lookahead, Lambda = lambda };

    /// <summary>N sampled answers, of which the one with the highest log P + λ·h is kept.</summary>
    /// <param name="answers">Number of answers.</param>
    /// <param name="lambda">Weight of the heuristics in the choice.</param>
    public static DecodingOptions BestOf(int answers = 8, double lambda = 1) =>
        new() { Decoder = "best-of", CandidateChoice = TokenChoice.Sample, Answers = answers, Lambda = lambda };

    /// <summary>Checks every field.</summary>
    /// <exception cref="ArgumentException">A field is out of its range; it is named.</exception>
    public void Validate()
    {
        Require.That(Beam >= 1, nameof(Beam), "at least 1", Beam);
        Require.That(Candidates >= 1, nameof(Candidates), "at least 1", Candidates);
        Require.That(Lookahead >= 0, nameof(Lookahead), "at least 0", Lookahead);
        Require.That(double.IsFinite(Lambda), nameof(Lambda), "a finite number", Lambda);
        Require.That(MaxTokens >= 1, nameof(MaxTokens), "at least 1", MaxTokens);
        Require.That(double.IsFinite(LengthExponent) && LengthExponent >= 0, nameof(LengthExponent), "a finite number, at least 0", LengthExponent);
        Require.That(Answers >= 1, nameof(Answers), "at least 1", Answers);
        Require.That(!StopSequences.Any(string.IsNullOrEmpty), nameof(StopSequences), "texts that are not empty", "an empty text");
        Require.That(SegmentLength >= 1, nameof(SegmentLength), "at least 1", SegmentLength);
        Require.That(double.IsFinite(LookaheadEntropy) && LookaheadEntropy >= 0, nameof(LookaheadEntropy), "a finite number, at least 0", LookaheadEntropy);
        Require.That(NoRepeat >= 0, nameof(NoRepeat), "at least 0", NoRepeat);
        Require.That(Suggestions >= 0, nameof(Suggestions), "at least 0", Suggestions);
        Require.That(Budget >= 0, nameof(Budget), "at least 0", Budget);
        Require.That(Deadline >= TimeSpan.Zero, nameof(Deadline), "no time in the past", Deadline);
        ArgumentNullException.ThrowIfNull(Savings);
        Savings.Validate();
        Sampling.Validate();
    }

    /// <summary>The decoder as a composition of parts.</summary>
    internal DecoderParts Parts()
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
}
