using DecodeAlign.Decoding;

namespace DecodeAlign.Heuristics;

/// <summary>One output of a reward head: its name, and how its number becomes a value.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Scale">What the number is multiplied by; finite, not 0. Default 1.</param>
/// <param name="Offset">What is added then; finite. Default 0.</param>
/// <param name="Bounds">An interval that no value leaves, by which searches prune; a value outside of it is an error. Default: unbounded.</param>
public sealed record RewardOutput(string Name, double Scale = 1, double Offset = 0, HeuristicBounds? Bounds = null)
{
    /// <summary>The attributes of HelpSteer, in its order: helpfulness, correctness, coherence, complexity, verbosity.</summary>
    public static IReadOnlyList<RewardOutput> HelpSteer { get; } = Named("helpfulness", "correctness", "coherence", "complexity", "verbosity");

    /// <summary>The ten outputs of the reward model of Directional Preference Alignment (arXiv 2402.18571), in its order: HelpSteer's attributes, then UltraFeedback's.</summary>
    public static IReadOnlyList<RewardOutput> DirectionalPreferenceAlignment { get; } = Named(
        "helpsteer-helpfulness", "helpsteer-correctness", "helpsteer-coherence", "helpsteer-complexity", "helpsteer-verbosity",
        "ultrafeedback-overall", "ultrafeedback-instruction-following", "ultrafeedback-truthfulness", "ultrafeedback-honesty", "ultrafeedback-helpfulness");

    /// <summary>The 19 objectives of ArmoRM (arXiv 2406.12845), in its order.</summary>
    public static IReadOnlyList<RewardOutput> ArmoRm { get; } = Named(
        "helpsteer-helpfulness", "helpsteer-correctness", "helpsteer-coherence", "helpsteer-complexity", "helpsteer-verbosity", "ultrafeedback-overall_score", "ultrafeedback-instruction_following",
        "ultrafeedback-truthfulness", "ultrafeedback-honesty", "ultrafeedback-helpfulness", "beavertails-is_safe", "prometheus-score", "argilla-overall_quality", "argilla-judge_lm",
        "code-complexity", "code-style", "code-explanation", "code-instruction-following", "code-readability");

    /// <summary>Outputs by name alone.</summary>
    public static IReadOnlyList<RewardOutput> Named(params IEnumerable<string> names) => [.. names.Select(name => new RewardOutput(name))];

    internal double Value(float output) => Scale * output + Offset;
}
