namespace DecodeAlign.Decoding;

/// <summary>
/// A decoder as a composition of parts: what is drawn from, what is proposed, by what it is ranked, and what is kept. <c>Decoders</c> has the presets, which are starting points for <c>with</c>.
/// Immutable; compared by value.
/// </summary>
public sealed record DecoderParts
{
    /// <summary>The default of a request: DeAL, as <c>Decoders.Deal()</c> makes it.</summary>
    public static DecoderParts Default { get; } = new() { Name = "deal", Proposal = new TopTokens(24).WithoutRepeats(3), Rank = new() { Lambda = 12 }, Keep = new KeepBest { Beam = 8, Unranked = 1 } };

    /// <summary>A name for results and traces.</summary>
    public required string Name { get; init; }

    /// <summary>The distribution that candidates and lookahead are drawn from. Ranking always uses the model's own log P. Default: the model's.</summary>
    public Distribution Distribution { get; init; } = new();

    /// <summary>Which candidates a hypothesis has. Default: the most likely token.</summary>
    public Proposal Proposal { get; init; } = new TopTokens(1);

    /// <summary>By what candidates are ranked. Default: log P.</summary>
    public Rank Rank { get; init; } = new();

    /// <summary>Which candidates go on. Default: the best one.</summary>
    public Keep Keep { get; init; } = new KeepBest();

    /// <summary>Which of several whole answers is chosen; null (default): there is one search, and the best of what it finishes with is chosen.</summary>
    public Selection? Selection { get; init; }

    /// <summary>Whether a request's heuristics have a say in what is written; otherwise they only look at finished texts.</summary>
    public bool ConsultsHeuristics => Rank.Lambda != 0 || Keep.ReadsHeuristics || Selection is { ReadsHeuristics: true };

    /// <summary>The parts as they are for a request with these heuristics.</summary>
    internal DecoderParts For(IReadOnlyList<WeightedHeuristic> heuristics) =>
        Keep is KeepBest { Unranked: { } beam } && !Rank.Consults(heuristics) ? this with { Keep = new KeepBest { Beam = beam } } : this;

    /// <summary>Whether a model draws the candidates by itself: it can, they are one token each, and nothing is asked about what they were drawn from.</summary>
    internal bool AreDrawnBy(ModelFacts model) => CanDraw(model) && Proposal.IsOneDraw && !Keep.ReadsProposal;

    /// <summary>Whether a model draws lookaheads by itself, where they are drawn.</summary>
    internal bool LookaheadIsDrawnBy(ModelFacts model) => CanDraw(model) && !Rank.Lookahead.Halve;

    /// <summary>Rows of a step whose lookaheads are all followed to their ends.</summary>
    internal double RowsOfStep => Keep.Beam * (1 + (double)Proposal.MostNodes * Rank.Lookahead.Tokens);

    /// <summary>What the parts leave exact.</summary>
    internal IReadOnlyList<Obstacles> Obstacles => [Proposal.Obstacles, Rank.Obstacles, Keep.Obstacles];

    private bool CanDraw(ModelFacts model) =>
        Distribution.KeepsOrder && model.Capabilities.HasFlag(ModelCapabilities.SampledContinuations) && (model.IsDistributionCostly || !model.Capabilities.HasFlag(ModelCapabilities.FullDistribution));

    /// <summary>Checks every field.</summary>
    /// <exception cref="ArgumentException">A field is out of its range; it is named.</exception>
    public void Validate()
    {
        Require.That(!string.IsNullOrEmpty(Name), nameof(Name), "a name", "empty");
        ArgumentNullException.ThrowIfNull(Distribution);
        ArgumentNullException.ThrowIfNull(Proposal);
        ArgumentNullException.ThrowIfNull(Rank);
        ArgumentNullException.ThrowIfNull(Keep);
        Keep.Validate(Proposal, Rank);
        Proposal.Validate();
        Rank.Validate();
        Distribution.Validate();
        Selection?.Validate();
        Require.That(Proposal.Segmentation is null || Rank.Lookahead.Tokens == 0, "Lookahead", "0 where candidates are segments, which are ranked as they stand", Rank.Lookahead.Tokens);
    }
}
