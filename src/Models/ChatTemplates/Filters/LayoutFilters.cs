using DecodeAlign.Models.ChatTemplates.Rendering;
using DecodeAlign.Models.ChatTemplates.Text;
using DecodeAlign.Models.ChatTemplates.Values;

namespace DecodeAlign.Models.ChatTemplates.Filters;

/// <summary>Filters that lay text out: indent, center, truncate, wordwrap.</summary>
internal static class LayoutFilters
{
    private const int MaxIndent = 10_000;

    public static Dictionary<string, Filter> All { get; } = new()
    {
        ["indent"] = Indent,
        ["center"] = (context, value, arguments) =>
            TextTools.Pad(context, Printing.Str(context, value), arguments.Bind("center", "width").Integer(0, 80), ' ', left: true, right: true),
        ["truncate"] = Truncate,
        ["wordwrap"] = WordWrap,
    };

    private static string Indent(RenderContext context, object? value, CallArguments arguments)
    {
        var bound = arguments.Bind("indent", "width", "first", "blank");
        var indent = bound.Value(0, null) is string given ? given : new string(' ', Math.Min(bound.Size(0, 4), MaxIndent));
        var text = Operators.Concatenate(context, Subject("indent", value), "\n");
        var lines = TextTools.SplitLines(context, text).ConvertAll(line => (string)line!);
        var blank = bound.Flag(2);
        context.Allocate(text.Length + (lines.Count * (long)indent.Length));
        for (var i = 0; i < lines.Count; i++)
            if (i == 0 ? bound.Flag(1) : blank || lines[i].Length > 0)
                lines[i] = indent + lines[i];
        return string.Join('\n', lines);
    }

    private static object? Truncate(RenderContext context, object? value, CallArguments arguments)
    {
        var bound = arguments.Bind("truncate", "length", "killwords", "end", "leeway");
        // of no length, and so never too long
        if (value is UndefinedValue && !context.JavaScript) return value;
        var whole = Subject("truncate", value);
        context.Scan(whole.Length);
        var end = bound.OptionalText(2) ?? "...";
        var kept = bound.Integer(0, 255) - CodePoints.Count(end);
        if (kept < 0) throw new TemplateFault($"expected length >= {CodePoints.Count(end)}, got {bound.Integer(0, 255)}");
        if (CodePoints.Count(whole) <= bound.Integer(0, 255) + (bound.Value(3, null) is null ? 5 : bound.RequiredInteger(3))) return value;
        var text = whole[..CodePoints.Offset(whole, (int)Math.Min(kept, whole.Length))];
        context.Allocate(text.Length);
        if (!bound.Flag(1) && text.LastIndexOf(' ') is >= 0 and var cut) text = text[..cut];
        return text + end;
    }

    /// <summary>Breaks lines at white space; a word longer than the width is cut.</summary>
    private static string WordWrap(RenderContext context, object? value, CallArguments arguments)
    {
        var bound = arguments.Bind("wordwrap", "width", "break_long_words", "wrapstring", "break_on_hyphens");
        var width = bound.Integer(0, 79);
        if (width <= 0) throw new TemplateFault($"invalid width {width} (must be > 0)");
        var wrap = bound.OptionalText(2) ?? "\n";
        var wrapper = new TextWrapper((int)Math.Min(width, int.MaxValue), !bound.Has(1) || bound.Flag(1), !bound.Has(3) || bound.Flag(3));
        var text = Subject("wordwrap", value);
        context.Allocate(text.Length * (1L + wrap.Length));
        context.AllocateItems(text.Length);
        return string.Join(wrap, TextTools.SplitLines(context, text).Select(line => string.Join(wrap, wrapper.Wrap((string)line!))));
    }

    private static string Subject(string filter, object? value) => MarkupValue.Plain(value) as string ?? throw Types.WrongType($"the value that {filter} filters", "a string", value);
}
