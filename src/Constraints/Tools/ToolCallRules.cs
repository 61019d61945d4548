namespace DecodeAlign.Constraints;

/// <summary>The rules of one grammar for calls of tools and for an answer without them.</summary>
internal static class ToolCallRules
{
    private static readonly Pattern Space = Pattern.Optional(Pattern.Text(" "));
    private static readonly Pattern Line = Pattern.Optional(Pattern.Text("\n"));

    /// <exception cref="PatternException">They are too large.</exception>
    /// <exception cref="ArgumentException">The answer's form is of a kind that no grammar holds.</exception>
    public static IReadOnlyList<Pattern> Write(IReadOnlyList<Tool> tools, ToolCallOptions options)
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
        if (options.IsRequired) rules[0] = calls;
        else if (options.Answer is { } answer) rules[0] = new OneOfPatterns(calls, Add(rules, answer.Rules, answer.Name));
        else
        {
            var free = new Embedded(Without(format));
            rules[0] = format.Begin.Length > 0 ? new OneOfPatterns(free, new Sequence(free, calls)) : new OneOfPatterns(free, calls);
        }
        return rules;
    }

    // any text without the beginning of a call
    private static Dfa Without(ToolCallFormat format)
    {
        var trigger = Pattern.Text(format.Trigger);
        var held = format.Begin.Length > 0 ? new Sequence(Pattern.Anything, trigger, Pattern.Anything) : new Sequence(trigger, Pattern.Anything);
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
