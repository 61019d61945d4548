namespace DecodeAlign.Constraints;

/// <summary>
/// Takes anchors and lookaheads out of a pattern. What follows a place of a pattern, to the end of the text, is a regular set; a lookahead there is an intersection with it, and an anchor
/// asks that it be empty or that nothing stands before.
/// </summary>
internal static class Assertions
{
    private const int MostUnrolled = 8;

    /// <summary>The texts that a pattern matches as a whole, or somewhere.</summary>
    /// <exception cref="PatternException">An assertion stands where this can't be said.</exception>
    public static Pattern Resolve(Pattern pattern, bool search)
    {
        if (pattern is OneOfPatterns choice && Has(pattern)) return new OneOfPatterns([.. choice.Options.Select(option => Resolve(option, search))]);
        // the common case: at most an anchor at each end
        IReadOnlyList<Pattern> parts = pattern is Sequence sequence ? sequence.Parts : [pattern];
        var (begins, ends) = (parts is [Assertion { Kind: AssertionKind.Start }, ..], parts is [.., Assertion { Kind: AssertionKind.End }]);
        var body = parts.Skip(begins ? 1 : 0).SkipLast(ends && (parts.Count > 1 || !begins) ? 1 : 0).ToList();
        if (!body.Exists(Has)) return search ? new Sequence([begins ? Pattern.Empty : Pattern.Anything, .. body, ends ? Pattern.Empty : Pattern.Anything]) : new Sequence(body);
        var after = search ? Pattern.Anything : Pattern.Empty;
        var here = Then(pattern, after, isStart: true);
        return search ? new OneOfPatterns(here, new Sequence(new OneCharacter(CharacterSet.All), Pattern.Anything, Then(pattern, after, isStart: false))) : here;
    }

    // the pattern and then the rest of the text
    private static Pattern Then(Pattern pattern, Pattern rest, bool isStart)
    {
        if (!Has(pattern)) return new Sequence(pattern, rest);
        switch (pattern)
        {
            case Assertion { Kind: AssertionKind.Start }:
                return isStart ? rest : Pattern.Never;
            case Assertion { Kind: AssertionKind.End }:
                return Determiniser.Compile(rest).Matches([]) ? Pattern.Empty : Pattern.Never;
            case Assertion ahead:
                return new Embedded(Determiniser.Compile(rest).And(Determiniser.Compile(Then(ahead.Body!, Pattern.Anything, isStart)), negated: ahead.Kind == AssertionKind.NotAhead));
            case OneOfPatterns choice:
                return new OneOfPatterns([.. choice.Options.Select(option => Then(option, rest, isStart))]);
            case Sequence sequence:
                for (var i = sequence.Parts.Count - 1; i >= 0; i--)
                {
                    var before = sequence.Parts.Take(i).Where(part => part is not Assertion).ToList();
                    if (isStart && before.Count > 0 && HasStart(sequence.Parts[i]) && before.TrueForAll(MayBeEmpty)) throw new PatternException("an anchor '^' after what may be empty is not understood");
                    rest = Then(sequence.Parts[i], rest, isStart && before.Count == 0);
                }
                return rest;
            case Repeat { Most: <= MostUnrolled } repeat:
                // each turn but the first stands after another one
                var all = rest;
                var options = new List<Pattern>();
                for (var turns = 0; turns <= repeat.Most; turns++)
                {
                    if (turns > 0) all = Turns(repeat.Body, turns, rest, isStart);
                    if (turns >= repeat.Least) options.Add(all);
                }
                return new OneOfPatterns(options);
            default:
                throw new PatternException("an anchor or lookahead inside of a repetition is not understood");
        }
    }

    private static Pattern Turns(Pattern body, int turns, Pattern rest, bool isStart) => Then(new Sequence([.. Enumerable.Repeat(body, turns)]), rest, isStart);

    private static bool Has(Pattern pattern) => Any(pattern, part => part is Assertion);

    private static bool HasStart(Pattern pattern) => Any(pattern, part => part is Assertion { Kind: AssertionKind.Start });

    private static bool Any(Pattern pattern, Func<Pattern, bool> holds) => holds(pattern) || pattern switch
    {
        Sequence sequence => sequence.Parts.Any(part => Any(part, holds)),
        OneOfPatterns choice => choice.Options.Any(option => Any(option, holds)),
        Repeat repeat => Any(repeat.Body, holds),
        _ => false,
    };

    private static bool MayBeEmpty(Pattern pattern) => pattern switch
    {
        Sequence sequence => sequence.Parts.All(MayBeEmpty),
        OneOfPatterns choice => choice.Options.Any(MayBeEmpty),
        Repeat repeat => repeat.Least == 0 || MayBeEmpty(repeat.Body),
        Assertion => true,
        Embedded embedded => embedded.Automaton.Matches([]),
        _ => false,
    };
}
