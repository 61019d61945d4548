namespace DecodeAlign.Constraints;

/// <summary>White space between the parts of JSON, as rules that may derive nothing.</summary>
/// <param name="AfterComma">Rule for what follows a comma; −1: nothing does.</param>
/// <param name="AtBracket">Rule for what follows an opening bracket or precedes a closing one; −1: nothing does.</param>
/// <param name="HasSpace">Whether a space may follow a colon.</param>
internal sealed record JsonLayout(int AfterComma, int AtBracket, bool HasSpace)
{
    /// <summary>A colon and what follows it.</summary>
    public Pattern Colon { get; } = HasSpace ? new Sequence(Pattern.Text(":"), Pattern.Optional(Pattern.Text(" "))) : Pattern.Text(":");

    public static JsonLayout Of(JsonWhiteSpace space, Func<Pattern, Call> newRule)
    {
        var one = Pattern.Optional(Pattern.Text(" "));
        if (space == JsonWhiteSpace.Compact) return new(-1, -1, false);
        if (space == JsonWhiteSpace.OneSpace) return new(newRule(one).Rule, -1, true);
        var line = RegexParser.Parse(" |\\r?\\n[ \\t]{0,64}");
        return new(newRule(Pattern.Optional(new OneOfPatterns(Pattern.Text(" "), line))).Rule, newRule(Pattern.Optional(line)).Rule, true);
    }

    /// <summary>Adds the states from the end of a property's name to the end of its value.</summary>
    /// <param name="builder">Receives them.</param>
    /// <param name="from">The state after the name.</param>
    /// <param name="value">The rule of the value.</param>
    public void Value(DfaBuilder builder, int from, int value)
    {
        var (colon, end) = (builder.Add(final: false), builder.Add(final: true));
        builder.Move(from, (byte)':', colon);
        builder.Calls(colon, [(value, end)]);
        if (!HasSpace) return;
        var space = builder.Add(final: false);
        builder.Move(colon, (byte)' ', space);
        builder.Calls(space, [(value, end)]);
    }

    /// <summary>The same, with the state after the name, which is returned.</summary>
    public int Value(DfaBuilder builder, int value)
    {
        var from = builder.Add(final: false);
        Value(builder, from, value);
        return from;
    }

    /// <summary>A state that a rule's optional white space leads to from another one, which is returned; the same where there is none.</summary>
    public static int Before(DfaBuilder builder, int rule, int state)
    {
        if (rule < 0) return state;
        var before = builder.Add(final: false);
        builder.Calls(before, [(rule, state)]);
        return before;
    }
}
