using System.Text;

namespace DecodeAlign.Models.ChatTemplates.Text;

/// <summary>Unicode's full case mappings, as Python's strings use them: one character may become several, and a sigma that ends a word has a form of its own.</summary>
internal static class CaseMapping
{
    // the unconditional entries of SpecialCasing.txt: character, upper case; title case where it differs
    private const string Special =
        "ß SS Ss|ŉ ʼN|ǰ J\u030C|ΐ \u0399\u0308\u0301|ΰ \u03A5\u0308\u0301|և \u0535\u0552 \u0535\u0582|ẖ H\u0331|ẗ T\u0308|ẘ W\u030A|ẙ Y\u030A|ẚ Aʾ|" +
        "ὐ \u03A5\u0313|ὒ \u03A5\u0313\u0300|ὔ \u03A5\u0313\u0301|ὖ \u03A5\u0313\u0342|ᾶ \u0391\u0342|ῆ \u0397\u0342|ῒ \u0399\u0308\u0300|\u1FD3 \u0399\u0308\u0301|ῖ \u0399\u0342|ῗ \u0399\u0308\u0342|" +
        "ῢ \u03A5\u0308\u0300|\u1FE3 \u03A5\u0308\u0301|ῤ \u03A1\u0313|ῦ \u03A5\u0342|ῧ \u03A5\u0308\u0342|ῶ \u03A9\u0342|" +
        "ﬀ FF Ff|ﬁ FI Fi|ﬂ FL Fl|ﬃ FFI Ffi|ﬄ FFL Ffl|ﬅ ST St|ﬆ ST St|ﬓ \u0544\u0546 \u0544\u0576|ﬔ \u0544\u0535 \u0544\u0565|ﬕ \u0544\u053B \u0544\u056B|ﬖ \u054E\u0546 \u054E\u0576|ﬗ \u0544\u053D \u0544\u056D|" +
        "ᾳ \u0391\u0399 ᾼ|ῃ \u0397\u0399 ῌ|ῳ \u03A9\u0399 ῼ|ᾼ \u0391\u0399 ᾼ|ῌ \u0397\u0399 ῌ|ῼ \u03A9\u0399 ῼ|" +
        "ᾲ \u1FBA\u0399 \u1FBA\u0345|ᾴ \u0386\u0399 \u0386\u0345|ῂ \u1FCA\u0399 \u1FCA\u0345|ῄ \u0389\u0399 \u0389\u0345|ῲ \u1FFA\u0399 \u1FFA\u0345|ῴ \u038F\u0399 \u038F\u0345|" +
        "ᾷ \u0391\u0342\u0399 \u0391\u0342\u0345|ῇ \u0397\u0342\u0399 \u0397\u0342\u0345|ῷ \u03A9\u0342\u0399 \u03A9\u0342\u0345";

    private static readonly Dictionary<int, (string Upper, string Title)> Expanded = Expand();

    public static string Upper(string text) => Map(text, static (rune, builder) => Append(builder, rune, Expanded.TryGetValue(rune.Value, out var special) ? special.Upper : null, SimpleUpper(rune)));

    public static string Lower(string text) => Map(text, static (rune, builder) => AppendLower(rune, builder), text.Contains('Σ', StringComparison.Ordinal));

    /// <summary>The first character in title case.</summary>
    public static void AppendTitle(Rune rune, StringBuilder builder) =>
        Append(builder, rune, Expanded.TryGetValue(rune.Value, out var special) ? special.Title : null, SimpleTitle(rune));

    /// <summary>A character that stands at <paramref name="at"/> of its text in lower case.</summary>
    public static void AppendLower(Rune rune, StringBuilder builder, string text, int at)
    {
        if (rune.Value == 'Σ') builder.Append(EndsWord(text, at) ? 'ς' : 'σ');
        else AppendLower(rune, builder);
    }

    public static void AppendUpper(Rune rune, StringBuilder builder) => builder.Append(Upper(rune.ToString()));

    /// <summary>Case folding: what upper and lower case have in common.</summary>
    public static string Fold(string text) => Map(text, static (rune, builder) =>
    {
        if (rune.Value is >= 0x13A0 and <= 0x13F5 or 0x130)
        {
            // Cherokee folds to its capitals
            builder.Append(rune.Value == 0x130 ? "i\u0307" : rune.ToString());
            return;
        }
        if (rune.Value is >= 0xAB70 and <= 0xABBF or >= 0x13F8 and <= 0x13FD or 'ς' or 'ſ' or 'µ' or 0x345 or 0x3D0 or 0x3D1 or 0x3D5 or 0x3D6 or 0x3F0 or 0x3F1 or 0x3F5 or 0x1E9B or 0x1FBE)
        {
            var upper = SimpleUpper(rune);
            builder.Append((rune.Value is >= 0xAB70 and <= 0xABBF or >= 0x13F8 and <= 0x13FD ? upper : Rune.ToLowerInvariant(upper)).ToString());
            return;
        }
        if (rune.Value == 0x1E9E) builder.Append("ss");
        else if (Expanded.TryGetValue(rune.Value, out var special)) foreach (var one in special.Upper.EnumerateRunes()) builder.Append(Rune.ToLowerInvariant(one).ToString());
        else AppendLower(rune, builder);
    });

