namespace DecodeAlign.Decoding;

/// <summary>
/// Robust Preference Selection (RPS, arXiv 2510.20498) and its baselines over any decoder: an answer under each of several directions u of the neighbourhood N(v, θ_max) = {u : arccos(u·v) ≤ θ_max}, all in one batch,
/// of which the one with the greatest s = v · r(x, y) is chosen, v the target. Equal scores: the smaller offset from the target, then the earlier answer. Tells how it chose by a <see cref="PreferenceReport"/>.
/// </summary>
public sealed record PreferenceSelection : Selection
{
    /// <summary>The preference v that answers are chosen by.</summary>
    public required PreferenceDirection Target { get; init; }

    /// <summary>A scorer for each of the target's objectives. Others may be there: they are reported and weigh nothing.</summary>
    public required IReadOnlyList<PreferenceObjective> Objectives { get; init; }

    /// <summary>How the model is told of a direction.</summary>
    public required IPreferenceConditioner Conditioner { get; init; }

    /// <summary>Which directions are asked, and for how many answers. Default: RPS with the paper's five.</summary>
    public PreferencePlan Plan { get; init; } = PreferencePlan.Rps();

    /// <summary>How long one scorer may take over a batch of answers; above zero, or infinite (default).</summary>
    public TimeSpan ScorerTimeout { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>The target's reward v · r as heuristics, for a decoder that ranks by it while it writes each answer.</summary>
    public IReadOnlyList<WeightedHeuristic> Reward => [.. Target.Objectives.Select((name, o) => new WeightedHeuristic(Objectives.First(objective => objective.Name == name).Scorer, Target.Weights[o]))];

    /// <inheritdoc/>
    /// <exception cref="HeuristicException">A scorer threw, returned what is no finite number, or took too long. No answer is chosen without it.</exception>
    public override Task<DecodingBatch> SelectAsync(IDecoder inner, DecodingRequest request, IReadOnlyList<BatchPrompt> prompts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(prompts);
        return new PreferenceRun(this, inner, request, prompts).RunAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override string NameOver(string decoder) => $"{Plan.Name} over {decoder}";

    /// <inheritdoc/>
    public override void Validate()
    {
        ArgumentNullException.ThrowIfNull(Target);
        ArgumentNullException.ThrowIfNull(Objectives);
        ArgumentNullException.ThrowIfNull(Conditioner);
        ArgumentNullException.ThrowIfNull(Plan);
        Plan.Validate();
        Require.That(ScorerTimeout > TimeSpan.Zero || ScorerTimeout == Timeout.InfiniteTimeSpan, nameof(ScorerTimeout), "above zero, or infinite", ScorerTimeout);
        if (Objectives.GroupBy(objective => objective.Name).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new ArgumentException($"the objective '{twice.Key}' has {twice.Count()} scorers", nameof(Objectives));
        if (Target.Objectives.FirstOrDefault(name => Objectives.All(objective => objective.Name != name)) is { } unknown)
            throw new ArgumentException($"the target names the objective '{unknown}', which has no scorer; there are scorers for {string.Join(", ", Objectives.Select(objective => objective.Name))}", nameof(Target));
    }
}
