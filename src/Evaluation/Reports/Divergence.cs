using System.Globalization;
using DecodeAlign.Decoding;

namespace DecodeAlign.Evaluation;

/// <summary>How far a decoder's texts are from the model's distribution, where that is known.</summary>
internal static class Divergence
{
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
            (true, BestOf best) when plain && parts.Proposal is SampledTokens => new("bound", Math.Log(best.Answers) - (best.Answers - 1.0) / best.Answers, string.Create(CultureInfo.InvariantCulture, $"log n − (n − 1)/n for n = {best.Answers}")),
            _ => new("unknown", null, "drawn from a changed distribution"),
        };
    }
}
