using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace DecodeAlign.Models;

/// <summary>
/// Replaces characters beyond U+FFFF by rare characters within it of the same category, one UTF-16 unit each, which the pattern does not name. Where the pattern
/// names ranges of characters beyond, those inside and outside of each get stand-ins of their own, so that it can name these instead. Safe for concurrent calls.
/// </summary>
internal sealed class CategoryStandIns(string pattern)
{
    // a hostile pattern must not make us list the whole of Unicode again and again
    private const int MaxNamed = 0x20000;

    // rarely written, of no script that patterns name, and the same in upper and lower case for the engine
    private static readonly Lazy<Dictionary<UnicodeCategory, char[]>> Candidates = new(() => Enumerable.Range(0xA0, 0xFFF0 - 0xA0).Select(c => (char)c)
        .Where(c => !char.IsSurrogate(c) && c is not ('\u200C' or '\u200D') && !PatternTranslator.IsOfScript(c))
        .OrderByDescending(c => c is >= '\uA000' and < '\uAC00').ThenByDescending(c => c)
        .GroupBy(CharUnicodeInfo.GetUnicodeCategory).ToDictionary(group => group.Key, group => group.ToArray()));

    // planes 2 and 3 hold Han characters only, and patterns name Han
    private static readonly char[] HanCandidates = [.. Enumerable.Range(0x3400, 0x4DC0 - 0x3400).Concat(Enumerable.Range(0x4E00, 0xA000 - 0x4E00)).Select(c => (char)c)];

    private readonly NamedCharacters _named = new(pattern);
    private readonly ConcurrentDictionary<(UnicodeCategory Category, bool IsHan, int Part), char> _chosen = new();
    private readonly HashSet<char> _taken = [];
    private int _listed;

    /// <summary>The stand-ins of a range of characters, for use in a pattern's class (or on their own, for one character).</summary>
    /// <exception cref="ArgumentException">The range is not one, or a pattern names too many.</exception>
    public string Name(int first, int last)
    {
        if (last < first || (_listed += last - first + 1) > MaxNamed) throw new ArgumentException("a range of characters is reversed or too large");
        var standIns = new SortedSet<char>();
        for (var c = first; c <= last; c++) standIns.Add(StandIn(CharUnicodeInfo.GetUnicodeCategory(c), c));
        return string.Concat(standIns.Select(c => $"\\u{(int)c:X4}"));
    }

    /// <summary>The text with stand-ins, and for each of its units (and its end) the place in the original.</summary>
    /// <exception cref="ArgumentException">The pattern names every character that could stand in.</exception>
    public (string Text, int[] Places) Apply(ReadOnlySpan<char> text)
    {
        var shadow = new StringBuilder(text.Length);
        var places = new List<int>(text.Length + 1);
        var at = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            places.Add(at);
            at += rune.Utf16SequenceLength;
            shadow.Append(rune.IsBmp ? (char)rune.Value : StandIn(Rune.GetUnicodeCategory(rune), rune.Value));
        }
        places.Add(text.Length);
        return (shadow.ToString(), [.. places]);
    }

    private char StandIn(UnicodeCategory category, int codePoint)
    {
        var key = (category, category == UnicodeCategory.OtherLetter && codePoint is >= 0x20000 and < 0x40000, _named.Part(codePoint));
        return _chosen.TryGetValue(key, out var chosen) ? chosen : Choose(key);
    }

    private char Choose((UnicodeCategory Category, bool IsHan, int Part) key)
    {
        lock (_taken)
        {
            if (_chosen.TryGetValue(key, out var chosen)) return chosen;
            foreach (var candidate in key.IsHan ? HanCandidates : Candidates.Value.GetValueOrDefault(key.Category) ?? [])
            {
                if (_named.Contains(candidate) || !_taken.Add(candidate)) continue;
                return _chosen[key] = candidate;
            }
        }
        throw new ArgumentException($"it names every character of the category {key.Category} up to U+FFFF");
    }
}
