using DecodeAlign.Models.ChatTemplates.Rendering;
using DecodeAlign.Models.ChatTemplates.Values;

namespace DecodeAlign.Models.ChatTemplates.Filters;

/// <summary>Filters on sequences as a whole.</summary>
internal static class SequenceFilters
{
    public static Dictionary<string, Filter> All { get; } = new()
    {
        ["length"] = (context, value, _) => Length(context, value),
        ["count"] = (context, value, _) => Length(context, value),
        ["first"] = First,
        ["last"] = (context, value, _) => Last(context, value),
        ["list"] = (context, value, _) => new ListValue(Iteration.Copy(context, value)),
        ["join"] = Join,
        ["reverse"] = Reverse,
        ["sum"] = Sum,
        ["batch"] = Batch,
        ["slice"] = Slice,
        ["random"] = (context, value, _) => Random(context, value),
    };

    private static object? Random(RenderContext context, object? value)
    {
        var length = Length(context, value);
        if (length == 0) return new UndefinedValue("No random item, sequence was empty.");
        return Lookups.Item(context, value, (long)context.NextRandom((ulong)length));
    }

    private static long Length(RenderContext context, object? value)
    {
        if (MarkupValue.Plain(value) is string text) context.Scan(text.Length);
        return Types.Length(value) ?? throw new TemplateFault($"object of type '{Types.Name(value)}' has no len()");
    }

    private static object? First(RenderContext context, object? value, CallArguments arguments)
    {
        if (value is GeneratorValue generator) return generator.TryNext(out var next) ? next : new UndefinedValue("No first item, sequence was empty.");
        if (MarkupValue.Plain(value) is string { Length: > 0 } text) return text[..(char.IsSurrogate(text[0]) && text.Length > 1 ? 2 : 1)];
        var items = Iteration.Items(context, value);
        return items.Count > 0 ? items[0] : new UndefinedValue("No first item, sequence was empty.");
    }

    private static object? Last(RenderContext context, object? value)
    {
        if (value is GeneratorValue) throw new TemplateFault("'generator' object is not reversible");
        var items = Iteration.Items(context, value);
        return items.Count == 0 ? new UndefinedValue("No last item, sequence was empty.") : items[items.Count - 1];
    }

    private static object Join(RenderContext context, object? value, CallArguments arguments)
    {
        var bound = arguments.Bind("join", "d", "attribute");
        var path = bound.Value(1, null);
        var items = Iteration.Items(context, value);
        context.AllocateItems(items.Count);
        var values = items.Select(item => Lookups.Path(context, item, path)).ToArray();
        // where output is escaped, one marked item makes the whole marked
        var marked = context.AutoEscape && (bound.Value(0, "") is MarkupValue || values.Any(item => item is MarkupValue));
        Func<RenderContext, object?, string> text = marked ? MarkupValue.Escape : Printing.Str;
        var separator = text(context, bound.Value(0, ""));
        var texts = new string[values.Length];
        for (var i = 0; i < texts.Length; i++)
        {
            texts[i] = text(context, values[i]);
            context.Allocate(texts[i].Length + (long)separator.Length);
        }
        var joined = string.Join(separator, texts);
        return marked ? new MarkupValue(joined) : joined;
    }

    private static object? Reverse(RenderContext context, object? value, CallArguments arguments)
    {
        if (value is string text) return Iteration.Slice(context, text, null, null, -1L);
        if (!Iteration.CanIterate(value)) throw new TemplateFault("argument must be iterable");
        var wasLazy = value is GeneratorValue;
        var items = Iteration.Copy(context, value);
        items.Reverse();
        return wasLazy ? new ListValue(items) : Iteration.Lazy(context, items);
    }

    private static object? Sum(RenderContext context, object? value, CallArguments arguments)
    {
        var bound = arguments.Bind("sum", "attribute", "start");
        var total = bound.Value(1, 0L);
        if (total is string) throw new TemplateFault("sum() can't sum strings [use ''.join(seq) instead]");
        foreach (var item in Iteration.Items(context, value))
        {
            context.Step(1);
            total = Operators.Apply(context, '+', total, Lookups.Path(context, item, bound.Value(0, null)));
        }
        return total;
    }

    private static object? Batch(RenderContext context, object? value, CallArguments arguments)
    {
        var bound = arguments.Bind("batch", "linecount", "fill_with");
        var size = bound.RequiredInteger(0);
        var batches = new List<object?>();
        ListValue? last = null;
        foreach (var item in Iteration.Copy(context, value))
        {
            // as in Jinja, a size below one never fills
            if (last is null || last.Items.Count == size) batches.Add(last = new ListValue([]));
            last.Items.Add(item);
        }
        if (last is not null && bound.Value(1, null) is { } fill && last.Items.Count < size)
        {
            context.AllocateItems(size - last.Items.Count);
            last.Items.AddRange(Enumerable.Repeat<object?>(fill, (int)size - last.Items.Count));
        }
        return Iteration.Lazy(context, batches);
    }

    private static object? Slice(RenderContext context, object? value, CallArguments arguments)
    {
        var bound = arguments.Bind("slice", "slices", "fill_with");
        var slices = bound.RequiredInteger(0);
        if (slices == 0) throw new TemplateFault("integer division or modulo by zero");
        var items = Iteration.Copy(context, value);
        if (slices > 0) context.AllocateItems(slices);
        var parts = new List<object?>();
        var at = 0;
        for (long i = 0; i < slices; i++)
        {
            var extra = i < items.Count % slices;
            var count = (int)(items.Count / slices) + (extra ? 1 : 0);
            var part = items.GetRange(at, count);
            if (!extra && bound.Value(1, null) is { } fill) part.Add(fill);
            parts.Add(new ListValue(part));
            at += count;
        }
        return Iteration.Lazy(context, parts);
    }
}
