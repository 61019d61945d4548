using DecodeAlign.Models.ChatTemplates.Rendering;
using DecodeAlign.Models.ChatTemplates.Values;

namespace DecodeAlign.Models.ChatTemplates.Filters;

/// <summary>A filter: what stands after <c>|</c>.</summary>
internal delegate object? Filter(RenderContext context, object? value, CallArguments arguments);

/// <summary>Jinja's filters by name, without <c>urlize</c>.</summary>
internal static class FilterTable
{
    private static readonly Dictionary<string, Filter> Filters = new IEnumerable<KeyValuePair<string, Filter>>[]
    {
        TextFilters.All, LayoutFilters.All, MarkupFilters.All, NumberFilters.All, SequenceFilters.All, SelectionFilters.All, SortingFilters.All, ValueFilters.All,
    }.SelectMany(group => group).ToDictionary(StringComparer.Ordinal);

    // those that keep text marked as safe
    private static readonly HashSet<string> KeepMarkup = new(StringComparer.Ordinal)
    {
        "upper", "lower", "capitalize", "title", "trim", "center", "indent", "string", "reverse",
    };

    public static bool Exists(string name) => Filters.ContainsKey(name);

    public static object? Apply(RenderContext context, string name, object? value, CallArguments arguments)
    {
        if (!Filters.TryGetValue(name, out var filter)) throw new TemplateFault($"No filter named {Types.ShortText(name)}.");
        return value is MarkupValue markup && KeepMarkup.Contains(name)
            ? MarkupValue.Mark(filter(context, markup.Text, arguments)) : filter(context, value, arguments);
    }
}
