using System.Buffers;
using System.Text;
using DecodeAlign.Models.ChatTemplates.Rendering;
using DecodeAlign.Models.ChatTemplates.Text;
using DecodeAlign.Models.ChatTemplates.Values;

namespace DecodeAlign.Models.ChatTemplates.Filters;

/// <summary>Filters for HTML and URLs. Nothing is escaped by itself in chat templates.</summary>
internal static class MarkupFilters
{
    private static readonly SearchValues<char> NotInNames = SearchValues.Create(" \t\n\r\f\v/>=");

    public static Dictionary<string, Filter> All { get; } = new()
    {
        ["safe"] = (context, value, _) => context.JavaScript ? value : new MarkupValue(Printing.Str(context, value)),
        ["escape"] = Escape,
        ["e"] = Escape,
        ["forceescape"] = (context, value, _) => new MarkupValue(TextTools.Escape(context, Printing.Str(context, value))),
        ["striptags"] = (context, value, _) => StripTags(context, Printing.Str(context, value)),
        ["urlencode"] = (context, value, _) => UrlEncode(context, value),
        ["xmlattr"] = XmlAttributes,
    };

    private static object? Escape(RenderContext context, object? value, CallArguments arguments) =>
        value as MarkupValue ?? new MarkupValue(TextTools.Escape(context, Printing.Str(context, value)));

    private static string StripTags(RenderContext context, string text)
    {
        // at worst every other character is a word
        context.AllocateItems(text.Length / 2);
        context.Allocate(text.Length);
        var builder = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length; at++)
        {
            var comment = string.CompareOrdinal(text, at, "<!--", 0, 4) == 0;
            var end = text[at] != '<' ? -1 : text.IndexOf(comment ? "-->" : ">", at, StringComparison.Ordinal);
            if (text[at] == '<' && end < 0)
            {
                builder.Append(text, at, text.Length - at);
                break;
            }
            if (end >= 0) at = end + (comment ? 2 : 0);
            else builder.Append(text[at]);
        }
        var words = builder.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return System.Net.WebUtility.HtmlDecode(string.Join(' ', words));
    }

    private static string UrlEncode(RenderContext context, object? value)
    {
        value = MarkupValue.Plain(value);
        if (value is string || !Iteration.CanIterate(value)) return Quote(context, value, keepSlash: true);
        var pairs = value is DictValue dict ? Methods.DictMethods.Pairs(dict) : Iteration.Items(context, value);
        return string.Join('&', pairs.Select(pair =>
        {
            var items = Iteration.Items(context, pair);
            if (items.Count != 2) throw new TemplateFault("urlencode needs pairs");
            return $"{Quote(context, items[0], keepSlash: false)}={Quote(context, items[1], keepSlash: false)}";
        }));
    }

    private static string Quote(RenderContext context, object? value, bool keepSlash)
    {
        var text = Printing.Str(context, value);
        context.Allocate(text.Length * 9L);
        var quoted = Uri.EscapeDataString(text);
        return keepSlash ? quoted.Replace("%2F", "/", StringComparison.Ordinal) : quoted.Replace("%20", "+", StringComparison.Ordinal);
    }

    private static object XmlAttributes(RenderContext context, object? value, CallArguments arguments)
    {
        if (value is not DictValue dict) throw Types.WrongType("the value that xmlattr filters", "a mapping", value);
        var bound = arguments.Bind("xmlattr", "autospace");
        var attributes = new List<string>();
        foreach (var key in dict.Keys)
        {
            dict.TryGet(key, out var item);
            if (item is null or UndefinedValue) continue;
            var name = Printing.Str(context, key);
            if (name.AsSpan().IndexOfAny(NotInNames) >= 0) throw new TemplateFault($"Invalid character in attribute name: {Types.ShortText(name)}");
            attributes.Add($"{TextTools.Escape(context, name)}=\"{MarkupValue.Escape(context, item)}\"");
        }
        return context.Marked((attributes.Count > 0 && (!bound.Has(0) || bound.Flag(0)) ? " " : "") + string.Join(' ', attributes));
    }
}
