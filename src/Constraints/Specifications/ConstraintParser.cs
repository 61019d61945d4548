namespace DecodeAlign.Constraints;

/// <summary>Reads constraints as command line, configuration and chat requests write them: <c>NAME=ARGUMENT</c>.</summary>
public static class ConstraintParser
{
    private const string After = "after=";

    /// <summary>Reads one specification, such as <c>words=40..60</c>.</summary>
    /// <exception cref="FormatException">It can't be read; the message says what is wrong and what would be right.</exception>
    public static TextConstraint Parse(string spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var equals = spec.IndexOf('=', StringComparison.Ordinal);
        var name = (equals < 0 ? spec : spec[..equals]).Trim();
        try
        {
            return Parse(name, equals < 0 ? "" : spec[(equals + 1)..]);
        }
        catch (FormatException fault) when (ConstraintCatalogue.Find(name) is { } known)
        {
            throw new FormatException($"'{spec}': {fault.Message}; such as {known.Example}", fault);
        }
    }

    /// <summary>Reads the two sides of a specification.</summary>
    /// <param name="name">What stands before the equals sign.</param>
    /// <param name="argument">What stands after it.</param>
    /// <exception cref="FormatException">It can't be read; the message says what is wrong.</exception>
    public static TextConstraint Parse(string name, string argument)
    {
        ArgumentNullException.ThrowIfNull(argument);
        var known = ConstraintCatalogue.Find(name) ?? throw new FormatException($"there is no constraint '{name}'; known are {string.Join(", ", ConstraintCatalogue.All.Select(entry => entry.Name))}");
        try
        {
            return known.Create(argument);
        }
        catch (Exception fault) when (fault is ArgumentException or IOException or UnauthorizedAccessException)
        {
            throw new FormatException(fault is ArgumentException { ParamName: { } parameter } ? fault.Message.Replace($" (Parameter '{parameter}')", "", StringComparison.Ordinal) : fault.Message, fault);
        }
    }

    /// <summary>Whether a specification says where all others begin: <c>after=TEXT</c>.</summary>
    /// <param name="spec">The specification.</param>
    /// <param name="marker">The text after which they hold.</param>
    public static bool IsAfter(string spec, out string marker)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var holds = spec.StartsWith(After, StringComparison.Ordinal);
        marker = holds ? spec[After.Length..] : "";
        return holds;
    }

    /// <summary>Joins constraints, so that they know of each other's tokens.</summary>
    /// <param name="constraints">At least one.</param>
    /// <param name="after">The text after whose first occurrence all of them hold; null: from the beginning.</param>
    public static TextConstraint Join(IReadOnlyList<TextConstraint> constraints, string? after)
    {
        ArgumentNullException.ThrowIfNull(constraints);
        TextConstraint all = constraints.Count == 1 ? constraints[0] : new AllOf(constraints);
        return after is null ? all : new AfterMarker(after, all);
    }
}
