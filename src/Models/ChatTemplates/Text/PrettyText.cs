using System.Text;
using DecodeAlign.Models.ChatTemplates.Rendering;
using DecodeAlign.Models.ChatTemplates.Values;

namespace DecodeAlign.Models.ChatTemplates.Text;

/// <summary>Python's <c>pprint.pformat</c>: values laid out in lines of 80, dicts in the order of their keys.</summary>
internal sealed class PrettyText(RenderContext context)
{
    private const int Width = 80;

    private readonly StringBuilder builder = new();

    public static string Of(RenderContext context, object? value)
    {
        var text = new PrettyText(context);
        text.Write(value, 0, 0, 1);
        context.Allocate(text.builder.Length);
        return text.builder.ToString();
    }

    private void Write(object? value, int indent, int allowance, int level)
    {
        context.Enter();
        var flat = Printing.Repr(context, Sorted(value));
        var tooWide = CodePoints.Count(flat) > Width - indent - allowance;
        if (tooWide && value is DictValue dict) WriteDict(dict, indent, allowance, level);
        else if (tooWide && value is ListValue list) WriteItems(list.Items, "[", "]", indent, allowance, level);
        else if (tooWide && value is TupleValue tuple) WriteItems(tuple.Items, "(", tuple.Items.Length == 1 ? ",)" : ")", indent, allowance, level);
        else if (tooWide && value is string text) WriteText(text, indent, allowance, level);
        else builder.Append(flat);
        context.Leave();
    }

    private void WriteDict(DictValue dict, int indent, int allowance, int level)
    {
        builder.Append('{');
        var pairs = Pairs(dict);
        for (var i = 0; i < pairs.Count; i++)
        {
            if (i > 0) NewLine(indent + 1);
            var key = Printing.Repr(context, pairs[i].Key);
            builder.Append(key).Append(": ");
            Write(pairs[i].Value, indent + 1 + CodePoints.Count(key) + 2, i == pairs.Count - 1 ? allowance + 1 : 1, level + 1);
        }
        builder.Append('}');
    }

    private void WriteItems(IReadOnlyList<object?> items, string open, string close, int indent, int allowance, int level)
    {
        builder.Append(open);
        for (var i = 0; i < items.Count; i++)
        {
            if (i > 0) NewLine(indent + 1);
            Write(items[i], indent + 1, i == items.Count - 1 ? allowance + close.Length : 1, level + 1);
        }
        builder.Append(close);
    }

    /// <summary>A long text as several that stand below each other, cut after white space.</summary>
    private void WriteText(string text, int indent, int allowance, int level)
    {
        if (level == 1) (indent, allowance) = (indent + 1, allowance + 1);
        var width = Width - indent;
        var chunks = new List<string>();
        var whole = "";
        var lines = TextTools.SplitLines(context, text, keepEnds: true);
        for (var i = 0; i < lines.Count; i++)
        {
            var line = (string)lines[i]!;
            var last = i == lines.Count - 1;
            whole = Printing.Repr(context, line);
            if (CodePoints.Count(whole) <= width - (last ? allowance : 0)) chunks.Add(whole);
            else AddParts(line, width, last ? allowance : 0, chunks);
        }
        if (chunks.Count == 1)
        {
            builder.Append(whole);
            return;
        }
        if (level == 1) builder.Append('(');
        builder.AppendJoin("\n" + new string(' ', indent), chunks);
        if (level == 1) builder.Append(')');
    }

    private void AddParts(string line, int width, int allowance, List<string> chunks)
    {
        var parts = Parts(line);
        var current = "";
        for (var j = 0; j < parts.Count; j++)
        {
            var candidate = current + parts[j];
            if (CodePoints.Count(Printing.Repr(context, candidate)) > width - (j == parts.Count - 1 ? allowance : 0))
            {
                if (current.Length > 0) chunks.Add(Printing.Repr(context, current));
                current = parts[j];
            }
            else current = candidate;
        }
        if (current.Length > 0) chunks.Add(Printing.Repr(context, current));
    }

    /// <summary>Words, each with the white space after it.</summary>
    private static List<string> Parts(string line)
    {
        var parts = new List<string>();
        for (var at = 0; at < line.Length;)
        {
            var end = at;
            while (end < line.Length && !CodePoints.IsSpace(line[end])) end++;
            while (end < line.Length && CodePoints.IsSpace(line[end])) end++;
            parts.Add(line[at..end]);
            at = end;
        }
        return parts;
    }

    private void NewLine(int indent) => builder.Append(",\n").Append(' ', indent);

    /// <summary>The value with every dict in it in the order of its keys.</summary>
    private object? Sorted(object? value)
    {
        context.Enter();
        var sorted = value switch
        {
            DictValue dict => Sorted(dict),
            ListValue list => new ListValue([.. Sorted(list.Items)]),
            TupleValue tuple => new TupleValue([.. Sorted(tuple.Items)]),
            _ => value,
        };
        context.Leave();
        return sorted;
    }

    private object?[] Sorted(IReadOnlyList<object?> items)
    {
        context.AllocateItems(items.Count);
        return [.. items.Select(Sorted)];
    }

    private DictValue Sorted(DictValue dict)
    {
        context.AllocateItems(2L * dict.Items.Count);
        var sorted = new DictValue(context);
        foreach (var (key, value) in Pairs(dict)) sorted.Set(key, Sorted(value));
        return sorted;
    }

    private List<(object? Key, object? Value)> Pairs(DictValue dict)
    {
        context.AllocateItems(2L * dict.Items.Count);
        List<(object? Key, object? Value)> pairs = [.. dict.Items.Select(pair => (DictValue.FromKey(pair.Key), pair.Value))];
        // stable, as Python's sort is
        return [.. pairs.OrderBy(pair => pair.Key, Comparer<object?>.Create(Compare))];
    }

    private int Compare(object? left, object? right)
    {
        context.Step(1);
        if (Types.IsNumber(left) && Types.IsNumber(right)) return Arithmetic.CompareNumbers(left!, right!) ?? 0;
        if (left is string a && right is string b) return CodePoints.Compare(a, b);
        // keys that have no order of their own go by the names of their types
        return string.CompareOrdinal(TypeOrder(left), TypeOrder(right));
    }

    private static string TypeOrder(object? value) => $"<class '{Types.Name(value)}'>";
}
