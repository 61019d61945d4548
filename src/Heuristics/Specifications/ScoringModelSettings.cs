using DecodeAlign.Decoding;

namespace DecodeAlign.Heuristics;

/// <summary>How the models that score are asked; the same from a command line, a configuration or a chat request. Immutable.</summary>
public sealed record ScoringModelSettings
{
    private const string Probability = "probability", LogOdds = "log-odds";

    /// <summary>What judges look for, a sentence each. Default none.</summary>
    public IReadOnlyList<string> Principles { get; init; } = [];

    /// <summary>For whom, or for what, the texts are that judges read: <see cref="Judge.Ask"/>'s context. Null (default): nothing is said.</summary>
    public string? JudgeContext { get; init; }

    /// <summary>What judges' answers come to: <c>probability</c>, P(Yes), or <c>log-odds</c>, log P(Yes) − log P(No). Null (default): <c>probability</c>.</summary>
    public string? JudgeScore { get; init; }

    /// <summary>Names of a reward model's outputs: <c>helpsteer</c>, <c>dpa</c>, <c>armorm</c>, or names separated by commas. Null (default): those of its folder.</summary>
    public string? RewardOutputs { get; init; }

    /// <summary>What ends a step, where rewards are read where steps end and the least counts; <c>\n</c> is a line's end. Null (default): they are read at the text's end.</summary>
    public string? RewardSteps { get; init; }

    /// <summary>The judge that a model is, by the principles, the context and the score.</summary>
    /// <param name="model">The model; the caller keeps ownership.</param>
    /// <exception cref="ArgumentException">There is no principle.</exception>
    public Judge CreateJudge(ILanguageModel model) => new(model, Judge.Ask(Principles, context: JudgeContext), score: JudgeScore == LogOdds ? Heuristics.JudgeScore.LogOdds : Heuristics.JudgeScore.Expected);

    /// <summary>The outputs that <see cref="RewardOutputs"/> names; null: none are named.</summary>
    public IReadOnlyList<RewardOutput>? ReadOutputs() => RewardOutputs switch
    {
        null => null,
        "helpsteer" => RewardOutput.HelpSteer,
        "dpa" => RewardOutput.DirectionalPreferenceAlignment,
        "armorm" => RewardOutput.ArmoRm,
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
        if (!judges && JudgeContext is not null) return (nameof(JudgeContext), "does nothing here: there is no judge to tell it to");
        if (!judges && JudgeScore is not null) return (nameof(JudgeScore), "does nothing here: there is no judge");
        if (JudgeScore is not (null or Probability or LogOdds)) return (nameof(JudgeScore), $"must be {Probability} or {LogOdds}; it is '{JudgeScore}'");
        var rewards = models.Any(model => model.Kind == ScoringModelKind.Reward);
        if (!rewards && RewardOutputs is not null) return (nameof(RewardOutputs), "does nothing here: there is no reward model");
        return !rewards && RewardSteps is not null ? (nameof(RewardSteps), "does nothing here: there is no reward model") : null;
    }
}
