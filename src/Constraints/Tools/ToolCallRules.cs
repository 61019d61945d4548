namespace DecodeAlign.Constraints;

/// <summary>The rules of one grammar for calls of tools and for an answer without them.</summary>
internal static class ToolCallRules
{
    private static readonly Pattern Space = Pattern.Optional(Pattern.Text(" "));
    private static readonly Pattern Line = Pattern.Optional(Pattern.Text("\n"));

    /// <param name="tools">The tools.</param>
    /// <param name="options">How they are called.</param>
    /// <param name="asTexts">For finished texts; otherwise for tokens, of which the first that is named is the marker.</param>
    /// <exception cref="PatternException">They are too large.</exception>
    /// <exception cref="ArgumentException">The answer's form is of a kind that no grammar holds.</exception>
    public static IReadOnlyList<Pattern> Write(IReadOnlyList<Tool> tools, ToolCallOptions options, bool asTexts)
    {
        var format = options.Format;
        List<Pattern> rules = [Pattern.Never];
        var bodies = tools.Select(tool => (Pattern)new Sequence(JsonStrings.Of(tool.Name), Pattern.Text(","), Space, JsonStrings.Of(format.ArgumentsKey), Pattern.Text(":"), Space, Add(rules, tool.Parameters.Rules, tool.Name), Pattern.Text("}"))).ToList();
        rules.Add(new Sequence(Pattern.Text("{"), JsonStrings.Of(format.NameKey), Pattern.Text(":"), Space, new OneOfPatterns(bodies)));
        var body = new Call(rules.Count - 1);
        var call = format.Begin.Length > 0 ? new Sequence(Pattern.Text(format.Begin), Line, body, Line, Pattern.Text(format.End)) : new Sequence(body, Pattern.Text(format.End));
        rules.Add(call);
        var one = new Call(rules.Count - 1);
        Pattern calls = options.MostCalls == 1 ? one : new Sequence(one, new Repeat(new Sequence(Pattern.Text(format.Separator), one), 0, options.MostCalls == int.MaxValue ? int.MaxValue : options.MostCalls - 1));
        if (format.Open.Length + format.Close.Length > 0) calls = new Sequence(Pattern.Text(format.Open), calls, Pattern.Text(format.Close));
        if (format.Marker.Length > 0) calls = new Sequence(Marker(format, asTexts), Space, calls);
        if (options.IsRequired) rules[0] = calls;
        else if (options.Answer is { } answer) rules[0] = new OneOfPatterns(calls, Add(rules, answer.Rules, answer.Name));
        else
        {
            var free = new Embedded(Without(format));
            rules[0] = format.MayFollowText ? new OneOfPatterns(free, new Sequence(free, calls)) : new OneOfPatterns(free, calls);
        }
        return rules;
    }

    // a token of its own, or its text; in a finished text a control token has left nothing
    private static Pattern Marker(ToolCallFormat format, bool asTexts)
    {
        var text = Pattern.Text(format.Marker);
        return asTexts ? Pattern.Optional(text) : new OneOfPatterns(new TerminalByte(TokenTerminals.ByteOf(0)), text);
    }

    // any text without the beginning of a call
    private static Dfa Without(ToolCallFormat format)
    {
        var triggers = new OneOfPatterns([.. format.Triggers.Select(Pattern.Text)]);
        var held = format.MayFollowText ? new Sequence(Pattern.Anything, triggers, Pattern.Anything) : new Sequence(triggers, Pattern.Anything);
        return JsonStrings.Anything.And(Determiniser.Compile(held), negated: true);
    }

    private static Call Add(List<Pattern> rules, TextRules of, string name)
    {
        if (!of.IsRegularOrGrammar) throw new ArgumentException($"'{name}' can't be joined with calls of tools: a schema, a grammar, an expression or a choice can");
        var first = rules.Count;
        if (of.Grammar is not { } grammar)
        {
            rules.Add(new Embedded(of.Pattern!));
            return new(first);
        }
        rules.AddRange(grammar.Rules(first));
        return new(first + grammar.Root);
    }
}
