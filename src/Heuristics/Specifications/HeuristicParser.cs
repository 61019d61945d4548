using DecodeAlign.Decoding;

namespace DecodeAlign.Heuristics;

/// <summary>Reads heuristics as the command line writes them: <c>NAME=ARGUMENT</c> or <c>NAME=ARGUMENT@WEIGHT</c>.</summary>
public static class HeuristicParser
{
    /// <summary>Reads one specification, such as <c>coverage=fox,river@3</c>.</summary>
    /// <param name="spec">The specification. The weight is what follows the last @; without one it is 1.</param>
    /// <exception cref="FormatException">It can't be read; the message says what is wrong and what would be right.</exception>
    public static (IHeuristic Heuristic, double Weight) Parse(string spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var equals = spec.IndexOf('=', StringComparison.Ordinal);
        var name = (equals < 0 ? spec : spec[..equals]).Trim();
        var known = HeuristicCatalogue.Find(name)
            ?? throw new FormatException($"there is no heuristic '{name}'; known are {string.Join(", ", HeuristicCatalogue.All.Select(entry => entry.Name))}");
        if (equals < 0) throw new FormatException($"'{spec}' lacks an argument: {name} takes {known.Argument}, such as {known.Example}");

        var (text, weight) = WeightedSpec.Split(spec, from: equals);
        var argument = text[(equals + 1)..];
        try
        {
            return (known.Create(argument), weight);
        }
        catch (Exception fault) when (fault is FormatException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            // what a constructor says of its parameter is of no use on a command line
            var reason = fault is ArgumentException { ParamName: { } parameter } ? fault.Message.Replace($" (Parameter '{parameter}')", "", StringComparison.Ordinal) : fault.Message;
            throw new FormatException($"'{spec}': {reason}; such as {known.Example}", fault);
        }
    }
}
