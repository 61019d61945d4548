namespace DecodeAlign.Constraints;

/// <summary>Texts of JSON's simple values.</summary>
internal static class JsonPatterns
{
    private static readonly CharacterSet Hex = CharacterSet.Of(('0', '9'), ('a', 'f'), ('A', 'F'));
    private static readonly CharacterSet Plain = CharacterSet.Of((0x20, 0x10FFFF)).Except(CharacterSet.Of(('"', '"'), ('\\', '\\')));

    /// <summary>A comma, or a colon, with one space after it or none.</summary>
    public static Pattern Comma { get; } = Spaced(",");

    public static Pattern Colon { get; } = Spaced(":");

    public static Pattern Quote { get; } = Pattern.Text("\"");

    /// <summary>Any string, with any escapes but those of half a surrogate pair.</summary>
    public static Pattern String { get; } = new Embedded(Determiniser.Compile(new Sequence(Quote, new Repeat(
        new OneOfPatterns(
            new OneCharacter(Plain),
            new Sequence(Pattern.Text("\\"), new OneCharacter(CharacterSet.Of("\"\\/bfnrt".Select(letter => ((int)letter, (int)letter))))),
            new Sequence(Pattern.Text("\\u"), new OneOfPatterns(
                new Sequence(new OneCharacter(Hex.Except(CharacterSet.Of(('d', 'd'), ('D', 'D')))), new Repeat(new OneCharacter(Hex), 3, 3)),
                new Sequence(new OneCharacter(CharacterSet.Of(('d', 'd'), ('D', 'D'))), new OneCharacter(CharacterSet.Of(('0', '7'))), new Repeat(new OneCharacter(Hex), 2, 2))))),
        0, int.MaxValue), Quote)));

    /// <summary>A property's name without escapes.</summary>
    public static Dfa PlainString { get; } = Determiniser.Compile(new Sequence(Quote, new Repeat(new OneCharacter(Plain), 0, int.MaxValue), Quote));

    /// <summary>A whole number of at most 15 digits.</summary>
    public static Pattern Integer { get; } = RegexParser.Parse("-?(0|[1-9][0-9]{0,14})");

    /// <summary>A number of at most 15 digits before and after the point, and at most two of an exponent.</summary>
    public static Pattern Number { get; } = RegexParser.Parse("-?(0|[1-9][0-9]{0,14})(\\.[0-9]{1,15})?([eE][+-]?[0-9]{1,2})?");

    public static Pattern Boolean { get; } = new OneOfPatterns(Pattern.Text("true"), Pattern.Text("false"));

    public static Pattern Null { get; } = Pattern.Text("null");

    /// <summary>A string whose characters, escapes resolved, an automaton accepts.</summary>
    public static Pattern StringOf(Dfa content)
    {
        if (content.Count == 0) return Pattern.Never;
        var builder = new DfaBuilder();
        for (var state = 0; state < content.Count; state++) builder.Add(final: content.IsFinal(state));
        for (var state = 0; state < content.Count; state++)
        {
            for (var value = 0x20; value < 256; value++)
                if (value is not ('"' or '\\') && content.Step(state, (byte)value) is >= 0 and var target) builder.Move(state, (byte)value, target);
            var escape = -1;
            foreach (var (letter, value) in ((char, char)[])[('"', '"'), ('\\', '\\'), ('b', '\b'), ('f', '\f'), ('n', '\n'), ('r', '\r'), ('t', '\t')])
            {
                if (content.Step(state, (byte)value) is not (>= 0 and var target)) continue;
                if (escape < 0) builder.Move(state, (byte)'\\', escape = builder.Add(final: false));
                builder.Move(escape, (byte)letter, target);
            }
        }
        var inside = builder.Build(content.Start).Minimise();
        return inside.Count == 0 ? Pattern.Never : new Sequence(Quote, new Embedded(inside), Quote);
    }

    private static Sequence Spaced(string mark) => new(Pattern.Text(mark), Pattern.Optional(Pattern.Text(" ")));
}
