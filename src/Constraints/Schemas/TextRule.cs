using System.Collections.Concurrent;

namespace DecodeAlign.Constraints;

/// <summary>What a string has to match: a pattern, a format, a text, or any of several such; or must not.</summary>
/// <param name="Kind">What <paramref name="Text"/> is.</param>
/// <param name="Text">The pattern, or the format's name, the one text, or what tells the several apart.</param>
/// <param name="Dialect">The pattern's dialect.</param>
/// <param name="IsNegated">Whether the string must not match.</param>
internal sealed record TextRule(TextRuleKind Kind, string Text, RegexDialect Dialect, bool IsNegated = false)
{
    private const int MostKnown = 500, MostLength = 2000;

    private static readonly ConcurrentDictionary<TextRule, Dfa> Known = [];

    /// <summary>Where any of several will do, the rules of each; they are in <see cref="Text"/> as their keys.</summary>
    public IReadOnlyList<IReadOnlyList<TextRule>> Parts { get; private init; } = [];

    /// <summary>Any of several sets of rules, all of which a string has to match then.</summary>
    public static TextRule AnyOf(IReadOnlyList<IReadOnlyList<TextRule>> parts) => new(TextRuleKind.AnyOf, string.Join('|', parts.Select(part => string.Join('&', part.Select(rule => rule.Key)))), RegexDialect.Ecma) { Parts = parts };

    /// <summary>Tells rules apart.</summary>
    public string Key => $"{Kind}{Dialect}{IsNegated}{Text.Length}:{Text}";

    public bool Equals(TextRule? other) => other is not null && (Kind, Text, Dialect, IsNegated) == (other.Kind, other.Text, other.Dialect, other.IsNegated);

    public override int GetHashCode() => HashCode.Combine(Kind, Text, Dialect, IsNegated);

    /// <summary>Whether a string's UTF-8 bytes match.</summary>
    public bool Matches(ReadOnlySpan<byte> text)
    {
        if (Kind != TextRuleKind.AnyOf) return Automaton().Matches(text);
        foreach (var part in Parts)
        {
            var matches = true;
            foreach (var rule in part) matches = matches && rule.Matches(text);
            if (matches) return !IsNegated;
        }
        return IsNegated;
    }

    /// <summary>The strings that match all of some rules.</summary>
    /// <exception cref="PatternException">A pattern is not understood, or they are too large together.</exception>
    public static Dfa All(IReadOnlyList<TextRule> rules) => rules.Count == 0 ? JsonStrings.Anything : rules.Skip(1).Aggregate(rules[0].Automaton(), (all, rule) => all.And(rule.Automaton()));

    /// <summary>The strings that match, as an automaton over their UTF-8 bytes, escapes resolved.</summary>
    /// <exception cref="PatternException">The pattern is not understood or too large.</exception>
    public Dfa Automaton()
    {
        if (Known.TryGetValue(this, out var known)) return known;
        var positive = Kind switch
        {
            TextRuleKind.Pattern => Determiniser.Compile(RegexParser.ParseSearch(Text, Dialect)),
            TextRuleKind.Format => StringFormats.Automaton(Text),
            TextRuleKind.Text => Determiniser.Compile(Pattern.Text(Text)),
            _ => Determiniser.Compile(new OneOfPatterns([.. Parts.Select(part => new Embedded(All(part)))])),
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
    AnyOf,
}
