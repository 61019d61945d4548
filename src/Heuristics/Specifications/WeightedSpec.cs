using System.Globalization;

namespace DecodeAlign.Heuristics;

/// <summary>Reads <c>SOMETHING@WEIGHT</c>: the weight is what follows the last @; without one it is 1.</summary>
public static class WeightedSpec
{
    /// <summary>Parts a specification.</summary>
    /// <param name="spec">The specification.</param>
    /// <param name="from">Where an @ is looked for first.</param>
    /// <exception cref="FormatException">What follows the last @ is no finite number.</exception>
    public static (string Text, double Weight) Split(string spec, int from = 0)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var at = spec.LastIndexOf('@');
        if (at < from) return (spec, 1);
        var text = spec[(at + 1)..];
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var weight) && double.IsFinite(weight)
            ? (spec[..at], weight)
            : throw new FormatException($"'{text}' in '{spec}' is no weight: after the last @ stands a number, such as @3 or @0.5");
    }
}
