namespace DecodeAlign.Constraints;

/// <summary>
/// A context-free grammar: for each rule a deterministic automaton over bytes and calls of rules. States of all rules are numbered through. What derives no text is cut
/// off, so that from every state an end can be reached. Immutable.
/// </summary>
internal sealed class Grammar
{
    /// <summary>Most states of all rules together.</summary>
    public const int MostStates = 300_000;

    private const int MostInlined = 20_000, MostInlinedDepth = 100, Unread = -2;

    private readonly Dfa[] _rules;
    private readonly int[] _offsets;
    private readonly int[] _ruleOf;
    private readonly bool[] _nullable;
    private readonly bool[] _reads;
    private readonly (int Rule, int Target)[][] _calls;
    private readonly Counted?[] _counted;
    private readonly int[] _afterPlain, _afterHigh;
    private readonly ILookup<int, int> _counters;

    private Grammar(Dfa[] rules, Counted?[] counted, int root)
    {
        (_rules, _counted, Root) = (rules, counted, root);
        _offsets = new int[rules.Length + 1];
        for (var i = 0; i < rules.Length; i++) _offsets[i + 1] = _offsets[i] + rules[i].Count;
        if (_offsets[^1] > MostStates) throw new PatternException($"it is too large: more than {MostStates} states");
        _ruleOf = new int[_offsets[^1]];
        for (var i = 0; i < rules.Length; i++) Array.Fill(_ruleOf, i, _offsets[i], rules[i].Count);
        (Classes, ClassCount) = JoinClasses(rules);
        (_calls, _reads) = (new (int, int)[StateCount][], new bool[StateCount]);
        for (var state = 0; state < StateCount; state++)
        {
            var rule = _ruleOf[state];
            var calls = rules[rule].Calls(state - _offsets[rule]);
            var mine = _calls[state] = calls.IsEmpty ? [] : new (int, int)[calls.Length];
            for (var i = 0; i < mine.Length; i++) mine[i] = (calls[i].Rule, calls[i].Target + _offsets[rule]);
            _reads[state] = rules[rule].Bytes(state - _offsets[rule]).IndexOfAnyExcept(-1) >= 0;
        }
        _nullable = RulesThatEnd.Of(rules, counted, byBytes: false);
        _counters = Enumerable.Range(0, rules.Length).Where(rule => counted[rule] is { Item: >= 0 }).ToLookup(rule => counted[rule]!.Item);
        (_afterPlain, _afterHigh) = (new int[StateCount], new int[StateCount]);
        Array.Fill(_afterPlain, Unread);
        Array.Fill(_afterHigh, Unread);
    }

    /// <summary>Number of states.</summary>
    public int StateCount => _ruleOf.Length;

    /// <summary>Number of rules.</summary>
    public int RuleCount => _rules.Length;

    /// <summary>Whether no text at all can be derived.</summary>
    public bool IsEmpty => _rules[Root].Count == 0;

    /// <summary>The rule that derives the whole text.</summary>
    public int Root { get; }

    /// <summary>The class of each byte: bytes of a class are told apart nowhere.</summary>
    public byte[] Classes { get; }

    public int ClassCount { get; }

    /// <summary>Compiles rules, the first of which derives the text.</summary>
    /// <exception cref="PatternException">They are too large together.</exception>
    public static Grammar Compile(IReadOnlyList<Pattern> rules)
    {
        var counted = rules.Select(rule => rule as Counted).ToArray();
        var automata = rules.Select((rule, i) => rule switch
        {
            Counted of => of.Automaton,
            Embedded ready => ready.Automaton,
            _ => Determiniser.Compile(LoopedAtEnd(rule, i)),
        }).ToArray();
        return new(Productive(automata, counted), counted, 0);
    }

    /// <summary>The grammar for what follows the first occurrence of a marker; what stands before it is free.</summary>
    public Grammar After(string marker)
    {
        var waiting = new MarkerAutomaton(marker);
        using var builder = new DfaBuilder();
        for (var matched = 0; matched <= waiting.Length; matched++) builder.Add(final: false);
        builder.Add(final: true);
        for (var matched = 0; matched < waiting.Length; matched++)
            for (var value = 0; value < 256; value++) builder.Move(matched, (byte)value, waiting.Step(matched, (byte)value));
        builder.Calls(waiting.Length, [(Root, waiting.Length + 1)]);
        return IsEmpty ? this : new([.. _rules, builder.Build(0).Minimise()], [.. _counted, null], _rules.Length);
    }

