using DecodeAlign.Models.ChatTemplates.Rendering;
using DecodeAlign.Models.ChatTemplates.Text;

namespace DecodeAlign.Models.ChatTemplates.Values;

/// <summary>
/// Text marked as safe for HTML. Jinja keeps it apart from plain text even where nothing is escaped by itself: adding
/// plain text to it escapes that text, and real templates are trained on the outcome.
/// </summary>
internal sealed class MarkupValue(string text)
{
    public string Text { get; } = text;

    /// <summary>The value, with marked text as the plain text it is in any other use.</summary>
    public static object? Plain(object? value) => value is MarkupValue markup ? markup.Text : value;

    /// <summary>The result of an operation on marked text: marked again when it is text, or pieces of it.</summary>
    public static object? Mark(object? result) => result switch
    {
        string text => new MarkupValue(text),
        ListValue list => new ListValue([.. list.Items.Select(Mark)]),
        TupleValue tuple => new TupleValue([.. tuple.Items.Select(Mark)]),
        _ => result,
    };

    /// <summary>Concatenation where at least one side is marked; null where a side is no text.</summary>
    public static MarkupValue? Add(RenderContext context, object? left, object? right) =>
        Escaped(context, left) is { } a && Escaped(context, right) is { } b ? new MarkupValue(Operators.Concatenate(context, a, b)) : null;

    /// <summary>The value as text, escaped unless it is marked.</summary>
    public static string Escape(RenderContext context, object? value) => value is MarkupValue markup ? markup.Text : TextTools.Escape(context, Printing.Str(context, value));

    private static string? Escaped(RenderContext context, object? value) => value switch
    {
        MarkupValue markup => markup.Text,
        string text => TextTools.Escape(context, text),
        _ => null,
    };
}
