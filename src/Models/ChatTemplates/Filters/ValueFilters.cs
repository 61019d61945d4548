using DecodeAlign.Models.ChatTemplates.Methods;
using DecodeAlign.Models.ChatTemplates.Rendering;
using DecodeAlign.Models.ChatTemplates.Text;
using DecodeAlign.Models.ChatTemplates.Values;

namespace DecodeAlign.Models.ChatTemplates.Filters;

/// <summary>Filters on any value, and on dicts.</summary>
internal static class ValueFilters
{
    private const int MaxIndent = 100;

    public static Dictionary<string, Filter> All { get; } = new()
    {
        ["default"] = Default,
        ["d"] = Default,
        ["attr"] = (context, value, arguments) =>
        {
            var name = arguments.Bind("attr", "name").Text(0);
            if (value is UndefinedValue undefined) throw undefined.Fault();
            return Lookups.TryAttribute(context, value, name, out var attribute) ? attribute : UndefinedValue.Attribute(value, name);
        },
        ["items"] = (context, value, _) => value switch
        {
            DictValue dict => Iteration.Lazy(context, Pairs(context, dict)),
            UndefinedValue => Iteration.Lazy(context, []),
            _ => throw new TemplateFault("Can only get item pairs from a mapping."),
        },
        ["tojson"] = ToJson,
        ["pprint"] = (context, value, arguments) =>
        {
            _ = arguments.Bind("pprint");
            return PrettyText.Of(context, value);
        },
    };

    private static List<object?> Pairs(RenderContext context, DictValue dict)
    {
        context.AllocateItems(2L * dict.Items.Count);
        return DictMethods.Pairs(dict);
    }

    private static object? Default(RenderContext context, object? value, CallArguments arguments)
    {
        var bound = arguments.Bind("default", "default_value", "boolean");
        return value is UndefinedValue || (bound.Flag(1) && !Types.IsTrue(value)) ? bound.Value(0, "") : value;
    }

    /// <summary>transformers' tojson: <c>json.dumps</c> that keeps non-ASCII text, with its parameters.</summary>
    private static string ToJson(RenderContext context, object? value, CallArguments arguments)
    {
        var bound = arguments.Bind("tojson", "ensure_ascii", "indent", "separators", "sort_keys");
        var indent = bound.Value(1, null) switch
        {
            null => null,
            string text when text.Length <= MaxIndent => text,
            long or bool when bound.Size(1, 0) <= MaxIndent => new string(' ', bound.Size(1, 0)),
            _ => throw new TemplateFault($"tojson's indent must be a number or a string of at most {MaxIndent}"),
        };
        var (item, key) = (indent is null ? ", " : ",", ": ");
        if (bound.Value(2, null) is { } separators)
        {
            if (Iteration.Items(context, separators) is not [string first, string second]) throw new TemplateFault("tojson's separators must be two strings");
            (item, key) = (first, second);
        }
        return JsonText.Write(context, value, new JsonTextOptions(bound.Flag(0), indent, item, key, bound.Flag(3), context.JavaScript ? "null" : null));
    }
}
