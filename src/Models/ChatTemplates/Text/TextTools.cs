using System.Globalization;
using System.Text;
using DecodeAlign.Models.ChatTemplates.Rendering;
using DecodeAlign.Models.ChatTemplates.Values;

namespace DecodeAlign.Models.ChatTemplates.Text;

/// <summary>Python's operations on strings that methods and filters share.</summary>
internal static class TextTools
{
    /// <summary>Strips characters, or white space when none are given, from the sides asked for.</summary>
    public static string Strip(RenderContext context, string text, string? characters, bool start = true, bool end = true)
    {
        context.Walk(text.Length);
        context.Step(text.Length * (long)(characters?.Length ?? 0) / 1024);
        int from = 0, to = text.Length;
        while (start && from < to && Drop(text[from])) from++;
        while (end && to > from && Drop(text[to - 1])) to--;
        context.Allocate(to - from);
        return text[from..to];

        bool Drop(char c) => characters is null ? CodePoints.IsSpace(c) : characters.Contains(c);
    }

    public static string Replace(RenderContext context, string text, string old, string with, long count)
    {
        context.Search(text.Length, old.Length);
        if (count == 0) return text;
        var limit = count < 0 ? long.MaxValue : count;
        var builder = new StringBuilder();
        var at = 0;
        for (long done = 0; done < limit; done++)
        {
            // an empty pattern is found before every character and at the end
            var found = old.Length > 0 ? text.IndexOf(old, at, StringComparison.Ordinal) : at == 0 && done == 0 ? 0 : at < text.Length ? at + Width(text, at) : -1;
            if (found < 0) break;
            context.Allocate(found - at + (long)with.Length);
            builder.Append(text, at, found - at).Append(with);
            at = found + old.Length;
        }
        context.Allocate(text.Length - at);
        return builder.Append(text, at, text.Length - at).ToString();
    }

    public static List<object?> SplitLines(RenderContext context, string text, bool keepEnds = false)
    {
        context.Allocate(text.Length);
        var lines = new List<object?>();
        for (var at = 0; at < text.Length;)
        {
            var end = at;
            while (end < text.Length && !IsLineEnd(text[end])) end++;
            var next = end == text.Length ? end : text[end] == '\r' && end + 1 < text.Length && text[end + 1] == '\n' ? end + 2 : end + 1;
            context.AllocateItems(1);
            lines.Add(text[at..(keepEnds ? next : end)]);
            at = next;
        }
        return lines;
    }

    public static string Upper(RenderContext context, string text) => Mapped(context, CaseMapping.Upper(text));

    public static string Lower(RenderContext context, string text) => Mapped(context, CaseMapping.Lower(text));

    /// <summary>The first character in title case, the others in lower.</summary>
    public static string Capitalize(RenderContext context, string text) => Cased(context, text, (i, _) => i == 0);

    /// <summary>Python's <c>title()</c>: title case after what has no case, lower case elsewhere.</summary>
    public static string Title(RenderContext context, string text) => Cased(context, text, (_, before) => before is not { } rune || !IsCased(rune));

    /// <summary>Jinja's <c>title</c>: words begin after white space, a hyphen or an opening bracket; their first letter in upper case.</summary>
    public static string TitleWords(RenderContext context, string text)
    {
        var builder = new StringBuilder(text.Length);
        for (var start = 0; start < text.Length;)
        {
            var end = start;
            var breaks = BreaksWords(text[start]);
            while (end < text.Length && BreaksWords(text[end]) == breaks) end++;
            var width = Width(text, start);
            if (breaks) builder.Append(text, start, end - start);
            else builder.Append(CaseMapping.Upper(text[start..(start + width)])).Append(CaseMapping.Lower(text[(start + width)..end]));
            start = end;
        }
        return Mapped(context, builder.ToString());
    }

    public static string SwapCase(RenderContext context, string text)
    {
        var builder = new StringBuilder(text.Length);
        var at = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.IsUpper(rune)) CaseMapping.AppendLower(rune, builder, text, at);
            else if (Rune.IsLower(rune)) CaseMapping.AppendUpper(rune, builder);
            else builder.Append(rune.ToString());
            at += rune.Utf16SequenceLength;
        }
        return Mapped(context, builder.ToString());
    }

    /// <summary>Charges a text that a mapping of case has made: at most three times as long as what it was made from.</summary>
    public static string Mapped(RenderContext context, string text)
    {
        context.Allocate(text.Length);
        return text;
    }

    private static string Cased(RenderContext context, string text, Func<int, Rune?, bool> begins)
    {
        var builder = new StringBuilder(text.Length);
        var at = 0;
        Rune? before = null;
        foreach (var rune in text.EnumerateRunes())
        {
            if (begins(at, before)) CaseMapping.AppendTitle(rune, builder);
            else CaseMapping.AppendLower(rune, builder, text, at);
            at += rune.Utf16SequenceLength;
            before = rune;
        }
        return Mapped(context, builder.ToString());
    }

    private static bool IsCased(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter;

    private static bool BreaksWords(char c) => c is '-' or '(' or '{' or '[' or '<' || CodePoints.IsSpace(c);

    /// <summary>Pads on one or both sides to a width in code points; of an odd rest Python puts the larger part left of an odd width.</summary>
    public static string Pad(RenderContext context, string text, long width, char fill, bool left, bool right)
    {
        context.Scan(text.Length);
        var missing = width - CodePoints.Count(text);
        if (missing <= 0) return text;
        context.Allocate(missing + text.Length);
        var before = left && right ? (missing / 2) + (missing & width & 1) : left ? missing : 0;
        return new string(fill, (int)before) + text + new string(fill, (int)(missing - before));
    }

    public static string Escape(RenderContext context, string text)
    {
        context.Allocate(text.Sum(c => (long)(Entity(c)?.Length ?? 1)));
        var builder = new StringBuilder(text.Length);
        foreach (var c in text)
            if (Entity(c) is { } entity) builder.Append(entity);
            else builder.Append(c);
        return builder.ToString();
    }

    private static string? Entity(char c) => c switch { '&' => "&amp;", '<' => "&lt;", '>' => "&gt;", '\'' => "&#39;", '"' => "&#34;", _ => null };

    private static int Width(string text, int at) => at + 1 < text.Length && char.IsSurrogatePair(text[at], text[at + 1]) ? 2 : 1;

    private static bool IsLineEnd(char c) => c is '\n' or '\r' or '\v' or '\f' or (>= '\x1c' and <= '\x1e') or '\x85' or '\u2028' or '\u2029';
}
