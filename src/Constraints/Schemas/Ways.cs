namespace DecodeAlign.Constraints;

/// <summary>Which numbers of characters the ways from each state of a string's automaton to its end have.</summary>
internal static class Ways
{
    /// <summary>The least and the most characters that are begun from each state on.</summary>
    /// <param name="automaton">The automaton of a JSON string, its quotes included.</param>
    /// <param name="adds">Whether a step out of a state, but not to the end, begins a character.</param>
    /// <param name="low">The least.</param>
    /// <param name="high">The most; <see cref="int.MaxValue"/>: without end.</param>
    /// <returns>Whether every number between the two is had by some way, from every state.</returns>
    public static bool TryCount(Dfa automaton, bool[] adds, out int[] low, out int[] high)
    {
        var targets = Enumerable.Range(0, automaton.Count).Select(state => automaton.Ranges(state).Select(range => range.Target).Distinct().ToArray()).ToArray();
        var before = new List<int>[automaton.Count];
        for (var state = 0; state < before.Length; state++) before[state] = [];
        for (var state = 0; state < before.Length; state++)
            foreach (var target in targets[state]) before[target].Add(state);
        (low, high) = (Low(automaton, adds, before), High(automaton, adds, targets, before));
        for (var state = 0; state < targets.Length; state++)
            if (low[state] != int.MaxValue && !IsWhole(automaton, adds, targets, low, high, state)) return false;
        return true;
    }

    /// <summary>Bytes from each state to where a character begins or the string ends; after a backslash, those of the longest escape but a pair.</summary>
    public static int[] Rest(Dfa automaton, bool[] adds)
    {
        var rest = new int[automaton.Count];
        Array.Fill(rest, int.MaxValue / 2);
        for (var state = 0; state < rest.Length; state++)
            if (adds[state] || automaton.IsFinal(state)) rest[state] = 0;
        // no character has more bytes than a pair of escapes
        for (var turn = 0; turn < 12; turn++)
            for (var state = 0; state < rest.Length; state++)
                if (!adds[state] && !automaton.IsFinal(state))
                    foreach (var (_, _, target) in automaton.Ranges(state)) rest[state] = Math.Min(rest[state], rest[target] + 1);
        for (var state = 0; state < rest.Length; state++)
            if (adds[state] && automaton.Step(state, (byte)'\\') is >= 0 and var escape && automaton.Step(escape, (byte)'u') is >= 0 and var digits) rest[escape] = Math.Max(rest[escape], rest[digits] + 1);
        return rest;
    }

    private static int Weight(Dfa automaton, bool[] adds, int state, int target) => adds[state] && !automaton.IsFinal(target) ? 1 : 0;

    private static int[] Low(Dfa automaton, bool[] adds, List<int>[] before)
    {
        var low = new int[automaton.Count];
        Array.Fill(low, int.MaxValue);
        // steps of weight 0 first
        var open = new LinkedList<int>();
        for (var state = 0; state < low.Length; state++)
            if (automaton.IsFinal(state))
            {
                low[state] = 0;
                open.AddLast(state);
            }
        while (open.First is { } first)
        {
            open.RemoveFirst();
            foreach (var state in before[first.Value])
            {
                var weight = Weight(automaton, adds, state, first.Value);
                if (low[first.Value] + weight >= low[state]) continue;
                low[state] = low[first.Value] + weight;
                if (weight == 0) open.AddFirst(state);
                else open.AddLast(state);
            }
        }
        return low;
    }

    // a state whose ways all end is settled once all that follow it are; the others lead into a circle
    private static int[] High(Dfa automaton, bool[] adds, int[][] targets, List<int>[] before)
    {
        var high = new int[automaton.Count];
        Array.Fill(high, int.MaxValue);
        var left = targets.Select(next => next.Length).ToArray();
        var open = new Stack<int>(Enumerable.Range(0, left.Length).Where(state => left[state] == 0));
        while (open.TryPop(out var state))
        {
            high[state] = targets[state].Length == 0 ? 0 : targets[state].Max(target => high[target] + Weight(automaton, adds, state, target));
            foreach (var earlier in before[state])
                if (--left[earlier] == 0) open.Push(earlier);
        }
        return high;
    }

    private static bool IsWhole(Dfa automaton, bool[] adds, int[][] targets, int[] low, int[] high, int state)
    {
        if (targets[state].Length == 0) return true;
        var reached = low[state] - 1L;
        foreach (var (from, to) in targets[state].Where(target => low[target] != int.MaxValue)
            .Select(target => (Low: low[target] + Weight(automaton, adds, state, target), High: high[target] == int.MaxValue ? int.MaxValue : (long)high[target] + Weight(automaton, adds, state, target))).OrderBy(way => way.Low))
        {
            if (from > reached + 1) return false;
            reached = Math.Max(reached, to);
        }
        return true;
    }
}
