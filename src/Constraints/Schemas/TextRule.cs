using System.Collections.Concurrent;

namespace DecodeAlign.Constraints;

/// <summary>What a string has to match: a pattern, a format or one of some texts; or must not.</summary>
/// <param name="Kind">What <paramref name="Text"/> is.</param>
/// <param name="Text">The pattern, or the format's name, or the one text.</param>
/// <param name="Dialect">The pattern's dialect.</param>
/// <param name="IsNegated">Whether the string must not match.</param>
internal sealed record TextRule(TextRuleKind Kind, string Text, RegexDialect Dialect, bool IsNegated = false)
{
    private const int MostKnown = 500, MostLength = 2000;

    private static readonly ConcurrentDictionary<TextRule, Dfa> Known = [];

    /// <summary>Tells rules apart.</summary>
    public string Key => $"{Kind}{Dialect}{IsNegated}{Text.Length}:{Text}";

    /// <summary>The strings that match, as an automaton over their UTF-8 bytes, escapes resolved.</summary>
    /// <exception cref="PatternException">The pattern is not understood or too large.</exception>
    public Dfa Automaton()
    {
        if (Known.TryGetValue(this, out var known)) return known;
        var positive = Kind switch
        {
            TextRuleKind.Pattern => Determiniser.Compile(RegexParser.ParseSearch(Text, Dialect)),
            TextRuleKind.Format => StringFormats.Automaton(Text),
            _ => Determiniser.Compile(Pattern.Text(Text)),
        };
        var automaton = IsNegated ? JsonStrings.Anything.And(positive, negated: true) : positive;
        if (Text.Length > MostLength) return automaton;
        if (Known.Count >= MostKnown) Known.Clear();
        Known[this] = automaton;
        return automaton;
    }
}

internal enum TextRuleKind
{
    Pattern,
    Format,
    Text,
}
