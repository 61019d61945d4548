namespace DecodeAlign.Constraints;

/// <summary>
/// A deterministic automaton over bytes. States of a grammar's rule may also call rules: after what the rule derives the text goes on at the call's
/// target. Every state can be reached, and from every state an end can be. Immutable.
/// </summary>
internal sealed class Dfa
{
    private readonly byte[] _classes;
    private readonly int _width;
    private readonly int[] _next;
    private readonly bool[] _finals;
    private readonly (int Rule, int Target)[][] _calls;

    public Dfa(byte[] classes, int width, int[] next, bool[] finals, (int Rule, int Target)[][] calls, int start) =>
        (_classes, _width, _next, _finals, _calls, Start) = (classes, width, next, finals, calls, start);

    /// <summary>Accepts nothing.</summary>
    public static Dfa Nothing { get; } = new(new byte[256], 1, [], [], [], 0);

    /// <summary>Number of states; 0: no text is accepted.</summary>
    public int Count => _finals.Length;

    public int Start { get; }

    public bool HasCalls => Array.Exists(_calls, calls => calls.Length > 0);

    /// <summary>The class of each byte: bytes of a class are told apart nowhere.</summary>
    public ReadOnlySpan<byte> Classes => _classes;

    public bool IsFinal(int state) => _finals[state];

    /// <summary>The state after a byte; −1: none.</summary>
    public int Step(int state, byte value) => _next[state * _width + _classes[value]];

    public ReadOnlySpan<(int Rule, int Target)> Calls(int state) => _calls[state];

    public bool Matches(ReadOnlySpan<byte> bytes)
    {
        if (Count == 0) return false;
        var state = Start;
        foreach (var value in bytes)
            if ((state = Step(state, value)) < 0) return false;
        return _finals[state];
    }

    /// <summary>A state's moves, as ranges of bytes.</summary>
    public IEnumerable<(byte First, byte Last, int Target)> Ranges(int state)
    {
        for (var first = 0; first < 256;)
        {
            var target = Step(state, (byte)first);
            var last = first;
            while (last < 255 && Step(state, (byte)(last + 1)) == target) last++;
            if (target >= 0) yield return ((byte)first, (byte)last, target);
            first = last + 1;
        }
    }

    /// <summary>What both accept; or, where the other is negated, what this one accepts and the other does not. Neither may call rules.</summary>
    /// <exception cref="PatternException">The product is too large.</exception>
    public Dfa And(Dfa other, bool negated = false)
    {
        if (Count == 0 || (other.Count == 0 && !negated)) return Nothing;
        if (other.Count == 0) return this;
        var builder = new DfaBuilder();
        var pairs = new List<(int, int)> { (Start, other.Start) };
        var numbers = new Dictionary<(int, int), int> { [pairs[0]] = 0 };
        for (var i = 0; i < pairs.Count; i++)
        {
            var (mine, others) = pairs[i];
            builder.Add(_finals[mine] && (others >= 0 && other._finals[others]) != negated);
            for (var value = 0; value < 256; value++)
            {
                var left = Step(mine, (byte)value);
                var right = others < 0 ? -1 : other.Step(others, (byte)value);
                if (left < 0 || (right < 0 && !negated)) continue;
                if (!numbers.TryGetValue((left, right), out var target))
                {
                    if (pairs.Count >= Determiniser.MostStates) throw new PatternException($"the rules together are too large: more than {Determiniser.MostStates} states");
                    target = pairs.Count;
                    numbers.Add((left, right), target);
                    pairs.Add((left, right));
                }
                builder.Move(i, (byte)value, target);
            }
        }
        return builder.Build(0).Minimise();
    }

    /// <summary>The automaton without its other calls.</summary>
    public Dfa Keep(Func<int, bool> calls) =>
        HasCalls ? new Dfa(_classes, _width, _next, _finals, [.. _calls.Select(of => of.Where(call => calls(call.Rule)).ToArray())], Start).Minimise() : this;

