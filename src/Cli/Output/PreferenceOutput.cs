using System.Text.Json.Serialization;
using DecodeAlign.Decoding;

namespace DecodeAlign.Cli;

/// <summary>How RPS chose, for <c>--json</c>.</summary>
internal sealed record PreferenceOutput(
    IReadOnlyDictionary<string, double> Target, string Plan, string Sampler, string Conditioner, string Inner, string Reason,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<PreferenceAnswerOutput>? Answers)
{
    public static PreferenceOutput Of(PreferenceReport report) => new(
        Weights(report.Target), report.Plan, report.Directions, report.Conditioner, report.Inner, report.Reason,
        [.. report.Answers.Select(answer => new PreferenceAnswerOutput(
            answer.Number, answer.Round, Weights(answer.Direction), answer.OffsetDegrees, answer.Stream, answer.Prompt, answer.Answer.Text,
            answer.Rewards.ToDictionary(reward => reward.Objective, reward => reward.Value), answer.Score))]);

    private static Dictionary<string, double> Weights(PreferenceDirection direction) => direction.Objectives.Zip(direction.Weights).ToDictionary(pair => pair.First, pair => pair.Second);
}

/// <summary>One answer, best first.</summary>
internal sealed record PreferenceAnswerOutput(
    int Number, int Round, IReadOnlyDictionary<string, double> Direction, double OffsetDegrees, int Stream, string Prompt, string Text, IReadOnlyDictionary<string, double> Rewards, double Score);