    /// <summary>One automaton for the same texts, where no rule leads back to itself and it is small; otherwise null.</summary>
    public static Dfa? Flat(IReadOnlyList<Pattern> rules)
    {
        try
        {
            var size = 0;
            return Determiniser.Compile(Inline(rules, 0, [], ref size));
        }
        catch (PatternException)
        {
            return null;
        }
    }

    /// <summary>Its rules, to be put after so many others.</summary>
    public IEnumerable<Pattern> Rules(int before)
    {
        for (var rule = 0; rule < _rules.Length; rule++)
        {
            var automaton = _rules[rule].WithCalls(called => called + before);
            yield return _counted[rule] is not { } counted ? new Embedded(automaton) : counted with { Automaton = automaton, Item = counted.Item < 0 ? counted.Item : counted.Item + before };
        }
    }

    public int Start(int rule) => _offsets[rule] + _rules[rule].Start;

    public int RuleOf(int state) => _ruleOf[state];

    public bool IsFinal(int state) => _rules[_ruleOf[state]].IsFinal(state - _offsets[_ruleOf[state]]);

    public bool IsNullable(int rule) => _nullable[rule];

    /// <summary>The state after a byte; −1: none.</summary>
    /// <param name="state">The state.</param>
    /// <param name="value">The byte.</param>
    /// <param name="count">What the rule has counted so far, and counts then.</param>
    public int Step(int state, byte value, ref int count)
    {
        var rule = _ruleOf[state];
        var (offset, automaton) = (_offsets[rule], _rules[rule]);
        var target = automaton.Step(state - offset, value);
        if (target < 0) return -1;
        return _counted[rule] is not { } counted || Counts(counted, state - offset, target, automaton.IsFinal(target), ref count) ? target + offset : -1;
    }

    /// <summary>Whether from a state on a rule can still count as much as it has to, and not more than it may.</summary>
    public bool MayCount(int state, int count) => _counted[_ruleOf[state]] is not { } counted || IsWithin(counted, state - _offsets[_ruleOf[state]], count);

    /// <summary>The rules that count calls of a rule.</summary>
    public IEnumerable<int> CountersOf(int rule) => _counters[rule];

    /// <summary>Bytes that are enough from a state to the end of its rule, and of which some byte leaves one less.</summary>
    /// <param name="state">The state.</param>
    /// <param name="count">What was counted so far.</param>
    /// <param name="leastOf">The shortest way from each state to the end of its rule, counts aside.</param>
    public long BytesFrom(int state, int count, int[] leastOf)
    {
        var rule = _ruleOf[state];
        if (_counted[rule] is not { } counted || IsFinal(state)) return leastOf[state];
        var missing = Math.Max(0, counted.Range.Least - count);
        if (counted.Item >= 0) return missing == 0 ? leastOf[state] : leastOf[state] + missing * (1L + leastOf[Start(counted.Item)]);
        // a closing quotation mark, and characters before it
        return counted.Rest![state - _offsets[rule]] + Math.Max(counted.Low[state - _offsets[rule]], (long)missing) * Counted.MostBytesOfACharacter + 1;
    }

    /// <summary>The state after any character of a JSON string that stands for itself, where all of them lead to one; −1: they do not.</summary>
    public int AfterPlain(int state) => After(_afterPlain, state, PlainCharacters.After);

    /// <summary>The state after any character beyond ASCII, where all of them lead to one; −1: they do not.</summary>
    public int AfterHigh(int state) => After(_afterHigh, state, PlainCharacters.AfterHigh);

    /// <summary>Whether a character beyond ASCII may begin at a state.</summary>
    public bool ReadsHigh(int state)
    {
        var rule = _ruleOf[state];
        return PlainCharacters.ReadsHigh(_rules[rule], state - _offsets[rule]);
    }

    private int After(int[] known, int state, Func<Dfa, int, int> after)
    {
        if (known[state] != Unread) return known[state];
        var rule = _ruleOf[state];
        var target = after(_rules[rule], state - _offsets[rule]);
        return known[state] = target < 0 ? -1 : target + _offsets[rule];
    }

    private static bool Counts(Counted rule, int state, int target, bool ends, ref int count)
    {
        if (ends)
        {
            var holds = rule.Range.Holds(count);
            count = 0;
            return holds;
        }
        if (rule.Adds[state] && (rule.Range.Most != int.MaxValue || count < rule.Range.Least)) count++;
        return IsWithin(rule, target, count);
    }

