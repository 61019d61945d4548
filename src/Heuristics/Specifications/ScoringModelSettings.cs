namespace DecodeAlign.Heuristics;

/// <summary>How the models that score are asked; the same from a command line, a configuration or a chat request. Immutable.</summary>
public sealed record ScoringModelSettings
{
    /// <summary>What judges look for, a sentence each. Default none.</summary>
    public IReadOnlyList<string> Principles { get; init; } = [];

    /// <summary>Names of a reward model's outputs: <c>helpsteer</c>, <c>dpa</c>, or names separated by commas. Null (default): those of its folder.</summary>
    public string? RewardOutputs { get; init; }

    /// <summary>What ends a step, where rewards are read where steps end and the least counts; <c>\n</c> is a line's end. Null (default): they are read at the text's end.</summary>
    public string? RewardSteps { get; init; }

    /// <summary>The outputs that <see cref="RewardOutputs"/> names; null: none are named.</summary>
    public IReadOnlyList<RewardOutput>? ReadOutputs() => RewardOutputs switch
    {
        null => null,
        "helpsteer" => RewardOutput.HelpSteer,
        "dpa" => RewardOutput.DirectionalPreferenceAlignment,
        var names => RewardOutput.Named(names.Split(',').Select(name => name.Trim())),
    };

    /// <summary>The steps that <see cref="RewardSteps"/> names; null: none.</summary>
    public RewardSteps? ReadSteps() => RewardSteps is null ? null : new(RewardSteps.Replace("\\n", "\n", StringComparison.Ordinal));

    /// <summary>What of it does nothing, or is missing, beside these models: the setting's name, and a reason; null: nothing.</summary>
    /// <param name="models">The models that score.</param>
    public (string Setting, string Reason)? FindFault(IReadOnlyList<ScoringModel> models)
    {
        ArgumentNullException.ThrowIfNull(models);
        var judges = models.Any(model => model.Kind == ScoringModelKind.Judge);
        if (judges && Principles.Count == 0) return (nameof(Principles), "a judge needs at least one principle");
        if (!judges && Principles.Count > 0) return (nameof(Principles), "does nothing here: there is no judge to follow it");
        var rewards = models.Any(model => model.Kind == ScoringModelKind.Reward);
        if (!rewards && RewardOutputs is not null) return (nameof(RewardOutputs), "does nothing here: there is no reward model");
        return !rewards && RewardSteps is not null ? (nameof(RewardSteps), "does nothing here: there is no reward model") : null;
    }
}
