namespace DecodeAlign.Constraints;

/// <summary>The shortest texts of a grammar in bytes, from each state to the end of its rule (Knuth, 1977).</summary>
internal sealed class ShortestTexts
{
    private const int Unknown = int.MaxValue / 4;

    private readonly Grammar _grammar;
    private readonly int[] _bytes;

    public ShortestTexts(Grammar grammar)
    {
        _grammar = grammar;
        _bytes = new int[grammar.StateCount];
        Array.Fill(_bytes, Unknown);
        var before = new List<int>[grammar.StateCount];
        for (var state = 0; state < before.Length; state++) before[state] = [];
        var callers = new Dictionary<int, List<int>>();
        for (var state = 0; state < before.Length; state++)
        {
            foreach (var (_, _, target) in grammar.Ranges(state)) before[target].Add(state);
            foreach (var (rule, target) in grammar.Calls(state))
            {
                before[target].Add(state);
                if (!callers.TryGetValue(rule, out var list)) callers.Add(rule, list = []);
                list.Add(state);
            }
        }
        // states are settled in the order of their distance
        var open = new PriorityQueue<int, int>();
        for (var state = 0; state < before.Length; state++)
            if (grammar.IsFinal(state)) Settle(state, 0);
        while (open.TryDequeue(out var state, out var bytes))
        {
            if (_bytes[state] != bytes) continue;
            foreach (var other in before[state]) Try(other);
            if (grammar.Start(grammar.RuleOf(state)) == state && callers.TryGetValue(grammar.RuleOf(state), out var calling))
                foreach (var other in calling) Try(other);
        }

        void Try(int state)
        {
            var (bytes, _) = Best(state);
            if (bytes < _bytes[state]) Settle(state, bytes);
        }

        void Settle(int state, int bytes)
        {
            _bytes[state] = bytes;
            open.Enqueue(state, bytes);
        }
    }

    /// <summary>Bytes of the shortest text.</summary>
    public int Least => _grammar.IsEmpty ? Unknown : _bytes[_grammar.Start(_grammar.Root)];

    /// <summary>Bytes that are enough from a state to the end of its rule, what it still has to count included.</summary>
    public long BytesFrom(int state, int count) => _grammar.BytesFrom(state, count, _bytes);

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
            if (_bytes[target] + _bytes[_grammar.Start(rule)] < bytes) (bytes, step) = (_bytes[target] + _bytes[_grammar.Start(rule)], (rule, 0, target));
        return (bytes, step);
    }
}
