using DecodeAlign.Decoding;

namespace DecodeAlign.Heuristics;

/// <summary>What texts are ranked by: heuristics, how they are made one, and on what scale; the same from a command line, a configuration or a chat request. Immutable.</summary>
public sealed record RankingSpecification
{
    /// <summary>The heuristics, in the order in which the rule counts them. Default none.</summary>
    public IReadOnlyList<RankedPart> Parts { get; init; } = [];

    /// <summary>The rule by which they are made one (<see cref="CombinationParser"/>). Default <c>sum</c>.</summary>
    public string Rule { get; init; } = "sum";

    /// <summary>Puts each on the scale of the model's own texts; null (default): as they are.</summary>
    public Calibration? Calibration { get; init; }

    /// <summary>Whether a text under way is compared with the model's own of its length. Default false.</summary>
    public bool ByPosition { get; init; }

    /// <summary>A heuristic of a specification, with the key under which a calibration knows it.</summary>
    /// <param name="spec">The specification, such as <c>coverage=fox,river@3</c>.</param>
    /// <exception cref="FormatException">It can't be read.</exception>
    public static RankedPart Part(string spec)
    {
        var (heuristic, weight) = HeuristicParser.Parse(spec);
        return new(WeightedSpec.Split(spec, spec.IndexOf('=', StringComparison.Ordinal)).Text, heuristic, weight);
    }

    /// <summary>What a request ranks by.</summary>
    /// <exception cref="FormatException">The rule can't be read, or needs what the parts lack.</exception>
    /// <exception cref="KeyNotFoundException">The calibration does not know a part.</exception>
    /// <exception cref="IOException">A file of the rule can't be read.</exception>
    public IReadOnlyList<WeightedHeuristic> Combine()
    {
        if (ByPosition && Calibration is null) throw new FormatException("texts are compared by position only with a calibration");
        return CombinationParser.Combine(Rule, Calibration is { } calibration ? [.. Parts.Select(part => part with { Scale = calibration[part.Key] })] : Parts, ByPosition);
    }
}
