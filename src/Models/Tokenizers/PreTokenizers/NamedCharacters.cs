using System.Collections;
using System.Globalization;
using System.Text;

namespace DecodeAlign.Models;

/// <summary>The characters that a pattern spells out: on their own, as ranges, as escapes. Classes by property are not among them.</summary>
internal sealed class NamedCharacters
{
    private readonly BitArray _low = new(0x10000);
    private readonly SortedSet<int> _cuts = [0x10000];

    public NamedCharacters(string pattern)
    {
        var before = -1;
        var range = false;
        for (var i = 0; i < pattern.Length;)
        {
            var code = Next(pattern, ref i);
            if (code == '-' && before >= 0 && !range) range = true;
            else
            {
                if (code >= 0) Add(range && before < code ? before : code, code);
                (before, range) = (code, false);
            }
        }
    }

    /// <summary>Whether a character up to U+FFFF is named.</summary>
    public bool Contains(char c) => _low[c];

    /// <summary>
    /// Which part of the characters beyond U+FFFF one belongs to: the pattern's ranges cut them into parts, and it treats all of a part that are of one category alike.
    /// </summary>
    public int Part(int codePoint) => _cuts.GetViewBetween(0, codePoint).Max;

    private void Add(int first, int last)
    {
        for (var c = first; c <= Math.Min(last, 0xFFFF); c++) _low[c] = true;
        if (last < 0x10000) return;
        _cuts.Add(Math.Max(first, 0x10000));
        _cuts.Add(last + 1);
    }

    /// <summary>The next character spelled out, or −1 for an escape that is none; moves past it.</summary>
    private static int Next(string pattern, ref int i)
    {
        if (pattern[i] != '\\' || i + 1 == pattern.Length)
        {
            var whole = Rune.TryGetRuneAt(pattern, i, out var rune);
            i += whole ? rune.Utf16SequenceLength : 1;
            return whole ? rune.Value : -1;
        }
        var kind = pattern[i + 1];
        i += 2;
        switch (kind)
        {
            case 'p' or 'P' when i < pattern.Length && pattern[i] == '{' && pattern.IndexOf('}', i) is >= 0 and var end:
                i = end + 1;
                return -1;
            case 'x' when i < pattern.Length && pattern[i] == '{' && pattern.IndexOf('}', i) is >= 0 and var end:
                var hex = pattern.AsSpan((i + 1)..end);
                i = end + 1;
                return Hex(hex);
            case 'x' when i + 2 <= pattern.Length:
                return Hex(pattern.AsSpan((i += 2) - 2, 2));
            case 'u' when i + 4 <= pattern.Length:
                return Hex(pattern.AsSpan((i += 4) - 4, 4));
            default:
                return char.IsAsciiLetterOrDigit(kind) ? -1 : kind;
        }
    }

    private static int Hex(ReadOnlySpan<char> digits) =>
        int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code) && code is >= 0 and <= 0x10FFFF ? code : -1;
}
