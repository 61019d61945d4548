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

    /// <summary>A text; "" is none.</summary>
    Text,

    /// <summary>Any number of texts.</summary>
    Texts,
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

    /// <summary>The value where none is given: an int, a double, a bool, a string, or a list of strings.</summary>
    public required object Default { get; init; }

    /// <summary>The setting of the same decoder whose value it has where none is given, such as <c>beam</c>; null (default): it has <see cref="Default"/>.</summary>
    public string? DefaultsTo { get; init; }

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
        SettingKind.Text => "a text",
        SettingKind.Texts => "texts",
        _ => (Kind == SettingKind.Whole ? "a whole number" : "a finite number")
            + (Least == double.NegativeInfinity ? "" : IsAboveLeast ? Text($", above {Least}") : Text($", at least {Least}"))
            + (Greatest == double.PositiveInfinity ? "" : Text($", at most {Greatest}")),
    };

    /// <summary>The default in words: a number, on or off, a word, <c>as beam</c>, or none.</summary>
    public string DefaultText => DefaultsTo is { } other ? $"as {other}" : Default switch
    {
        bool flag => flag ? "on" : "off",
        "" or IReadOnlyList<string> => "none",
        var value => string.Create(CultureInfo.InvariantCulture, $"{value}"),
    };

    /// <summary>The name as an option of a command line, such as <c>--length-exponent</c>.</summary>
    public string OptionName => OptionOf(Name);

    /// <summary>A name as an option of a command line.</summary>
    internal static string OptionOf(string name) => "--" + string.Concat(name.Select(letter => char.IsAsciiLetterUpper(letter) ? $"-{char.ToLowerInvariant(letter)}" : $"{letter}"));

    /// <summary>The same setting with another default.</summary>
    internal DecoderSetting WithDefault(object value) => this with { Default = value };

    /// <summary>Reads a value: of its kind, or, of a number or a flag, as text in the invariant culture; a whole number may come as one with a fraction of 0.</summary>
    /// <returns>The value as <see cref="DecoderEntry.Create"/> takes it.</returns>
    /// <exception cref="ArgumentException">It is not of the kind, or out of the range; the message names the setting.</exception>
    public object Read(object value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return Check((Kind, value) switch
        {
            (SettingKind.Whole, string text) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? whole : text,
            (SettingKind.Number, string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : text,
            (SettingKind.Flag, string text) => bool.TryParse(text, out var flag) ? flag : text,
            (SettingKind.Whole, double number) => number == Math.Floor(number) && Math.Abs(number) < int.MaxValue ? (object)(int)number : number,
            (SettingKind.Whole, long number) => Math.Abs(number) < int.MaxValue ? (object)(int)number : number,
            (SettingKind.Number, float or decimal or long) => ((IConvertible)value).ToDouble(CultureInfo.InvariantCulture),
            (SettingKind.Texts, IEnumerable<string> texts) => texts.ToArray(),
            _ => value,
        });
    }

    /// <summary>Checks a value, and makes a whole number one with a fraction where that is what is asked for.</summary>
    /// <exception cref="ArgumentException">It is not of the kind, or out of the range; the message names the setting.</exception>
    internal object Check(object value)
    {
        if (Kind == SettingKind.Number && value is int n) value = (double)n;
        if (Kind == SettingKind.Texts && value is string one) value = new[] { one };
        var holds = (Kind, value) switch
        {
            (SettingKind.Whole, int whole) => Holds(whole),
            (SettingKind.Number, double number) => double.IsFinite(number) && Holds(number),
            (SettingKind.Flag, bool) => true,
            (SettingKind.Choice, string word) => Choices.Contains(word),
            (SettingKind.Text, string) => true,
            (SettingKind.Texts, IReadOnlyList<string> texts) => texts.All(text => text is not null),
            _ => false,
        };
        Require.That(holds, Name, Range, value);
        return value;
    }

    private bool Holds(double number) => (IsAboveLeast ? number > Least : number >= Least) && number <= Greatest;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
