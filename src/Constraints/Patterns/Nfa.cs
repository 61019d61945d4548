using System.Runtime.InteropServices;

namespace DecodeAlign.Constraints;

/// <summary>A nondeterministic automaton over bytes and calls of rules, built from a pattern (Thompson, 1968). Its size is capped.</summary>
internal sealed class Nfa : IDisposable
{
    /// <summary>Most states.</summary>
    public const int MostStates = 60_000;

    private const int MostDepth = 400;

    private Nfa()
    {
    }

    private readonly List<(int State, byte First, byte Last, int Target)> _moves = [];
    private readonly List<(int State, int Target)> _free = [];
    private readonly List<(int State, int Rule, int Target)> _calls = [];
    private Grouped<(int State, byte First, byte Last, int Target)> _movesOf = null!;
    private Grouped<(int State, int Target)> _freeOf = null!;
    private Grouped<(int State, int Rule, int Target)> _callsOf = null!;

    /// <summary>Number of states.</summary>
    public int Count { get; private set; }

    public int Start { get; private set; }

    public int Final { get; private set; }

    /// <exception cref="PatternException">The pattern is too large.</exception>
    public static Nfa Of(Pattern pattern)
    {
        var nfa = new Nfa();
        nfa.Start = nfa.NewState();
        nfa.Final = nfa.NewState();
        nfa.Add(pattern, nfa.Start, nfa.Final, 0);
        nfa._movesOf = new(CollectionsMarshal.AsSpan(nfa._moves), move => move.State, nfa.Count);
        nfa._freeOf = new(CollectionsMarshal.AsSpan(nfa._free), move => move.State, nfa.Count);
        nfa._callsOf = new(CollectionsMarshal.AsSpan(nfa._calls), move => move.State, nfa.Count);
        return nfa;
    }

    /// <summary>Numbers of a state's moves by bytes.</summary>
    public ReadOnlySpan<int> MovesOf(int state) => _movesOf.Of(state);

    /// <summary>Numbers of a state's moves that read nothing.</summary>
    public ReadOnlySpan<int> FreeOf(int state) => _freeOf.Of(state);

    /// <summary>Numbers of a state's calls.</summary>
    public ReadOnlySpan<int> CallsOf(int state) => _callsOf.Of(state);

    public (int State, byte First, byte Last, int Target) MoveAt(int number) => _moves[number];

    public int FreeAt(int number) => _free[number].Target;

    public (int State, int Rule, int Target) CallAt(int number) => _calls[number];

    public void Dispose()
    {
        _movesOf.Dispose();
        _freeOf.Dispose();
        _callsOf.Dispose();
    }

    private int NewState()
    {
        if (Count % 1000 == 0) Cancellation.Check();
        return Count < MostStates ? Count++ : throw new PatternException($"it is too large: more than {MostStates} states");
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
                if (sequence.Parts.Count == 0) _free.Add((from, to));
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
            case TerminalByte terminal:
                _moves.Add((from, terminal.Value, terminal.Value, to));
                break;
            case Call call:
                _calls.Add((from, call.Rule, to));
                break;
            default:
                throw new InvalidOperationException($"unknown pattern {pattern.GetType().Name}");
        }
    }

    // between states of its own, so that a loop inside does not reach its neighbours
    private void Isolated(Pattern pattern, int from, int to, int depth)
    {
        var (first, last) = (NewState(), NewState());
        _free.Add((from, first));
        _free.Add((last, to));
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
            _free.Add((from, loop));
            Isolated(repeat.Body, loop, loop, depth);
            _free.Add((loop, to));
            return;
        }
        for (var i = repeat.Least; i < repeat.Most; i++)
        {
            _free.Add((from, to));
            var next = NewState();
            Isolated(repeat.Body, from, next, depth);
            from = next;
        }
        _free.Add((from, to));
    }

    private void AddSet(CharacterSet set, int from, int to)
    {
        if (set.Ranges is [{ Last: < 0x80 }, ..] && set.Ranges[^1].Last < 0x80)
        {
            foreach (var (first, last) in set.Ranges) _moves.Add((from, (byte)first, (byte)last, to));
            return;
        }
        Copy(Utf8Ranges.Automaton(set), from, to);
    }

    private void Copy(Dfa dfa, int from, int to)
    {
        if (dfa.Count == 0) return;
        var states = new int[dfa.Count];
        for (var i = 0; i < states.Length; i++) states[i] = NewState();
        _free.Add((from, states[dfa.Start]));
        for (var state = 0; state < states.Length; state++)
        {
            if (dfa.IsFinal(state)) _free.Add((states[state], to));
            foreach (var (first, last, target) in dfa.Ranges(state)) _moves.Add((states[state], first, last, states[target]));
            foreach (var (rule, target) in dfa.Calls(state)) _calls.Add((states[state], rule, states[target]));
        }
    }
}
