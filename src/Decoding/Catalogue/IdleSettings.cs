namespace DecodeAlign.Decoding;

/// <summary>Says which settings do nothing, and why: for command line, configuration and chat alike.</summary>
internal sealed class IdleSettings(DecoderParts parts, DecoderSettings settings, DecodingRequest? request)
{
    private readonly bool _noHeuristics = request is { Heuristics.Count: 0 };
    private readonly bool _noConstraints = request is { Constraints.Count: 0 };

    /// <summary>Why a setting that the decoder has does nothing; null: it does something.</summary>
    public string? Reason(DecoderSetting setting) => setting.Name switch
    {
        "temperature" or "topK" or "topP" or "minP" => Samples ? null : "nothing is sampled here",
        "lambda" => _noHeuristics ? NoHeuristics : parts.Selection is BestOf { By: AnswerSelection.Confidence } ? "the choice is by log P alone" : parts.Selection is BestOf { By: AnswerSelection.Heuristics or AnswerSelection.Soft } ? "the choice is by h alone" : parts.Selection is BestOf { By: not AnswerSelection.Score } ? "the choice does not use it" : null,
        "lookahead" => parts.Rank.Lookahead.Tokens == 0 || (parts.Rank.Foresight > 0 && !_noConstraints) ? null : NotConsulted,
        "foresight" => parts.Rank.Foresight == 0 ? null : parts.Rank.Lookahead.Tokens == 0 ? "there is no lookahead" : _noConstraints && NotConsulted is not null ? "there is nothing that could be missing" : null,
        "sampleLookahead" => parts.Rank.Lookahead.Choice == TokenChoice.Top ? null : NoLookahead,
        "halveLookaheads" => parts.Rank.Lookahead.Halve ? NoLookahead : null,
        "suggestions" => _noConstraints && NotConsulted is not null && settings.Integer(setting) > 0 ? "there is no constraint that could suggest any" : null,
        "keepTemperature" => parts.Proposal.Count <= parts.Keep.Beam ? "there is nothing to draw among: every candidate is kept" : null,
        "diversityPenalty" => parts.Keep is KeepDiverse { Groups: 1 } ? "there is one group" : null,
        "rejectShare" or "rejectEvery" => parts.Keep.Beam == 1 ? "there is one text" : setting.Name == "rejectEvery" && parts.Keep is KeepSurvivors { Share: 0 } ? "none is dropped" : null,
        "likelihoodWeight" => _noHeuristics ? NoHeuristics : null,
        "resampleBelow" => parts.Keep.Beam == 1 ? "there is one particle" : null,
        "similarity" => parts.Selection is MinimumBayesRisk { Answers: 1 } ? "there is one answer" : null,
        "projection" => parts.Selection is SelfConsistency { Answers: 1 } ? "there is one answer" : null,
        "chooseBy" => parts.Selection is BestOf { Answers: 1 } ? "there is one answer" : null,
        "choiceTemperature" => parts.Selection is BestOf { By: AnswerSelection.Soft } ? null : "the choice is not soft",
        "dualStep" => parts.Selection is DualAscent { Rounds: 1 } or NestedSelection { Outer: DualAscent { Rounds: 1 } } ? "there is one round" : null,
        "regularization" => parts.Selection is BestOf { IsRegularized: true } ? null : "the choice is not regularised",
        "judgeModel" or "criterion" or "orders" => parts.Selection is JudgedSelection { Answers: 1 } ? "there is one answer" : null,
        "neighbourhood" => OneDirection && Sampler != "cap" ? OnlyThePreference : null,
        "gridStep" => Sampler != "grid" ? "the directions are not on a grid" : OneDirection ? OnlyThePreference : null,
        "adaptive" => OneDirection && settings.Flag(setting) ? "there is one direction" : null,
        _ => null,
    };

    private const string NoHeuristics = "there are no heuristics to rank by";
    private const string OnlyThePreference = "the one direction is the preference itself";

    private bool Samples => parts.Proposal.Choice == TokenChoice.Sample || (parts.Rank.Lookahead is { Choice: TokenChoice.Sample, Tokens: > 0 } && NotConsulted is null);

    private string? NotConsulted => parts.Rank.Lambda == 0 ? "with λ = 0 the heuristics are not consulted" : _noHeuristics ? NoHeuristics : null;

    /// <summary>Why nothing is looked ahead; null: it is.</summary>
    public string? NoLookahead => parts.Rank.Lookahead.Tokens == 0 ? "there is no lookahead" : NotConsulted;

    private bool OneDirection => settings.Values.Any(value => value is { Key: "directions", Value: 1 });

    private string? Sampler => settings.Values.FirstOrDefault(value => value.Key == "sampler").Value as string;
}
