using System.Globalization;
using System.Text;

namespace DecodeAlign.Constraints;

/// <summary>Adds escapes <c>\uXXXX</c> to an automaton: each leads where its character does. States are shared where the same leads on.</summary>
internal sealed class UnicodeEscapes(Dfa content, DfaBuilder builder, List<bool> between)
{
    private const int Surrogates = 0xD800, PastSurrogates = 0xE000, PastUnits = 0x10000, PastPairs = 0x110000, Mixed = -2;

    private readonly Dictionary<string, int> _known = new(StringComparer.Ordinal);
    private readonly Dictionary<(int State, int More), int> _uniform = [];
    private readonly Dictionary<int, int> _afterAny = [];

    /// <summary>The state after <c>\u</c>; −1: no such escape is legal.</summary>
    public int Begin(int state)
    {
        var stretches = new List<(int Past, int Target)>();
        Read(state, stretches);
        var pairs = Pairs(stretches);
        return Digits(0, 4, (first, past) => Segment(stretches, pairs, first, past));
    }

    // a state before so many more digits of the numbers from a first one on
    private int Digits(int first, int digits, Func<int, int, string> segment)
    {
        var key = $"{digits}:{segment(first, first + (1 << 4 * digits))}";
        if (_known.TryGetValue(key, out var known)) return known;
        var targets = new int[16];
        for (var digit = 0; digit < 16; digit++)
        {
            var (from, past) = (first + (digit << 4 * (digits - 1)), first + ((digit + 1) << 4 * (digits - 1)));
            targets[digit] = digits == 1 ? int.Parse(segment(from, past).Split('@')[^1], CultureInfo.InvariantCulture) : Digits(from, digits - 1, segment);
        }
        var state = -1;
        if (Array.Exists(targets, target => target >= 0))
        {
            between.Add(false);
            state = builder.Add(final: false);
            for (var digit = 0; digit < 16; digit++)
            {
                if (targets[digit] < 0) continue;
                builder.Move(state, (byte)"0123456789abcdef"[digit], targets[digit]);
                builder.Move(state, (byte)"0123456789ABCDEF"[digit], targets[digit]);
            }
        }
        _known.Add(key, state);
        return state;
    }

    // what stretches of a range lead where, by their distance from its start
    private static string Segment(List<(int Past, int Target)> stretches, List<(int Past, int Target)> pairs, int first, int past)
    {
        var key = new StringBuilder();
        for (var at = first; at < past;)
        {
            var isPair = at is >= Surrogates and < PastSurrogates;
            var (end, target) = isPair ? Find(pairs, at) : Find(stretches, at);
            end = Math.Min(Math.Min(end, past), isPair ? PastSurrogates : at < Surrogates ? Surrogates : past);
            key.Append(CultureInfo.InvariantCulture, $"{end - first}@{target};");
            at = end;
        }
        return key.ToString().TrimEnd(';');
    }

    // for each first half, the state from which "\u" and the second half follow
    private List<(int Past, int Target)> Pairs(List<(int Past, int Target)> stretches)
    {
        var pairs = new List<(int Past, int Target)>();
        for (var half = Surrogates; half < 0xDC00; half++)
        {
            var first = PastUnits + ((half - Surrogates) << 10);
            // mostly all characters of many halves lead to one state
            if (Find(stretches, first) is var (end, only) && end >= first + 0x400)
            {
                half = Math.Min(0xDBFF, Surrogates + ((end - PastUnits) >> 10) - 1);
                Add(half, only < 0 ? -1 : OfAll(only));
                continue;
            }
            var seconds = new List<(int Past, int Target)> { (0xDC00, -1) };
            for (var at = first; at < first + 0x400;)
            {
                var (past, target) = Find(stretches, at);
                at = Math.Min(past, first + 0x400);
                seconds.Add((0xDC00 + at - first, target));
            }
            Add(half, seconds.TrueForAll(second => second.Target < 0) ? -1 : Second(seconds));
        }
        pairs.Add((PastSurrogates, -1));
        return pairs;

        void Add(int last, int after)
        {
            if (pairs.Count > 0 && pairs[^1].Target == after) pairs[^1] = (last + 1, after);
            else pairs.Add((last + 1, after));
        }
    }

    // any second half leads to one state
    private int OfAll(int target)
    {
        if (!_afterAny.TryGetValue(target, out var known)) _afterAny.Add(target, known = Second([(0xDC00, -1), (0xE000, target)]));
        return known;
    }

    private int Second(List<(int Past, int Target)> seconds)
    {
        var key = $"second:{string.Join(';', seconds)}";
        if (_known.TryGetValue(key, out var known)) return known;
        between.AddRange([false, false]);
        var (backslash, letter) = (builder.Add(final: false), builder.Add(final: false));
        builder.Move(backslash, (byte)'\\', letter);
        seconds.Add((PastUnits, -1));
        builder.Move(letter, (byte)'u', Digits(0, 4, (first, past) => Segment(seconds, seconds, first, past)));
        _known.Add(key, backslash);
        return backslash;
    }

    private static (int Past, int Target) Find(List<(int Past, int Target)> stretches, int value)
    {
        var (low, high) = (0, stretches.Count - 1);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (stretches[middle].Past > value) high = middle;
            else low = middle + 1;
        }
        return stretches[low];
    }

    // where each character leads, as stretches of characters that lead to one state
    private void Read(int state, List<(int Past, int Target)> stretches)
    {
        for (var value = 0; value < 0x80; value++) Add(value + 1, content.Step(state, (byte)value));
        for (var lead = 0xC0; lead < 0xE0; lead++) Inside(content.Step(state, (byte)lead), (lead & 0x1F) << 6, 1, 0x80);
        for (var lead = 0xE0; lead < 0xF0; lead++) Inside(content.Step(state, (byte)lead), (lead & 0xF) << 12, 2, 0x800);
        for (var lead = 0xF0; lead < 0xF5; lead++) Inside(content.Step(state, (byte)lead), (lead & 7) << 18, 3, PastUnits);

        void Inside(int at, int first, int more, int least)
        {
            var past = first + (1 << 6 * more);
            if (past <= least || first >= PastPairs) return;
            if (at < 0 || more == 0)
            {
                Add(Math.Min(past, PastPairs), more == 0 ? at : -1);
                return;
            }
            if (Uniform(at, more) is var target and not Mixed) Add(Math.Min(past, PastPairs), target);
            else
                for (var value = 0x80; value < 0xC0; value++) Inside(content.Step(at, (byte)value), first + ((value & 0x3F) << 6 * (more - 1)), more - 1, least);
        }

        void Add(int past, int target)
        {
            if (stretches.Count > 0 && stretches[^1].Target == target) stretches[^1] = (past, target);
            else stretches.Add((past, target));
        }
    }

    // where every rest of so many bytes leads
    private int Uniform(int at, int more)
    {
        if (more == 0 || at < 0) return at;
        if (_uniform.TryGetValue((at, more), out var known)) return known;
        var next = content.Step(at, 0x80);
        for (var value = 0x81; value < 0xC0 && next != Mixed; value++)
            if (content.Step(at, (byte)value) != next) next = Mixed;
        var target = next == Mixed ? Mixed : Uniform(next, more - 1);
        _uniform.Add((at, more), target);
        return target;
    }
}
