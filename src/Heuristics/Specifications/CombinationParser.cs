using System.Globalization;
using DecodeAlign.Decoding;

namespace DecodeAlign.Heuristics;

/// <summary>Combines heuristics by a rule as the command line writes it: <c>RULE</c> or <c>RULE:ARGUMENT</c>.</summary>
public static class CombinationParser
{
    private const string Calibrated = "a calibration";

    /// <summary>All rules, by name.</summary>
    public static IReadOnlyList<HeuristicDescription> All { get; } =
    [
        new("constrained", "The one part that is not named is maximised; the named ones must reach what is asked, and cost 10 (or what follows *) for each unit they lack.", "NAME>=VALUE[*COST], separated by commas; NAME as in the part's specification, before its =", null, "constrained:grade>=-1,length>=0*5"),
        new("direction", "The weights as a preference direction: scaled to a vector of length 1.", "nothing", null, "direction"),
        new("gated", "Weights that depend on the prompt: those of the first line of a file whose words the prompt holds.", "a file; on each line words (fox|vixen), a tab and a weight for each part; * stands for any prompt", "a file of yours", "gated:gate.txt"),
        new("lexicographic", "The first part decides; what it leaves equal, the second; and so on. Values are compared in whole steps.", "nothing (steps of 0.01), or a step for each part but the last", null, "lexicographic:0.5"),
        new("log-sigmoid", "The sum of log σ(gain): a soft AND, where what is far above its reference adds nothing more.", "nothing (the median), or the quantile of base samples that is the reference", Calibrated, "log-sigmoid:0.85"),
        new("max-min", "The worst-off part alone counts, in standard deviations from its mean.", "nothing", Calibrated, "max-min"),
        new("nash", "The sum of log gains over the base model's mean: the Nash bargaining product.", "nothing", Calibrated, "nash"),
        new("pessimistic", "The mean less β deviations: what the parts agree on (in standard deviations of base samples).", "nothing (β = 1), or β", Calibrated, "pessimistic:0.5"),
        new("sum", "The weighted sum (the default).", "nothing", null, "sum"),
        new("votes", "The share of the parts that find the text better than base samples.", "nothing (the median), or the quantile of base samples that must be passed", Calibrated, "votes:0.75"),
    ];

    /// <summary>Checks that a rule has a known name, before anything is loaded.</summary>
    /// <exception cref="FormatException">It has not; the message lists those there are.</exception>
    public static string Check(string rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        return All.Any(known => known.Name == Name(rule)) ? rule : throw new FormatException($"there is no rule '{Name(rule)}'; known are {string.Join(", ", All.Select(known => known.Name))}");
    }

    /// <summary>Combines parts.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="parts">The parts, in their order; those with a scale are put on it.</param>
    /// <param name="byPosition">Whether texts under way are compared with base samples of their length (<see cref="CalibratedHeuristic"/>); only for sum and direction.</param>
    /// <returns>What a request ranks by; parts that a rule makes one of follow it with weight 0, so that results name their own values.</returns>
    /// <exception cref="FormatException">The rule can't be read, or needs what the parts lack.</exception>
    /// <exception cref="IOException">A file of the rule can't be read.</exception>
    public static IReadOnlyList<WeightedHeuristic> Combine(string rule, IReadOnlyList<RankedPart> parts, bool byPosition = false)
    {
        ArgumentNullException.ThrowIfNull(parts);
        var name = Name(Check(rule));
        if (parts.Count == 0) return [];
        var argument = name.Length < rule.Length ? rule[(name.Length + 1)..] : "";
        if (argument.Length > 0 && name is ("direction" or "max-min" or "nash" or "sum")) throw new FormatException($"'{rule}': {name} takes no argument");
        IHeuristic[] scaled = [.. parts.Select(part => part.Scale is null ? part.Heuristic : new CalibratedHeuristic(part.Heuristic, part.Scale, byPosition))];
        double[] weights = [.. parts.Select(part => part.Weight)];
        try
        {
            return name switch
            {
                "sum" => [.. scaled.Zip(weights, (heuristic, weight) => new WeightedHeuristic(heuristic, weight))],
                "direction" => With(WeightedSum.Along(scaled, weights), parts),
                "log-sigmoid" => With(new LogSigmoidSum(Centred(parts, rule, argument.Length == 0 ? 0.5 : Number(argument, rule))), parts),
                "max-min" => With(new MaxMin(Centred(parts, rule, quantile: null)), parts),
                "nash" => With(new NashProduct(Centred(parts, rule, quantile: null)), parts),
                "pessimistic" => With(new Pessimistic(argument.Length == 0 ? 1 : Number(argument, rule), Centred(parts, rule, quantile: null)), parts),
                "votes" => With(new Votes(Centred(parts, rule, argument.Length == 0 ? 0.5 : Number(argument, rule))), parts),
                "lexicographic" => With(Lexicographic(parts, argument, rule), parts),
                "gated" => With(new Gated(GateFile.Read(argument, parts.Count), scaled), parts),
                _ => With(Constrained(parts, argument, rule), parts),
            };
        }
        catch (ArgumentException fault)
        {
            throw new FormatException($"'{rule}': {fault.Message}", fault);
        }
    }

