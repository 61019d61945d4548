using System.CommandLine.Parsing;
using System.Globalization;

namespace DecodeAlign.Cli;

/// <summary>Reads option values: numbers in the invariant culture, whatever the machine's.</summary>
internal static class Parsing
{
    public static int Integer(ArgumentResult result) =>
        int.TryParse(Text(result), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : Fail<int>(result, "a whole number");

    public static ulong Seed(ArgumentResult result) =>
        ulong.TryParse(Text(result), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : Fail<ulong>(result, "a whole number from 0 to 18446744073709551615");

    public static double Number(ArgumentResult result) =>
        double.TryParse(Text(result), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : Fail<double>(result, "a number such as 0.5");

    public static double? OptionalNumber(ArgumentResult result) => Number(result);

    /// <summary>Bytes, with a unit or without: 512MB (10^6), 2GiB (2^30).</summary>
    public static long Bytes(ArgumentResult result)
    {
        var text = Text(result);
        var digits = text.AsSpan().TrimEnd("kKmMgGtTiIbB ");
        var unit = Unit(text[digits.Length..].Trim());
        if (unit == 0 || !double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount) || !(amount * unit is >= 1 and < long.MaxValue))
            return Fail<long>(result, "a size such as 512MB or 2GiB");
        return (long)(amount * unit);
    }

    /// <summary>What a parser of the library makes of the value; its own words where it can't.</summary>
    public static Func<ArgumentResult, T?> With<T>(Func<string, T> parse)
        where T : class => result =>
    {
        try
        {
            return parse(Text(result));
        }
        catch (Exception fault) when (fault is FormatException or ArgumentException)
        {
            result.AddError($"{Name(result)}: {fault.Message}.");
            return null;
        }
    };

    /// <summary>The same for an option that takes several values.</summary>
    public static Func<ArgumentResult, IReadOnlyList<T>> WithEach<T>(Func<string, T> parse) => WithMany<T>(text => [parse(text)]);

    /// <summary>The same where a value may hold several.</summary>
    public static Func<ArgumentResult, IReadOnlyList<T>> WithMany<T>(Func<string, IEnumerable<T>> parse) => result =>
    {
        var values = new List<T>();
        foreach (var token in result.Tokens)
        {
            try
            {
                values.AddRange(parse(token.Value));
            }
            catch (Exception fault) when (fault is FormatException or ArgumentException)
            {
                result.AddError($"{Name(result)}: {fault.Message}.");
            }
        }
        return values;
    };

    /// <summary>One of some names, whatever their case; what was probably meant where it is none of them.</summary>
    public static Func<ArgumentResult, string> OneOf(IReadOnlyList<string> names) => result =>
    {
        var text = Text(result);
        if (names.FirstOrDefault(name => name.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } known) return known;
        result.AddError($"{Name(result)}: there is no '{text}'.{Closest.Hint(text, names)} Available: {string.Join(", ", names)}.");
        return "";
    };

    private static string Name(ArgumentResult result) => result.Parent is OptionResult option ? option.Option.Name : result.Argument.Name;

    private static double Unit(string unit) => unit.ToUpperInvariant() switch
    {
        "" or "B" => 1,
        "KB" or "K" => 1e3,
        "MB" or "M" => 1e6,
        "GB" or "G" => 1e9,
        "TB" or "T" => 1e12,
        "KIB" => 1L << 10,
        "MIB" => 1L << 20,
        "GIB" => 1L << 30,
        "TIB" => 1L << 40,
        _ => 0,
    };

    private static string Text(ArgumentResult result) => result.Tokens.Count > 0 ? result.Tokens[^1].Value : "";

    private static T Fail<T>(ArgumentResult result, string expected)
    {
        result.AddError($"{Name(result)}: '{Text(result)}' is not {expected}.");
        return default!;
    }
}
