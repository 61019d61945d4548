using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace DecodeAlign.Constraints;

/// <summary>A set of Unicode scalar values as sorted ranges that do not touch; surrogates are never in it. Immutable.</summary>
internal sealed class CharacterSet
{
    private const int Greatest = 0x10FFFF, FirstSurrogate = 0xD800, LastSurrogate = 0xDFFF;

    private static readonly string[] Abbreviations = ["Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Sm", "Sc", "Sk", "So", "Cn"];

    private static readonly ConcurrentDictionary<string, CharacterSet?> Categories = new(StringComparer.Ordinal);

    private static readonly CharacterSet?[] Ascii = new CharacterSet?[128];

    private CharacterSet(IEnumerable<(int First, int Last)> ranges)
    {
        var merged = new List<(int First, int Last)>();
        foreach (var (first, last) in ranges.SelectMany(WithoutSurrogates).OrderBy(range => range.First))
        {
            if (merged.Count > 0 && first <= merged[^1].Last + 1) merged[^1] = (merged[^1].First, Math.Max(merged[^1].Last, last));
            else merged.Add((first, last));
        }
        Ranges = merged;
        Key = string.Join(',', merged.Select(range => $"{range.First:x}-{range.Last:x}"));
    }

    /// <summary>Every character.</summary>
    public static CharacterSet All { get; } = Of((0, Greatest));

    /// <summary>Every character but the line feed.</summary>
    public static CharacterSet NotLineFeed { get; } = Of(('\n', '\n')).Complement();

    /// <summary>Every character but those that end a line in ECMAScript.</summary>
    public static CharacterSet NotLineEnd { get; } = Of(('\n', '\n'), ('\r', '\r'), (0x2028, 0x2029)).Complement();

    public static CharacterSet Digits { get; } = Of(('0', '9'));

    public static CharacterSet Letters { get; } = Of(('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z'));

    public static CharacterSet Spaces { get; } = Of(('\t', '\r'), (' ', ' '));

    public static CharacterSet EcmaSpaces { get; } = Of(('\t', '\r'), (' ', ' '), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029), (0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000), (0xFEFF, 0xFEFF));

    public IReadOnlyList<(int First, int Last)> Ranges { get; }

    /// <summary>Equal for equal sets.</summary>
    public string Key { get; }

    public bool IsEmpty => Ranges.Count == 0;

    public static CharacterSet Of(params IEnumerable<(int First, int Last)> ranges) => new(ranges);

    public static CharacterSet Of(Rune character) => character.IsAscii ? Ascii[character.Value] ??= Of((character.Value, character.Value)) : Of((character.Value, character.Value));

    /// <summary>A general category (<c>Lu</c>) or a group of them (<c>L</c>); null: there is none of this name.</summary>
    public static CharacterSet? Category(string name) => Categories.GetOrAdd(name, static key => Find(key));

    public CharacterSet Union(CharacterSet other) => new(Ranges.Concat(other.Ranges));

    public CharacterSet Complement()
    {
        var gaps = new List<(int, int)>();
        var next = 0;
        foreach (var (first, last) in Ranges)
        {
            if (first > next) gaps.Add((next, first - 1));
            next = last + 1;
        }
        if (next <= Greatest) gaps.Add((next, Greatest));
        return new(gaps);
    }

    public CharacterSet Except(CharacterSet other) => Complement().Union(other).Complement();

    private static CharacterSet? Find(string name)
    {
        var ranges = new List<(int First, int Last)>();
        for (var value = 0; value <= Greatest; value++)
        {
            if (!Abbreviations[(int)CharUnicodeInfo.GetUnicodeCategory(value)].StartsWith(name, StringComparison.Ordinal)) continue;
            if (ranges.Count > 0 && ranges[^1].Last == value - 1) ranges[^1] = (ranges[^1].First, value);
            else ranges.Add((value, value));
        }
        return ranges.Count == 0 ? null : new(ranges);
    }


    private static IEnumerable<(int First, int Last)> WithoutSurrogates((int First, int Last) range)
    {
        if (range.Last < FirstSurrogate || range.First > LastSurrogate)
        {
            yield return range;
            yield break;
        }
        if (range.First < FirstSurrogate) yield return (range.First, FirstSurrogate - 1);
        if (range.Last > LastSurrogate) yield return (LastSurrogate + 1, range.Last);
    }
}
