using DecodeAlign.Models.ChatTemplates.Rendering;

namespace DecodeAlign.Models.ChatTemplates.Values;

/// <summary>Walking through values, and Python's indices and slices.</summary>
internal static class Iteration
{
    public static bool CanIterate(object? value) => value is string or MarkupValue or ListValue or TupleValue or DictValue or DictViewValue
        or GeneratorValue or RangeValue or UndefinedValue or LoopValue or BytesValue;

    /// <summary>The items that a loop over the value visits; uses up a generator.</summary>
    public static IReadOnlyList<object?> Items(RenderContext context, object? value)
    {
        switch (value)
        {
            case ListValue list:
                return list.Items;
            case TupleValue tuple:
                return tuple.Items;
            case DictValue dict:
                context.Step(dict.Items.Count);
                return [.. dict.Keys];
            case DictViewValue view:
                return view.Items;
            case RangeValue range:
                return range;
            case GeneratorValue generator:
                return generator.TakeRest();
            case MarkupValue markup:
                return Items(context, markup.Text);
            case string text:
                context.AllocateItems(text.Length);
                return CodePoints.Split(text);
            case BytesValue bytes:
                context.AllocateItems(bytes.Bytes.Length);
                return [.. bytes.Bytes.Select(one => (object)(long)one)];
            case UndefinedValue:
                return [];
            default:
                throw new TemplateFault($"'{Types.Name(value)}' object is not iterable");
        }
    }

    /// <summary>A copy of the items that the caller may change.</summary>
    public static List<object?> Copy(RenderContext context, object? value)
    {
        var items = Items(context, value);
        context.AllocateItems(items.Count);
        return [.. items];
    }

    /// <summary>A lazy sequence in Python, which JavaScript's reading makes a list.</summary>
    public static object Lazy(RenderContext context, List<object?> items) =>
        context.JavaScript ? new ListValue(items) : new GeneratorValue(items);

    /// <summary>The indices of a slice, in order: first, the one before which it ends, the step between them, and how many.</summary>
    public static (long First, long End, long Step, int Count) SliceOf(int length, object? start, object? stop, object? step)
    {
        var stride = step is null ? 1 : Index(step);
        if (stride == 0) throw new TemplateFault("slice step cannot be zero");
        long low = stride > 0 ? 0 : -1, high = stride > 0 ? length : length - 1;
        var first = start is null ? (stride > 0 ? low : high) : Clamp(Index(start), length, low, high);
        var last = stop is null ? (stride > 0 ? high : low) : Clamp(Index(stop), length, low, high);
        return (first, last, stride, (int)RangeValue.Length(first, last, stride));
    }

    public static object? Slice(RenderContext context, object? value, object? start, object? stop, object? step)
    {
        if (value is string text)
        {
            context.Scan(text.Length);
            var units = CodePoints.AreUnits(text);
            if (!units) context.AllocateItems(text.Length);
            var points = units ? null : CodePoints.Split(text);
            var (first, _, stride, count) = SliceOf(points?.Length ?? text.Length, start, stop, step);
            context.Allocate(count);
            if (units && stride == 1) return text.Substring((int)first, count);
            if (points is not null) return string.Concat(Enumerable.Range(0, count).Select(i => points[first + (i * stride)]));
            return string.Create(count, (text, first, stride), static (span, slice) =>
            {
                for (var i = 0; i < span.Length; i++)
                    span[i] = slice.text[(int)(slice.first + (i * slice.stride))];
            });
        }
        if (value is MarkupValue markup) return MarkupValue.Mark(Slice(context, markup.Text, start, stop, step));
        if (value is BytesValue bytes)
        {
            var (begin, _, every, taken) = SliceOf(bytes.Bytes.Length, start, stop, step);
            context.Allocate(taken);
            return new BytesValue([.. Enumerable.Range(0, taken).Select(i => bytes.Bytes[begin + (i * every)])]);
        }
        if (value is UndefinedValue undefined) throw undefined.Fault();
        if (value is not (ListValue or TupleValue or RangeValue)) throw new TemplateFault($"'{Types.Name(value)}' object is not subscriptable");
        var items = Items(context, value);
        var (from, end, by, length) = SliceOf(items.Count, start, stop, step);
        if (value is RangeValue range && !context.JavaScript) return new RangeValue(range.Start + (from * range.Increment), range.Start + (end * range.Increment), range.Increment * by);
        context.AllocateItems(length);
        var part = new object?[length];
        for (var i = 0; i < length; i++)
            part[i] = items[(int)(from + (i * by))];
        return value is TupleValue ? new TupleValue(part) : new ListValue([.. part]);
    }

    private static long Clamp(long index, int length, long low, long high) =>
        Math.Clamp(index < 0 ? Math.Max(index, long.MinValue + length) + length : index, low, high);

    private static long Index(object value) => value switch
    {
        long number => number,
        bool flag => flag ? 1 : 0,
        UndefinedValue undefined => throw undefined.Fault(),
        System.Numerics.BigInteger number => number.Sign > 0 ? long.MaxValue / 2 : long.MinValue / 2,
        _ => throw new TemplateFault("slice indices must be integers or None"),
    };
}