    private static string Name(string rule) => rule.Split(':', 2)[0].Trim();

    private static IReadOnlyList<WeightedHeuristic> With(IHeuristic combined, IReadOnlyList<RankedPart> parts) => [new(combined), .. parts.Select(part => new WeightedHeuristic(part.Heuristic, 0))];

    private static IEnumerable<CentredPart> Centred(IReadOnlyList<RankedPart> parts, string rule, double? quantile)
    {
        foreach (var part in parts)
        {
            var scale = part.Scale ?? throw new FormatException($"'{rule}' needs a calibration, which gives '{part.Key}' its reference and its unit");
            yield return new(part.Heuristic, quantile is { } share ? scale.Quantile(share) : scale.Mean, scale.Unit, part.Weight);
        }
    }

    private static Lexicographic Lexicographic(IReadOnlyList<RankedPart> parts, string argument, string rule)
    {
        double[] steps = argument.Length == 0 ? [.. Enumerable.Repeat(0.01, parts.Count)] : [.. argument.Split(',').Select(step => Number(step, rule)), 1];
        return steps.Length == parts.Count ? new(parts.Select((part, i) => (part.Heuristic, steps[i]))) : throw new FormatException($"'{rule}' has {steps.Length - 1} steps for {parts.Count} parts; each but the last needs one");
    }

    private static Constrained Constrained(IReadOnlyList<RankedPart> parts, string argument, string rule)
    {
        var rest = parts.ToList();
        var thresholds = new List<Threshold>();
        foreach (var text in argument.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var sides = text.Split(">=");
            if (sides.Length != 2) throw new FormatException($"'{text}' in '{rule}' is no threshold: write NAME>=VALUE, such as grade>=-1");
            var numbers = sides[1].Split('*', 2);
            var named = rest.Where(part => part.Key.Split('=', 2)[0] == sides[0].Trim() || part.Key == sides[0].Trim()).ToList();
            if (named.Count != 1) throw new FormatException($"'{sides[0].Trim()}' in '{rule}' names {(named.Count == 0 ? "no part" : "several parts")}; there are {string.Join(", ", parts.Select(part => part.Key))}");
            rest.Remove(named[0]);
            thresholds.Add(new(named[0].Heuristic, Number(numbers[0], rule), numbers.Length > 1 ? Number(numbers[1], rule) : 10));
        }
        if (thresholds.Count == 0 || rest.Count != 1) throw new FormatException($"'{rule}' must name every part but one, which is maximised; it leaves {rest.Count}");
        return new(rest[0].Heuristic, thresholds);
    }

    private static double Number(string text, string rule) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) ? value : throw new FormatException($"'{text}' in '{rule}' is no number");
}
