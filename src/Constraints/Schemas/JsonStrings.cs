using System.Text;

namespace DecodeAlign.Constraints;

/// <summary>Strings as JSON writes them: characters as themselves or as escapes.</summary>
internal static class JsonStrings
{
    private const int Quote = '"', Backslash = '\\';

    private static readonly (char Letter, char Value)[] Short = [('"', '"'), ('\\', '\\'), ('b', '\b'), ('f', '\f'), ('n', '\n'), ('r', '\r'), ('t', '\t')];

    /// <summary>Any text of whole characters.</summary>
    public static Dfa Anything { get; } = Determiniser.Compile(Pattern.Anything);

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
        var builder = new DfaBuilder();
        var between = new List<bool>();
        for (var state = 0; state < content.Count; state++)
        {
            builder.Add(final: false);
            between.Add(!HoldsRest(content, state));
        }
        var (start, end) = (Add(false), Add(true));
        builder.Move(start, Quote, content.Start);
        var units = new UnicodeEscapes(content, builder, between);
        for (var state = 0; state < content.Count; state++)
        {
            for (var value = 0x20; value < 256; value++)
                if (value is not (Quote or Backslash) && content.Step(state, (byte)value) is >= 0 and var target) builder.Move(state, (byte)value, target);
            if (!between[state]) continue;
            if (content.IsFinal(state)) builder.Move(state, Quote, end);
            var escape = -1;
            foreach (var (letter, value) in Short) Escape(state, letter, value, ref escape);
            if (escapes == JsonEscapes.All)
            {
                Escape(state, '/', '/', ref escape);
                if (units.Begin(state) is >= 0 and var unit)
                {
                    if (escape < 0) builder.Move(state, Backslash, escape = Add(false));
                    builder.Move(escape, (byte)'u', unit);
                }
            }
        }
        isBetween = [.. between];
        return builder.Build(start);

        int Add(bool final)
        {
            between.Add(false);
            return builder.Add(final);
        }

        void Escape(int state, char letter, char value, ref int escape)
        {
            if (content.Step(state, (byte)value) is not (>= 0 and var target)) return;
            if (escape < 0) builder.Move(state, Backslash, escape = Add(false));
            builder.Move(escape, (byte)letter, target);
        }
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
