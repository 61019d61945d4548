namespace DecodeAlign.Decoding;

/// <summary>A named objective and what measures it.</summary>
/// <param name="Name">The name by which directions weigh it.</param>
/// <param name="Scorer">Its reward r for a finished text. It is told the request's own prompt, without what the conditioner added.</param>
public sealed record PreferenceObjective(string Name, IHeuristic Scorer);

/// <summary>One text to generate under a preference. Immutable; safe to use for several calls.</summary>
public sealed record PreferenceRequest
{
    /// <summary>
    /// What to write and how: the prompt, and the inner decoder's options, heuristics and constraints, the same for every direction. Any decoder will do: sampling, greedy, beam search, best-of-N, DeAL.
    /// </summary>
    public required DecodingRequest Inner { get; init; }

    /// <summary>The preference that answers are chosen by.</summary>
    public required PreferenceDirection Target { get; init; }

    /// <summary>A scorer for each of the target's objectives. Others may be there: they are reported and weigh nothing.</summary>
    public required IReadOnlyList<PreferenceObjective> Objectives { get; init; }

    /// <summary>How the model is told of a direction.</summary>
    public required IPreferenceConditioner Conditioner { get; init; }

    /// <summary>Which directions are asked, and for how many answers. Default: RPS with the paper's five.</summary>
    public PreferencePlan Plan { get; init; } = PreferencePlan.Rps();

    /// <summary>How long one scorer may take over a batch of answers; above zero, or infinite (default).</summary>
    public TimeSpan ScorerTimeout { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>Checks every field.</summary>
    /// <exception cref="ArgumentException">A field is out of its range; it is named.</exception>
    public void Validate()
    {
        ArgumentNullException.ThrowIfNull(Inner);
        ArgumentNullException.ThrowIfNull(Target);
        ArgumentNullException.ThrowIfNull(Objectives);
        ArgumentNullException.ThrowIfNull(Conditioner);
        Plan.Validate();
        Require.That(ScorerTimeout > TimeSpan.Zero || ScorerTimeout == Timeout.InfiniteTimeSpan, nameof(ScorerTimeout), "above zero, or infinite", ScorerTimeout);
        if (Objectives.GroupBy(objective => objective.Name).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new ArgumentException($"the objective '{twice.Key}' has {twice.Count()} scorers", nameof(Objectives));
        if (Target.Objectives.FirstOrDefault(name => Objectives.All(objective => objective.Name != name)) is { } unknown)
            throw new ArgumentException($"the target names the objective '{unknown}', which has no scorer; there are scorers for {string.Join(", ", Objectives.Select(objective => objective.Name))}", nameof(Target));
    }
}
