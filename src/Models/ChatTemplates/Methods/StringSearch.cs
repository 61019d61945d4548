using DecodeAlign.Models.ChatTemplates.Rendering;
using DecodeAlign.Models.ChatTemplates.Values;

namespace DecodeAlign.Models.ChatTemplates.Methods;

/// <summary>Finding text in strings; positions count code points.</summary>
internal static class StringSearch
{
    /// <summary>startswith or endswith: the affix is a string or a tuple of them.</summary>
    public static object? Affix(RenderContext context, string self, BoundArguments bound, bool atEnd)
    {
        var affix = bound.Required(0);
        var options = affix is TupleValue tuple ? tuple.Items : affix is ListValue list && context.JavaScript ? [.. list.Items] : [affix];
        var (text, _) = Window(context, self, bound);
        foreach (var option in options)
        {
            if (option is not string wanted) throw Types.WrongType("the first argument of startswith or endswith", "a string or a tuple of strings", option);
            context.Scan(wanted.Length);
            if (atEnd ? text.EndsWith(wanted, StringComparison.Ordinal) : text.StartsWith(wanted, StringComparison.Ordinal)) return true;
        }
        return false;
    }

    public static object? Find(RenderContext context, string self, BoundArguments bound, bool last)
    {
        var wanted = bound.Text(0);
        var (text, offset) = Window(context, self, bound);
        context.Search(text.Length, wanted.Length);
        var at = last ? text.LastIndexOf(wanted, StringComparison.Ordinal) : text.IndexOf(wanted, StringComparison.Ordinal);
        if (at < 0) return -1L;
        return offset + (CodePoints.AreUnits(text) ? at : CodePoints.Count(text[..at]));
    }

    public static object? Count(RenderContext context, string self, CallArguments arguments)
    {
        var bound = arguments.Bind("count", "sub", "start", "end");
        var wanted = bound.Text(0);
        var (text, _) = Window(context, self, bound);
        context.Search(text.Length, wanted.Length);
        if (wanted.Length == 0) return CodePoints.Count(text) + 1L;
        return (long)text.AsSpan().Count(wanted);
    }

    private static (string Text, long Offset) Window(RenderContext context, string self, BoundArguments bound)
    {
        if (!bound.Has(1)) return (self, 0);
        context.Scan(self.Length);
        var (first, _, _, _) = Iteration.SliceOf(CodePoints.Count(self), bound.Value(1, null), bound.Value(2, null), null);
        return ((string)Iteration.Slice(context, self, bound.Value(1, null), bound.Value(2, null), null)!, first);
    }
}
