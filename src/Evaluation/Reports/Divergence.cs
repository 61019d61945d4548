using System.Globalization;
using DecodeAlign.Decoding;

namespace DecodeAlign.Evaluation;

/// <summary>How far a decoder's texts are from the model's distribution, where that is known.</summary>
internal static class Divergence
{
    /// <summary>The bound for one of n samples.</summary>
    public const string BestOfN = "log n − (n − 1)/n";

    public static ReportKl Of(string decoder, int? fitted, bool constrained, double negativeLogProbability)
    {
        var parts = DecoderSpecification.Parse(decoder).Create(fitted);
        var plain = parts.Distribution == new Distribution() && !constrained;
        var settings = parts.Describe();
        var samples = parts.Keep is KeepSampled or KeepParticles || ((string[])["sampleCandidates", "sampleLookahead", "segmentMost"]).Any(settings.ContainsKey);
        return (samples, parts.Selection) switch
        {
            (false, null) => new("exact", negativeLogProbability, "−log P of the one text that it writes"),
            (true, null) when plain && parts.Name == "sample" => new("exact", 0, "the model's own samples"),
            (true, BestOf or MinimumBayesRisk or SelfConsistency) when plain && parts.Proposal is SampledTokens => Bound((int)settings["answers"]),
            (true, null) when plain && parts is { Keep: KeepSurvivors, Proposal: SampledTokens } => Bound(parts.Keep.Beam),
            _ => new("unknown", null, "drawn from a changed distribution"),
        };
    }

    // of n independent samples one, however it is chosen: no event is more likely than that one of n samples is in it, which the best of n attains
    private static ReportKl Bound(int answers) => new("bound", Math.Log(answers) - (answers - 1.0) / answers, string.Create(CultureInfo.InvariantCulture, $"{BestOfN} for n = {answers}"));
}
