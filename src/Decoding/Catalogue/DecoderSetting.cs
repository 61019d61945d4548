using System.Globalization;

namespace DecodeAlign.Decoding;

/// <summary>What kind of value a setting has.</summary>
public enum SettingKind
{
    /// <summary>A whole number.</summary>
    Whole,

    /// <summary>A finite number.</summary>
    Number,

    /// <summary>True or false.</summary>
    Flag,

    /// <summary>One of some words.</summary>
    Choice,
}

/// <summary>A setting of a decoder: its one name (camelCase; <c>--length-exponent</c> on a command line), what it means, what it may be, and what it is by default. Immutable.</summary>
public sealed record DecoderSetting
{
    /// <summary>The name, in camelCase, such as <c>lengthExponent</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What kind of value it has.</summary>
    public required SettingKind Kind { get; init; }

    /// <summary>What it means, in one sentence.</summary>
    public required string Meaning { get; init; }

    /// <summary>The value where none is given: an int, a double, a bool or a string.</summary>
    public required object Default { get; init; }

    /// <summary>The least value of a number. Default: none.</summary>
    public double Least { get; init; } = double.NegativeInfinity;

    /// <summary>The greatest value of a number. Default: none.</summary>
    public double Greatest { get; init; } = double.PositiveInfinity;

    /// <summary>Whether <see cref="Least"/> itself is too small. Default false.</summary>
    public bool IsAboveLeast { get; init; }

    /// <summary>The words of a <see cref="SettingKind.Choice"/>.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>What values it may have, in words, such as <c>a whole number, at least 1</c>.</summary>
    public string Range => Kind switch
    {
        SettingKind.Flag => "true or false",
        SettingKind.Choice => $"one of {string.Join(", ", Choices)}",
        _ => (Kind == SettingKind.Whole ? "a whole number" : "a finite number")
            + (Least == double.NegativeInfinity ? "" : IsAboveLeast ? Text($", above {Least}") : Text($", at least {Least}"))
            + (Greatest == double.PositiveInfinity ? "" : Text($", at most {Greatest}")),
    };

    /// <summary>The same setting with another default.</summary>
    internal DecoderSetting WithDefault(object value) => this with { Default = value };

    /// <summary>Reads a value from text.</summary>
    /// <exception cref="ArgumentException">It is not of the kind, or out of the range; the message names the setting.</exception>
    public object Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Check(Kind switch
        {
            SettingKind.Whole => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? whole : text,
            SettingKind.Number => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : text,
            SettingKind.Flag => bool.TryParse(text, out var flag) ? flag : text,
            _ => text,
        });
    }

    /// <summary>Checks a value, and makes a whole number one with a fraction where that is what is asked for.</summary>
    /// <exception cref="ArgumentException">It is not of the kind, or out of the range; the message names the setting.</exception>
    internal object Check(object value)
    {
        if (Kind == SettingKind.Number && value is int n) value = (double)n;
        var holds = (Kind, value) switch
        {
            (SettingKind.Whole, int whole) => Holds(whole),
            (SettingKind.Number, double number) => double.IsFinite(number) && Holds(number),
            (SettingKind.Flag, bool) => true,
            (SettingKind.Choice, string word) => Choices.Contains(word),
            _ => false,
        };
        Require.That(holds, Name, Range, value);
        return value;
    }

    private bool Holds(double number) => (IsAboveLeast ? number > Least : number >= Least) && number <= Greatest;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
