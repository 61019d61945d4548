using System.Collections.Concurrent;

namespace DecodeAlign.Constraints;

/// <summary>Character sets as automata over the bytes of UTF-8.</summary>
internal static class Utf8Ranges
{
    private const int MostKnown = 1000;

    private static readonly ConcurrentDictionary<string, Dfa> Known = new(StringComparer.Ordinal);

    /// <summary>The least automaton that accepts the encoding of one character of the set.</summary>
    public static Dfa Automaton(CharacterSet set)
    {
        if (Known.Count >= MostKnown) Known.Clear();
        return Known.GetOrAdd(set.Key, static (_, of) => Build(of), set);
    }

    private static Dfa Build(CharacterSet set)
    {
        using var builder = new DfaBuilder();
        var known = new Dictionary<string, int>(StringComparer.Ordinal);
        var (start, final) = (builder.Add(final: false), builder.Add(final: true));
        foreach (var (lowest, highest) in new[] { (0, 0x7F), (0x80, 0x7FF), (0x800, 0xFFFF), (0x10000, 0x10FFFF) })
        {
            var length = lowest == 0 ? 1 : lowest == 0x80 ? 2 : lowest == 0x800 ? 3 : 4;
            var lead = length == 1 ? 0 : 0xF00 >> length & 0xFF;
            var shift = 6 * (length - 1);
            for (var first = lowest >> shift; first <= highest >> shift; first++)
            {
                var from = Math.Max(first << shift, lowest);
                var target = Below(set, from, ((first + 1) << shift) - 1, first << shift, shift, builder, known, final);
                if (target >= 0) builder.Move(start, (byte)(lead | first), target);
            }
        }
        return builder.Build(start).Minimise();
    }

    // the state before the remaining bytes of the characters from low to high; states with the same continuations are one
    private static int Below(CharacterSet set, int low, int high, int begin, int shift, DfaBuilder builder, Dictionary<string, int> known, int final)
    {
        var inside = Overlap(set, low, high);
        if (inside.Count == 0) return -1;
        if (shift == 0) return final;
        var key = $"{shift}:{string.Join(',', inside.Select(range => $"{range.First - begin:x}-{range.Last - begin:x}"))}";
        if (known.TryGetValue(key, out var state)) return state;
        state = builder.Add(final: false);
        known.Add(key, state);
        shift -= 6;
        for (var next = 0; next < 64; next++)
        {
            var start = begin + (next << shift);
            var target = Below(set, Math.Max(start, low), Math.Min(start + (1 << shift) - 1, high), start, shift, builder, known, final);
            if (target >= 0) builder.Move(state, (byte)(0x80 | next), target);
        }
        return state;
    }

    private static List<(int First, int Last)> Overlap(CharacterSet set, int low, int high)
    {
        var inside = new List<(int, int)>();
        if (low > high) return inside;
        var (left, right) = (0, set.Ranges.Count);
        while (left < right)
        {
            var middle = (left + right) / 2;
            if (set.Ranges[middle].Last < low) left = middle + 1;
            else right = middle;
        }
        for (; left < set.Ranges.Count && set.Ranges[left].First <= high; left++) inside.Add((Math.Max(set.Ranges[left].First, low), Math.Min(set.Ranges[left].Last, high)));
        return inside;
    }
}
