using System.Text;

namespace DecodeAlign.Constraints;

/// <summary>Strings as JSON writes them: characters as themselves or as escapes.</summary>
internal static class JsonStrings
{
    private const int Quote = '"', Backslash = '\\';

    private static readonly (char Letter, char Value)[] Short = [('"', '"'), ('\\', '\\'), ('b', '\b'), ('f', '\f'), ('n', '\n'), ('r', '\r'), ('t', '\t')];

    /// <summary>Any text of whole characters.</summary>
    public static Dfa Anything { get; } = Cancellation.Never(() => Determiniser.Compile(Pattern.Anything));

    /// <summary>A string's JSON, the least escaped.</summary>
    public static string Encode(string text)
    {
        var json = new StringBuilder("\"");
        foreach (var letter in text)
        {
            var at = Array.FindIndex(Short, escape => escape.Value == letter);
            if (at >= 0) json.Append('\\').Append(Short[at].Letter);
            else if (letter < 0x20) json.Append(System.Globalization.CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}");
            else json.Append(letter);
        }
        return json.Append('"').ToString();
    }

    /// <summary>The JSON of one text: as it stands, and with those characters as escapes that writers escape.</summary>
    public static Pattern Of(string text)
    {
        var parts = new List<Pattern> { Pattern.Text("\"") };
        foreach (var rune in text.EnumerateRunes())
        {
            var options = new List<Pattern>();
            if (rune.Value >= 0x20 && rune.Value is not (Quote or Backslash)) options.Add(new OneCharacter(CharacterSet.Of(rune)));
            foreach (var (letter, value) in Short)
                if (rune.Value == value) options.Add(Pattern.Text($"\\{letter}"));
            if (rune.Value == '/') options.Add(Pattern.Text("\\/"));
            if (IsEscapedByWriters(rune))
                options.Add(new Sequence([.. rune.ToString().SelectMany(unit => Unit(unit))]));
            parts.Add(options.Count == 1 ? options[0] : new OneOfPatterns(options));
        }
        parts.Add(Pattern.Text("\""));
        return new Sequence(parts);
    }

    /// <summary>Whether some writers escape a character of a text by its number.</summary>
    public static bool IsEscapedByWriters(string text) => text.EnumerateRunes().Any(IsEscapedByWriters);

    private static bool IsEscapedByWriters(Rune rune) => !rune.IsAscii || rune.Value is < 0x20 or 0x7F or Quote or '\'' or '&' or '<' or '>' or '+' or '`' or '/';

    /// <summary>The JSON strings, quotes included, whose characters, escapes resolved, an automaton accepts.</summary>
    /// <param name="content">The automaton, over UTF-8.</param>
    /// <param name="escapes">Which escapes are read.</param>
    /// <param name="isBetween">For each state, whether a character begins or the string ends there.</param>
    public static Dfa Of(Dfa content, JsonEscapes escapes, out bool[] isBetween)
    {
        isBetween = [];
        if (content.Count == 0) return Dfa.Nothing;
        using var builder = new DfaBuilder();
        var between = new List<bool>();
        var start = Add(builder, between, content, escapes, builder => builder.Add(final: true));
        isBetween = [.. between];
        return builder.Build(start);
    }

    /// <summary>A property of which the name's characters are accepted by an automaton.</summary>
    /// <param name="content">The automaton, over UTF-8.</param>
    /// <param name="layout">White space.</param>
    /// <param name="value">The rule of its value.</param>
    public static Dfa Property(Dfa content, JsonLayout layout, int value)
    {
        using var builder = new DfaBuilder();
        return builder.Build(Add(builder, [], content, JsonEscapes.Short, builder => layout.Value(builder, value)));
    }

