using System.Text;

namespace DecodeAlign.Constraints;

/// <summary>A finite set of texts as its least automaton, however many they are.</summary>
internal static class TextSet
{
    private const int MostStates = 200_000;

    /// <exception cref="PatternException">They are too many.</exception>
    public static Dfa Automaton(IReadOnlyCollection<string> texts)
    {
        var sorted = texts.Distinct(StringComparer.Ordinal).Select(Encoding.UTF8.GetBytes).ToList();
        sorted.Sort((left, right) => left.AsSpan().SequenceCompareTo(right));
        if (sorted.Count == 0) return Dfa.Nothing;
        using var builder = new DfaBuilder();
        return builder.Build(State(builder, new(new SameSteps()), sorted, 0, sorted.Count, 0));
    }

    // texts that begin alike up to a depth; sets that go on alike are one state
    private static int State(DfaBuilder builder, Dictionary<Steps, int> known, List<byte[]> texts, int first, int past, int depth)
    {
        if (depth > 4000) throw new PatternException("a text of more than 4000 bytes among several is not supported");
        Cancellation.Check();
        var final = texts[first].Length == depth;
        var steps = new List<(byte Value, int Target)>();
        for (var at = final ? first + 1 : first; at < past;)
        {
            var (value, end) = (texts[at][depth], at + 1);
            while (end < past && texts[end][depth] == value) end++;
            steps.Add((value, State(builder, known, texts, at, end, depth + 1)));
            at = end;
        }
        var key = new Steps(final, [.. steps]);
        if (known.TryGetValue(key, out var state)) return state;
        if (builder.Count >= MostStates) throw new PatternException($"the texts together are too large: more than {MostStates} states");
        state = builder.Add(final);
        foreach (var (value, target) in steps) builder.Move(state, value, target);
        known.Add(key, state);
        return state;
    }

    private readonly record struct Steps(bool IsFinal, (byte Value, int Target)[] To);

    private sealed class SameSteps : IEqualityComparer<Steps>
    {
        public bool Equals(Steps left, Steps right) => left.IsFinal == right.IsFinal && left.To.AsSpan().SequenceEqual(right.To);

        public int GetHashCode(Steps steps)
        {
            var hash = new HashCode();
            hash.Add(steps.IsFinal);
            foreach (var step in steps.To) hash.Add(step);
            return hash.ToHashCode();
        }
    }
}
