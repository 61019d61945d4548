using DecodeAlign.Models.ChatTemplates.Rendering;
using DecodeAlign.Models.ChatTemplates.Text;
using DecodeAlign.Models.ChatTemplates.Values;

namespace DecodeAlign.Models.ChatTemplates.Filters;

/// <summary>Filters on text; most first turn their value into a string.</summary>
internal static class TextFilters
{
    public static Dictionary<string, Filter> All { get; } = new()
    {
        ["upper"] = (context, value, _) => TextTools.Upper(context, Printing.Str(context, value)),
        ["lower"] = (context, value, _) => TextTools.Lower(context, Printing.Str(context, value)),
        ["capitalize"] = (context, value, _) => TextTools.Capitalize(context, Printing.Str(context, value)),
        ["title"] = (context, value, _) => TextTools.TitleWords(context, Printing.Str(context, value)),
        ["trim"] = (context, value, arguments) => TextTools.Strip(context, Printing.Str(context, value), arguments.Bind("trim", "chars").OptionalText(0)),
        ["string"] = (context, value, _) => Printing.Str(context, value),
        ["replace"] = Replace,
        ["format"] = (context, value, arguments) => PercentFormat.Apply(context, Printing.Str(context, value), FormatValues(context, arguments)),
        ["wordcount"] = (context, value, _) => WordCount(context, Printing.Str(context, value)),
    };

    private static object Replace(RenderContext context, object? value, CallArguments arguments)
    {
        var bound = arguments.Bind("replace", "old", "new", "count");
        var count = bound.Value(2, null) is null ? -1 : bound.RequiredInteger(2);
        if (context.AutoEscape && (value is MarkupValue || bound.Required(0) is MarkupValue || bound.Required(1) is MarkupValue))
        {
            // only what is put in is escaped
            var (old, with) = (Printing.Str(context, bound.Required(0)), MarkupValue.Escape(context, bound.Required(1)));
            return new MarkupValue(TextTools.Replace(context, MarkupValue.Escape(context, value), old, with, count));
        }
        return TextTools.Replace(
            context, Printing.Str(context, value), Printing.Str(context, bound.Required(0)), Printing.Str(context, bound.Required(1)), count);
    }

    private static object FormatValues(RenderContext context, CallArguments arguments)
    {
        if (arguments.Keywords.Count == 0) return new TupleValue(arguments.Positional);
        if (arguments.Positional.Length > 0) throw new TemplateFault("can't handle positional and keyword arguments at the same time");
        var values = new DictValue(context);
        foreach (var (name, item) in arguments.Keywords)
            values.Set(name, item);
        return values;
    }

    private static long WordCount(RenderContext context, string text)
    {
        context.Scan(text.Length);
        var words = 0L;
        var inside = false;
        foreach (var c in text)
        {
            var isWord = c == '_' || char.IsLetterOrDigit(c);
            if (isWord && !inside) words++;
            inside = isWord;
        }
        return words;
    }
}
