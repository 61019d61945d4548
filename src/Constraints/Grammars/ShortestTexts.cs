namespace DecodeAlign.Constraints;

/// <summary>
/// The shortest texts of a grammar in bytes, from each state to the end of its rule (Knuth, 1977): either with what rules count left aside, which no text is shorter than, or with as many bytes
/// as are enough for it.
/// </summary>
internal sealed class ShortestTexts
{
    private const int Unknown = int.MaxValue / 4;

    private readonly Grammar _grammar;
    private readonly int[] _bytes;
    private readonly bool _counts;

    /// <param name="grammar">The grammar.</param>
    /// <param name="counts">Whether what its rules count is not left aside.</param>
    public ShortestTexts(Grammar grammar, bool counts)
    {
        (_grammar, _counts) = (grammar, counts);
        _bytes = new int[grammar.StateCount];
        Array.Fill(_bytes, Unknown);
        // what leads to a state: a byte (rule −1) or a call
        using var moves = new Borrowed<(int State, int Rule, int Target)>(grammar.StateCount * 4);
        for (var state = 0; state < grammar.StateCount; state++)
        {
            grammar.AddTargets(state, moves);
            foreach (var (rule, target) in grammar.Calls(state)) moves.Add((state, rule, target));
        }
        using var into = new Grouped<(int State, int Rule, int Target)>(moves.Items, move => move.Target, grammar.StateCount);
        using var calls = new Grouped<(int State, int Rule, int Target)>(moves.Items, move => move.Rule + 1, grammar.RuleCount + 1);
        // states are settled in the order of their distance
        var open = new PriorityQueue<int, int>();
        for (var state = 0; state < grammar.StateCount; state++)
            if (grammar.IsFinal(state)) Try(state, 0);
        while (open.TryDequeue(out var state, out var bytes))
        {
            if (_bytes[state] != bytes) continue;
            Cancellation.Check();
            foreach (var move in into.Of(state)) Try(moves[move].State, bytes + (moves[move].Rule < 0 ? 1 : BytesFrom(grammar.Start(moves[move].Rule), 0)));
            if (grammar.Start(grammar.RuleOf(state)) != state) continue;
            TryCallers(grammar.RuleOf(state));
            if (counts)
                foreach (var rule in grammar.CountersOf(grammar.RuleOf(state))) TryCallers(rule);
        }

        void TryCallers(int rule)
        {
            var inside = BytesFrom(grammar.Start(rule), 0);
            foreach (var move in calls.Of(rule + 1)) Try(moves[move].State, inside + _bytes[moves[move].Target]);
        }

        void Try(int state, long bytes)
        {
            if (bytes >= _bytes[state]) return;
            _bytes[state] = (int)bytes;
            open.Enqueue(state, (int)bytes);
        }
    }

    /// <summary>Bytes of the shortest text.</summary>
    public int Least => _grammar.IsEmpty ? Unknown : _bytes[_grammar.Start(_grammar.Root)];

    /// <summary>Bytes that are enough from a state to the end of its rule, what it still has to count included.</summary>
    public long BytesFrom(int state, int count) => !_counts || _bytes[state] >= Unknown ? _bytes[state] : _grammar.BytesFrom(state, count, _bytes);

    /// <summary>The beginning of the shortest text from a state to the end of its rule, and whether it is all of it.</summary>
    public (byte[] Text, bool IsWhole) From(int state, int most)
    {
        var text = new List<byte>();
        var whole = Write(state, text, most, 0);
        return ([.. text], whole);
    }

    private bool Write(int state, List<byte> text, int most, int depth)
    {
        while (!_grammar.IsFinal(state))
        {
            if (text.Count >= most || depth > most) return false;
            var (_, step) = Best(state);
            if (step.Rule < 0) text.Add(step.Value);
            else if (!Write(_grammar.Start(step.Rule), text, most, depth + 1)) return false;
            state = step.Target;
        }
        return true;
    }

    private (int Bytes, (int Rule, byte Value, int Target) Step) Best(int state)
    {
        var (bytes, step) = (Unknown, (Rule: -1, Value: (byte)0, Target: state));
        foreach (var (first, _, target) in _grammar.Ranges(state))
            if (_bytes[target] + 1 < bytes) (bytes, step) = (_bytes[target] + 1, (-1, first, target));
        foreach (var (rule, target) in _grammar.Calls(state))
            if (_bytes[target] + BytesFrom(_grammar.Start(rule), 0) is var all && all < bytes) (bytes, step) = ((int)all, (rule, 0, target));
        return (bytes, step);
    }
}