    /// <summary>A property.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="layout">White space.</param>
    /// <param name="value">The rule of its value.</param>
    public static Pattern Property(string name, JsonLayout layout, int value)
    {
        if (IsEscapedByWriters(name) || name.Contains((char)Backslash, StringComparison.Ordinal)) return new Sequence(Of(name), layout.Colon, new Call(value));
        // most are spelled in one way, and need nothing made deterministic
        using var builder = new DfaBuilder();
        var start = builder.Add(final: false);
        var at = start;
        foreach (var letter in $"\"{name}\"") builder.Move(at, (byte)letter, at = builder.Add(final: false));
        layout.Value(builder, at, value);
        return new Embedded(builder.Build(start));
    }

    // the start; what follows the closing quotation mark is added last
    private static int Add(DfaBuilder builder, List<bool> between, Dfa content, JsonEscapes escapes, Func<DfaBuilder, int> addEnd)
    {
        for (var state = 0; state < content.Count; state++)
        {
            builder.Add(final: false);
            between.Add(!HoldsRest(content, state));
        }
        var start = builder.Add(final: false);
        var end = addEnd(builder);
        while (between.Count < builder.Count) between.Add(false);
        builder.Move(start, Quote, content.Start);
        var units = new UnicodeEscapes(content, builder, between);
        var known = new Dictionary<(int, int, int, int, int, int, int, int, int), int>();
        for (var state = 0; state < content.Count; state++)
        {
            foreach (var (first, last, target) in content.Ranges(state)) AddPlain(builder, state, first, last, target);
            if (!between[state]) continue;
            if (content.IsFinal(state)) builder.Move(state, Quote, end);
            AddEscapes(state);
        }
        return start;

        void AddEscapes(int state)
        {
            var targets = Array.ConvertAll(Short, escape => content.Step(state, (byte)escape.Value));
            var (slash, unit) = escapes == JsonEscapes.All ? (content.Step(state, (byte)'/'), units.Begin(state)) : (-1, -1);
            if (slash < 0 && unit < 0 && Array.TrueForAll(targets, target => target < 0)) return;
            var key = (targets[0], targets[1], targets[2], targets[3], targets[4], targets[5], targets[6], slash, unit);
            if (!known.TryGetValue(key, out var escape))
            {
                known.Add(key, escape = builder.Add(final: false));
                between.Add(false);
                for (var i = 0; i < targets.Length; i++)
                    if (targets[i] >= 0) builder.Move(escape, (byte)Short[i].Letter, targets[i]);
                if (slash >= 0) builder.Move(escape, (byte)'/', slash);
                if (unit >= 0) builder.Move(escape, (byte)'u', unit);
            }
            builder.Move(state, Backslash, escape);
        }
    }

    // without what is only written as an escape
    private static void AddPlain(DfaBuilder builder, int state, int first, int last, int target)
    {
        first = Math.Max(first, 0x20);
        foreach (var cut in new[] { Quote, Backslash })
        {
            if (cut < first || cut > last) continue;
            if (cut > first) builder.Moves(state, (byte)first, (byte)(cut - 1), target);
            first = cut + 1;
        }
        if (first <= last) builder.Moves(state, (byte)first, (byte)last, target);
    }

    // only in the middle of a character may the rest of one follow
    private static bool HoldsRest(Dfa content, int state)
    {
        for (var value = 0x80; value < 0xC0; value++)
            if (content.Step(state, (byte)value) >= 0) return true;
        return false;
    }

    private static IEnumerable<Pattern> Unit(char unit)
    {
        yield return Pattern.Text("\\u");
        foreach (var digit in ((int)unit).ToString("x4", System.Globalization.CultureInfo.InvariantCulture))
            yield return new OneCharacter(CharacterSet.Of((digit, digit), (char.ToUpperInvariant(digit), char.ToUpperInvariant(digit))));
    }
}

/// <summary>Which escapes of a JSON string are read.</summary>
internal enum JsonEscapes
{
    /// <summary>Those that have a letter.</summary>
    Short,

    /// <summary>All; halves of surrogate pairs only as pairs.</summary>
    All,
}