    private static void AppendLower(Rune rune, StringBuilder builder) => Append(builder, rune, rune.Value == 0x130 ? "i\u0307" : null, Rune.ToLowerInvariant(rune));

    private static void Append(StringBuilder builder, Rune rune, string? special, Rune simple)
    {
        if (special is not null) builder.Append(special);
        else builder.Append(rune.IsAscii ? ((char)simple.Value).ToString() : simple.ToString());
    }

    private static Rune SimpleTitle(Rune rune) => rune.Value switch
    {
        >= 0x1C4 and <= 0x1CC => new Rune(0x1C5 + ((rune.Value - 0x1C4) / 3 * 3)),
        >= 0x1F1 and <= 0x1F3 => new Rune(0x1F2),
        // Georgian has capitals for whole words only
        >= 0x10D0 and <= 0x10FF => rune,
        _ => SimpleUpper(rune),
    };

    // the two whose capital is ASCII, which .NET's invariant mapping leaves alone
    private static Rune SimpleUpper(Rune rune) => rune.Value switch { 0x131 => new Rune('I'), 0x17F => new Rune('S'), _ => Rune.ToUpperInvariant(rune) };

    private static string Map(string text, Action<Rune, StringBuilder> append, bool sigmas = false)
    {
        var builder = new StringBuilder(text.Length);
        var at = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            // half a surrogate pair stays what it is
            if (rune.Value == 0xFFFD && text[at] != 0xFFFD) builder.Append(text[at]);
            else if (sigmas && rune.Value == 'Σ') builder.Append(EndsWord(text, at) ? 'ς' : 'σ');
            else append(rune, builder);
            at += rune.Utf16SequenceLength;
        }
        return builder.ToString();
    }

    /// <summary>Unicode's Final_Sigma: a cased letter before and none after, passing over what case ignores.</summary>
    private static bool EndsWord(string text, int at)
    {
        var before = at;
        Rune rune = default;
        while (before > 0)
        {
            Rune.DecodeLastFromUtf16(text.AsSpan(0, before), out rune, out var width);
            if (!IsCaseIgnorable(rune)) break;
            before -= width;
        }
        if (before == 0 || !IsCased(rune)) return false;
        for (var after = at + 1; after < text.Length;)
        {
            Rune.DecodeFromUtf16(text.AsSpan(after), out rune, out var width);
            if (!IsCaseIgnorable(rune)) return !IsCased(rune);
            after += width;
        }
        return true;
    }

    private static bool IsCased(Rune rune) => Rune.GetUnicodeCategory(rune) is System.Globalization.UnicodeCategory.UppercaseLetter
        or System.Globalization.UnicodeCategory.LowercaseLetter or System.Globalization.UnicodeCategory.TitlecaseLetter
        || rune.Value is 0xAA or 0xBA or (>= 0x2160 and <= 0x217F) or (>= 0x24B6 and <= 0x24E9);

    private static bool IsCaseIgnorable(Rune rune) => Rune.GetUnicodeCategory(rune) is System.Globalization.UnicodeCategory.NonSpacingMark
        or System.Globalization.UnicodeCategory.EnclosingMark or System.Globalization.UnicodeCategory.Format
        or System.Globalization.UnicodeCategory.ModifierLetter or System.Globalization.UnicodeCategory.ModifierSymbol
        || rune.Value is '\'' or '.' or ':' or 0xB7 or 0x387 or 0x55F or 0x5F4 or 0x2018 or 0x2019 or 0x2024 or 0x2027 or 0xFE13 or 0xFE52 or 0xFE55 or 0xFF07 or 0xFF0E or 0xFF1A;

    private static Dictionary<int, (string Upper, string Title)> Expand()
    {
        var all = new Dictionary<int, (string, string)>();
        foreach (var entry in Special.Split('|'))
        {
            var parts = entry.Split(' ');
            // without a title case of its own, the first letter of the upper case and the rest in lower
            var title = parts.Length > 2 ? parts[2] : parts[1][..1] + parts[1][1..].ToLowerInvariant();
            all.Add(parts[0][0], (parts[1], title));
        }
        // Greek with the iota below: a small and a capital series of eight for each of three vowels
        foreach (var (first, plain) in ((int, int)[])[(0x1F80, 0x1F08), (0x1F90, 0x1F28), (0x1FA0, 0x1F68)])
            for (var i = 0; i < 16; i++)
                all.Add(first + i, ($"{(char)(plain + (i % 8))}\u0399", ((char)(first + 8 + (i % 8))).ToString()));
        all[0x149] = ("\u02BCN", "\u02BCN");
        all[0x1E9A] = ("A\u02BE", "A\u02BE");
        return all;
    }
}
