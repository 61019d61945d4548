namespace DecodeAlign.Decoding;

/// <summary>The presets of decoders. Each is a composition of parts (<see cref="DecoderParts"/>), and a starting point for <c>with</c>.</summary>
public static class Decoders
{
    /// <summary>The most likely token at each step.</summary>
    public static DecoderParts Greedy { get; } = new() { Name = "greedy" };

    /// <summary>One token sampled at each step.</summary>
    /// <param name="temperature">Divides the log-probabilities; greater than 0.</param>
    /// <param name="topP">Keeps the fewest most likely tokens whose probability reaches p, in (0, 1].</param>
    public static DecoderParts Sample(double temperature = 1, double topP = 1) =>
        new() { Name = "sample", Distribution = new() { Temperature = temperature, TopP = topP }, Proposal = new SampledTokens() };

    /// <summary>Beam search by log P.</summary>
    /// <param name="beam">Hypotheses kept, and candidates of each.</param>
    public static DecoderParts Beam(int beam = 4) => new() { Name = "beam", Proposal = new TopTokens(beam), Keep = new KeepBest { Beam = beam } };

    /// <summary>
    /// Grid beam search (arXiv 1704.07138): required words are tried at every place, and the text in which all of them together are likeliest wins, by log P a token. Ranks by log P alone; for requests with
    /// a constraint.
    /// </summary>
    /// <param name="beam">Hypotheses kept, over all banks.</param>
    /// <param name="candidates">Most likely candidates per hypothesis.</param>
    /// <param name="suggestions">Candidates per hypothesis that the constraints suggest.</param>
    public static DecoderParts GridBeam(int beam = 32, int candidates = 6, int suggestions = 4) => new()
    {
        Name = "grid-beam",
        Proposal = new TopTokens(candidates).WithSuggestions(suggestions).WithoutRepeats(3),
        Rank = new() { LengthExponent = 1 },
        Keep = new KeepByBanks { Beam = beam },
    };

    /// <summary>
    /// DeAL (arXiv 2402.06147): candidates ranked by log P and by what they are worth to the heuristics. By default a beam of 8 without lookahead, and no candidate that would repeat three tokens, which is what measured best at equal
    /// cost; the published form, one hypothesis with a lookahead of 32 tokens, is <c>deal-paper</c>.
    /// </summary>
    /// <param name="beam">Hypotheses kept; null (default): 8, and one where the request ranks by no heuristic.</param>
    /// <param name="candidates">Candidates per hypothesis (the paper: 5–10).</param>
    /// <param name="lookahead">Tokens of lookahead (the paper: 32).</param>
    /// <param name="lambda">Weight λ of the heuristics.</param>
    public static DecoderParts Deal(int? beam = null, int candidates = 24, int lookahead = 0, double lambda = 12) => new()
    {
        Name = "deal",
        Proposal = new TopTokens(candidates).WithoutRepeats(3),
        Rank = new() { Lambda = lambda, Lookahead = new(lookahead) },
        Keep = beam is { } given ? new KeepBest { Beam = given } : new KeepBest { Beam = 8, Unranked = 1 },
    };

    /// <summary>N sampled answers, of which the one with the highest h is kept, and of equal ones the likeliest.</summary>
    /// <param name="answers">Number of answers.</param>
    /// <param name="temperature">Divides the log-probabilities; greater than 0.</param>
    public static DecoderParts BestOf(int answers = 8, double temperature = 0.6) => new()
    {
        Name = "best-of",
        Distribution = new() { Temperature = temperature },
        Proposal = new SampledTokens(),
        Rank = new() { Lambda = 1 },
        Selection = new BestOf(answers) { By = AnswerSelection.Heuristics },
    };
}