    /// <summary>The automaton without its other calls, and without moves to where no end can be reached. States keep their numbers.</summary>
    public Dfa Cut(Func<int, bool> calls)
    {
        var kept = new Dfa(_classes, _width, [.. _next], _finals, [.. _calls.Select(of => of.Where(call => calls(call.Rule)).ToArray())], Start);
        var useful = kept.Useful();
        if (Count == 0 || !useful[Start]) return Nothing;
        for (var i = 0; i < kept._next.Length; i++)
            if (kept._next[i] >= 0 && !useful[kept._next[i]]) kept._next[i] = -1;
        for (var i = 0; i < kept._calls.Length; i++) kept._calls[i] = [.. kept._calls[i].Where(call => useful[call.Target])];
        return kept;
    }

    /// <summary>The least automaton that accepts the same (Valmari, "Fast brief practical DFA minimization", 2012).</summary>
    public Dfa Minimise()
    {
        var useful = Useful();
        if (Count == 0 || !useful[Start]) return Nothing;
        var symbols = new Dictionary<int, int>();
        var moves = new List<(int Tail, int Symbol, int Head)>();
        for (var state = 0; state < Count; state++)
        {
            if (!useful[state]) continue;
            for (var i = 0; i < _width; i++)
                if (_next[state * _width + i] is >= 0 and var target && useful[target]) moves.Add((state, i, target));
            foreach (var (rule, target) in _calls[state])
            {
                if (!useful[target]) continue;
                if (!symbols.TryGetValue(rule, out var symbol)) symbols.Add(rule, symbol = _width + symbols.Count);
                moves.Add((state, symbol, target));
            }
        }
        var blocks = Partition.Refine(Count, useful, _finals, moves);
        var (count, width) = (blocks.Max() + 1, _width);
        var next = new int[count * width];
        Array.Fill(next, -1);
        var finals = new bool[count];
        var calls = new Dictionary<int, int>[count];
        var rules = symbols.ToDictionary(pair => pair.Value, pair => pair.Key);
        for (var state = 0; state < Count; state++)
            if (useful[state]) finals[blocks[state]] |= _finals[state];
        foreach (var (tail, symbol, head) in moves)
            if (symbol < width) next[blocks[tail] * width + symbol] = blocks[head];
            else (calls[blocks[tail]] ??= [])[rules[symbol]] = blocks[head];
        return new(_classes, width, next, finals, [.. calls.Select(of => of is null ? [] : of.Select(call => (call.Key, call.Value)).ToArray())], blocks[Start]);
    }

    // states that the start reaches and that reach an end
    private bool[] Useful()
    {
        var before = new List<int>[Count];
        for (var i = 0; i < Count; i++) before[i] = [];
        for (var state = 0; state < Count; state++)
        {
            for (var i = 0; i < _width; i++)
                if (_next[state * _width + i] is >= 0 and var target) before[target].Add(state);
            foreach (var (_, target) in _calls[state]) before[target].Add(state);
        }
        var ends = Reach(Enumerable.Range(0, Count).Where(state => _finals[state]), state => before[state]);
        var reached = Reach(Count == 0 ? [] : [Start], state => Targets(state).Where(target => ends[target]));
        return [.. ends.Zip(reached, (left, right) => left && right)];
    }

    private IEnumerable<int> Targets(int state)
    {
        for (var i = 0; i < _width; i++)
            if (_next[state * _width + i] is >= 0 and var target) yield return target;
        foreach (var (_, target) in _calls[state]) yield return target;
    }

    private bool[] Reach(IEnumerable<int> from, Func<int, IEnumerable<int>> next)
    {
        var seen = new bool[Count];
        var open = new Stack<int>(from);
        foreach (var state in open) seen[state] = true;
        while (open.TryPop(out var state))
            foreach (var other in next(state))
            {
                if (seen[other]) continue;
                seen[other] = true;
                open.Push(other);
            }
        return seen;
    }
}