    private static bool IsWithin(Counted rule, int state, int count) =>
        Math.Max(rule.Range.Least - (long)count, rule.Low[state]) <= Math.Min(rule.Range.Most == int.MaxValue ? int.MaxValue : rule.Range.Most - (long)count, rule.High[state]);

    /// <summary>Whether any byte may be read at a state.</summary>
    public bool Reads(int state) => _reads[state];

    /// <summary>Adds the states that a byte leads to from a state, each once.</summary>
    public void AddTargets(int state, Borrowed<(int State, int Rule, int Target)> moves)
    {
        var offset = _offsets[_ruleOf[state]];
        var bytes = _rules[_ruleOf[state]].Bytes(state - offset);
        for (var i = 0; i < bytes.Length; i++)
            if (bytes[i] >= 0 && bytes[..i].IndexOf(bytes[i]) < 0) moves.Add((state, -1, bytes[i] + offset));
    }

    /// <summary>The rules that a state calls, and where each call leads.</summary>
    public (int Rule, int Target)[] Calls(int state) => _calls[state];

    /// <summary>A state's moves, as ranges of bytes.</summary>
    public IEnumerable<(byte First, byte Last, int Target)> Ranges(int state)
    {
        var rule = _ruleOf[state];
        foreach (var (first, last, target) in _rules[rule].Ranges(state - _offsets[rule])) yield return (first, last, target + _offsets[rule]);
    }

    // A → α A is the loop α*: right recursion would keep a frame for each turn
    private static Pattern LoopedAtEnd(Pattern rule, int number)
    {
        if (rule is not OneOfPatterns choice) return rule;
        var turns = choice.Options.Where(EndsInItself).ToList();
        if (turns.Count == 0) return rule;
        var rest = choice.Options.Where(option => !EndsInItself(option)).ToList();
        return new Sequence(new Repeat(new OneOfPatterns([.. turns.Select(turn => new Sequence([.. ((Sequence)turn).Parts.SkipLast(1)]))]), 0, int.MaxValue), new OneOfPatterns(rest));

        bool EndsInItself(Pattern option) => option is Sequence { Parts: [.., Call last] } && last.Rule == number;
    }

    private static Pattern Inline(IReadOnlyList<Pattern> rules, int rule, Stack<int> path, ref int size)
    {
        if (path.Contains(rule)) throw new PatternException("it is recursive");
        path.Push(rule);
        var flat = Inline(rules, rules[rule], path, ref size);
        path.Pop();
        return flat;
    }

    private static Pattern Inline(IReadOnlyList<Pattern> rules, Pattern pattern, Stack<int> path, ref int size)
    {
        if (++size > MostInlined || path.Count > MostInlinedDepth) throw new PatternException("it is too large");
        switch (pattern)
        {
            case Counted or Embedded { Automaton.HasCalls: true }: throw new PatternException("it counts or chooses too much");
            case Call call: return Inline(rules, call.Rule, path, ref size);
            case Repeat repeat: return repeat with { Body = Inline(rules, repeat.Body, path, ref size) };
            case Sequence sequence: return new Sequence(InlineAll(sequence.Parts, ref size));
            case OneOfPatterns choice: return new OneOfPatterns(InlineAll(choice.Options, ref size));
            default: return pattern;
        }

        Pattern[] InlineAll(IReadOnlyList<Pattern> parts, ref int total)
        {
            var all = new Pattern[parts.Count];
            for (var i = 0; i < all.Length; i++) all[i] = Inline(rules, parts[i], path, ref total);
            return all;
        }
    }

    // cuts calls of rules that derive nothing
    private static Dfa[] Productive(Dfa[] rules, Counted?[] counted)
    {
        var productive = RulesThatEnd.Of(rules, counted, byBytes: true);
        for (var i = 0; i < rules.Length; i++) rules[i] = !productive[i] ? Dfa.Nothing : counted[i] is null ? rules[i].Keep(rule => productive[rule]) : rules[i].Cut(rule => productive[rule]);
        return rules;
    }

    private static (byte[] Classes, int Count) JoinClasses(Dfa[] rules)
    {
        var classes = new int[256];
        var refined = new Dictionary<(int, byte), int>();
        foreach (var rule in rules)
        {
            refined.Clear();
            for (var value = 0; value < 256; value++)
            {
                var key = (classes[value], rule.Classes[value]);
                if (!refined.TryGetValue(key, out var of)) refined.Add(key, of = refined.Count);
                classes[value] = of;
            }
        }
        return ([.. classes.Select(of => (byte)of)], classes.Max() + 1);
    }
}
