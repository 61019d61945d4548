namespace DecodeAlign.Constraints;

/// <summary>A nondeterministic automaton over bytes and calls of rules, built from a pattern (Thompson, 1968). Its size is capped.</summary>
internal sealed class Nfa
{
    /// <summary>Most states.</summary>
    public const int MostStates = 60_000;

    private const int MostDepth = 400;

    private Nfa()
    {
    }

    public List<List<(byte First, byte Last, int Target)>> Moves { get; } = [];

    public List<List<int>> Free { get; } = [];

    public List<List<(int Rule, int Target)>> Calls { get; } = [];

    public int Start { get; private set; }

    public int Final { get; private set; }

    /// <exception cref="PatternException">The pattern is too large.</exception>
    public static Nfa Of(Pattern pattern)
    {
        var nfa = new Nfa();
        nfa.Start = nfa.NewState();
        nfa.Final = nfa.NewState();
        nfa.Add(pattern, nfa.Start, nfa.Final, 0);
        return nfa;
    }

    private int NewState()
    {
        if (Moves.Count >= MostStates) throw new PatternException($"it is too large: more than {MostStates} states");
        Moves.Add([]);
        Free.Add([]);
        Calls.Add([]);
        return Moves.Count - 1;
    }

    private void Add(Pattern pattern, int from, int to, int depth)
    {
        if (depth > MostDepth) throw new PatternException($"it is nested more than {MostDepth} deep");
        switch (pattern)
        {
            case OneCharacter one:
                AddSet(one.Set, from, to);
                break;
            case Sequence sequence:
                for (var i = 0; i < sequence.Parts.Count; i++)
                {
                    var next = i == sequence.Parts.Count - 1 ? to : NewState();
                    Add(sequence.Parts[i], from, next, depth + 1);
                    from = next;
                }
                if (sequence.Parts.Count == 0) Free[from].Add(to);
                break;
            case OneOfPatterns choice:
                foreach (var option in choice.Options) Isolated(option, from, to, depth);
                break;
            case Repeat repeat:
                AddRepeat(repeat, from, to, depth);
                break;
            case Embedded embedded:
                Copy(embedded.Automaton, from, to);
                break;
            case Call call:
                Calls[from].Add((call.Rule, to));
                break;
            default:
                throw new InvalidOperationException($"unknown pattern {pattern.GetType().Name}");
        }
    }

    // between states of its own, so that a loop inside does not reach its neighbours
    private void Isolated(Pattern pattern, int from, int to, int depth)
    {
        var (first, last) = (NewState(), NewState());
        Free[from].Add(first);
        Free[last].Add(to);
        Add(pattern, first, last, depth + 1);
    }

    private void AddRepeat(Repeat repeat, int from, int to, int depth)
    {
        for (var i = 0; i < repeat.Least; i++)
        {
            var next = NewState();
            Isolated(repeat.Body, from, next, depth);
            from = next;
        }
        if (repeat.Most == int.MaxValue)
        {
            var loop = NewState();
            Free[from].Add(loop);
            Isolated(repeat.Body, loop, loop, depth);
            Free[loop].Add(to);
            return;
        }
        for (var i = repeat.Least; i < repeat.Most; i++)
        {
            Free[from].Add(to);
            var next = NewState();
            Isolated(repeat.Body, from, next, depth);
            from = next;
        }
        Free[from].Add(to);
    }

    private void AddSet(CharacterSet set, int from, int to)
    {
        if (set.Ranges is [{ Last: < 0x80 }, ..] && set.Ranges[^1].Last < 0x80)
        {
            foreach (var (first, last) in set.Ranges) Moves[from].Add(((byte)first, (byte)last, to));
            return;
        }
        Copy(Utf8Ranges.Automaton(set), from, to);
    }

    private void Copy(Dfa dfa, int from, int to)
    {
        if (dfa.Count == 0) return;
        var states = new int[dfa.Count];
        for (var i = 0; i < states.Length; i++) states[i] = NewState();
        Free[from].Add(states[dfa.Start]);
        for (var state = 0; state < states.Length; state++)
        {
            if (dfa.IsFinal(state)) Free[states[state]].Add(to);
            foreach (var (first, last, target) in dfa.Ranges(state)) Moves[states[state]].Add((first, last, states[target]));
            foreach (var (rule, target) in dfa.Calls(state)) Calls[states[state]].Add((rule, states[target]));
        }
    }
}
