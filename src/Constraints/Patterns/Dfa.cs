using System.Buffers;

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
        // bytes that neither tells apart
        var (classes, both) = (new byte[256], new List<(byte Mine, byte Others)>());
        for (var value = 0; value < 256; value++)
        {
            var pair = (_classes[value], other._classes[value]);
            if (!both.Contains(pair)) both.Add(pair);
            classes[value] = (byte)both.IndexOf(pair);
        }
        var pairs = new List<(int Mine, int Others)> { (Start, other.Start) };
        var numbers = new Dictionary<(int, int), int> { [pairs[0]] = 0 };
        using var next = new Borrowed<int>(both.Count * (Count + 16));
        var finals = new List<bool>();
        for (var i = 0; i < pairs.Count; i++)
        {
            Cancellation.Check();
            var (mine, others) = pairs[i];
            finals.Add(_finals[mine] && (others >= 0 && other._finals[others]) != negated);
            foreach (var (left, right) in both)
            {
                var targets = (_next[mine * _width + left], others < 0 ? -1 : other._next[others * other._width + right]);
                if (targets.Item1 < 0 || (targets.Item2 < 0 && !negated))
                {
                    next.Add(-1);
                    continue;
                }
                if (!numbers.TryGetValue(targets, out var target))
                {
                    if (pairs.Count >= Determiniser.MostStates) throw new PatternException($"the rules together are too large: more than {Determiniser.MostStates} states");
                    target = pairs.Count;
                    numbers.Add(targets, target);
                    pairs.Add(targets);
                }
                next.Add(target);
            }
        }
        return new Dfa(classes, both.Count, next.Items.ToArray(), [.. finals], NoCalls(finals.Count), 0).Minimise();
    }

    private static (int Rule, int Target)[][] NoCalls(int states)
    {
        var none = new (int Rule, int Target)[states][];
        Array.Fill(none, []);
        return none;
    }

    /// <summary>The automaton with other numbers of the rules that it calls.</summary>
    public Dfa WithCalls(Func<int, int> number) => HasCalls ? new(_classes, _width, _next, _finals, Array.ConvertAll(_calls, of => Array.ConvertAll(of, call => (number(call.Rule), call.Target))), Start) : this;

    /// <summary>The automaton without its other calls.</summary>
    public Dfa Keep(Func<int, bool> calls)
    {
        if (!HasCalls) return this;
        if (Array.TrueForAll(_calls, of => Array.TrueForAll(of, call => calls(call.Rule))) && Array.TrueForAll(Useful(), isUseful => isUseful)) return this;
        return new Dfa(_classes, _width, _next, _finals, Array.ConvertAll(_calls, of => Array.FindAll(of, call => calls(call.Rule))), Start).Minimise();
    }

    /// <summary>The automaton without its other calls, and without moves to where no end can be reached. States keep their numbers.</summary>
    public Dfa Cut(Func<int, bool> calls)
    {
        var kept = new Dfa(_classes, _width, [.. _next], _finals, Array.ConvertAll(_calls, of => Array.FindAll(of, call => calls(call.Rule))), Start);
        var useful = kept.Useful();
        if (Count == 0 || !useful[Start]) return Nothing;
        for (var i = 0; i < kept._next.Length; i++)
            if (kept._next[i] >= 0 && !useful[kept._next[i]]) kept._next[i] = -1;
        for (var i = 0; i < kept._calls.Length; i++) kept._calls[i] = Array.FindAll(kept._calls[i], call => useful[call.Target]);
        return kept;
    }

    /// <summary>The least automaton that accepts the same (Valmari, "Fast brief practical DFA minimization", 2012).</summary>
    public Dfa Minimise()
    {
        var useful = Useful();
        if (Count == 0 || !useful[Start]) return Nothing;
        var symbols = new Dictionary<int, int>();
        var rented = Moves(useful, symbols, out var moved);
        var moves = rented.AsSpan(0, moved);
        var blocks = Partition.Refine(Count, useful, _finals, moves, _width + symbols.Count);
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
        ArrayPool<(int, int, int)>.Shared.Return(rented);
        return new(_classes, width, next, finals, [.. calls.Select(of => of is null ? [] : of.Select(call => (call.Key, call.Value)).ToArray())], blocks[Start]);
    }

    // moves between some states; calls of a rule are a symbol. Borrowed: give it back
    private (int Tail, int Symbol, int Head)[] Moves(bool[] useful, Dictionary<int, int> symbols, out int count)
    {
        count = 0;
        for (var state = 0; state < Count; state++)
        {
            if (!useful[state]) continue;
            foreach (var target in Bytes(state))
                if (target >= 0 && useful[target]) count++;
            foreach (var (_, target) in _calls[state])
                if (useful[target]) count++;
        }
        var moves = ArrayPool<(int Tail, int Symbol, int Head)>.Shared.Rent(count);
        count = 0;
        for (var state = 0; state < Count; state++)
        {
            if (!useful[state]) continue;
            var bytes = Bytes(state);
            for (var i = 0; i < bytes.Length; i++)
                if (bytes[i] >= 0 && useful[bytes[i]]) moves[count++] = (state, i, bytes[i]);
            foreach (var (rule, target) in _calls[state])
            {
                if (!useful[target]) continue;
                if (!symbols.TryGetValue(rule, out var symbol)) symbols.Add(rule, symbol = _width + symbols.Count);
                moves[count++] = (state, symbol, target);
            }
        }
        return moves;
    }

    /// <summary>Where the classes of bytes lead from a state; −1: nowhere.</summary>
    public ReadOnlySpan<int> Bytes(int state) => _next.AsSpan(state * _width, _width);

    // states that the start reaches and that reach an end
    private bool[] Useful()
    {
        var (reached, ends) = (new bool[Count], new bool[Count]);
        var open = new Stack<int>();
        if (Count > 0) Visit(reached, open, Start);
        while (open.TryPop(out var state))
        {
            foreach (var target in Bytes(state))
                if (target >= 0) Visit(reached, open, target);
            foreach (var (_, target) in _calls[state]) Visit(reached, open, target);
        }
        var all = Moves(reached, [], out var count);
        using var into = new Grouped<(int Tail, int Symbol, int Head)>(all.AsSpan(0, count), move => move.Head, Count);
        for (var state = 0; state < Count; state++)
            if (reached[state] && _finals[state]) Visit(ends, open, state);
        while (open.TryPop(out var state))
            foreach (var move in into.Of(state)) Visit(ends, open, all[move].Tail);
        ArrayPool<(int, int, int)>.Shared.Return(all);
        return ends;

        static void Visit(bool[] seen, Stack<int> open, int state)
        {
            if (seen[state]) return;
            seen[state] = true;
            open.Push(state);
        }
    }
}
