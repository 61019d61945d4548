namespace DecodeAlign.Constraints;

/// <summary>White space between the parts of JSON, as rules that may derive nothing.</summary>
/// <param name="AfterComma">Rule for what follows a comma; −1: nothing does.</param>
/// <param name="AtBracket">Rule for what follows an opening bracket or precedes a closing one; −1: nothing does.</param>
/// <param name="Colon">A colon and what follows it.</param>
internal sealed record JsonLayout(int AfterComma, int AtBracket, Pattern Colon)
{
    public static JsonLayout Of(JsonWhiteSpace space, Func<Pattern, Call> newRule)
    {
        var one = Pattern.Optional(Pattern.Text(" "));
        if (space == JsonWhiteSpace.Compact) return new(-1, -1, Pattern.Text(":"));
        if (space == JsonWhiteSpace.OneSpace) return new(newRule(one).Rule, -1, new Sequence(Pattern.Text(":"), one));
        var line = RegexParser.Parse(" |\\r?\\n[ \\t]{0,64}");
        return new(newRule(Pattern.Optional(new OneOfPatterns(Pattern.Text(" "), line))).Rule, newRule(Pattern.Optional(line)).Rule, new Sequence(Pattern.Text(":"), one));
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
