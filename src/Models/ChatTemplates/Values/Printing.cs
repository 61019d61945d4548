using System.Globalization;
using System.Numerics;
using System.Text;
using DecodeAlign.Models.ChatTemplates.Rendering;
using DecodeAlign.Models.ChatTemplates.Text;

namespace DecodeAlign.Models.ChatTemplates.Values;

/// <summary>Values as text: Python's <c>str</c> and <c>repr</c>.</summary>
internal static class Printing
{
    public static string Str(RenderContext context, object? value) => value switch
    {
        string text => text,
        MarkupValue markup => markup.Text,
        UndefinedValue => "",
        bool flag when context.JavaScript => flag ? "true" : "false",
        ListValue or TupleValue or DictValue when context.JavaScript => JsonText.Write(context, value, JsonTextOptions.Printing),
        _ => Repr(context, value),
    };

    public static string Repr(RenderContext context, object? value)
    {
        var builder = new StringBuilder();
        Write(context, value, builder);
        return builder.ToString();
    }

    /// <summary>A None, boolean or number.</summary>
    public static string Scalar(object? value) => value switch
    {
        null => "None",
        bool flag => flag ? "True" : "False",
        long number => number.ToString(CultureInfo.InvariantCulture),
        BigInteger number => number.ToString(CultureInfo.InvariantCulture),
        _ => FloatText.Repr((double)value),
    };

    private static void Write(RenderContext context, object? value, StringBuilder builder)
    {
        context.Enter();
        var before = builder.Length;
        switch (value)
        {
            case string text:
                Quote(text, builder);
                break;
            case BigInteger number:
                context.BigNumber(number.GetBitLength());
                builder.Append(Scalar(number));
                break;
            case null or bool or long or double:
                builder.Append(Scalar(value));
                break;
            case BytesValue bytes:
                bytes.Write(builder);
                context.Allocate(builder.Length - before);
                break;
            case UndefinedValue:
                builder.Append("Undefined");
                break;
            case MarkupValue markup:
                builder.Append("Markup(");
                Write(context, markup.Text, builder);
                builder.Append(')');
                break;
            case ListValue list:
                Items(context, list.Items, builder, "[", "]");
                break;
            case TupleValue tuple:
                Items(context, tuple.Items, builder, "(", tuple.Items.Length == 1 ? ",)" : ")");
                break;
            case DictViewValue view:
                Items(context, view.Items, builder, view.Kind + "([", "])");
                break;
            case DictValue dict:
                Pairs(context, dict.Items.Select(pair => (DictValue.FromKey(pair.Key), pair.Value)), builder);
                break;
            case NamespaceValue space:
                builder.Append("<Namespace ");
                Pairs(context, space.Attributes.Select(pair => ((object?)pair.Key, pair.Value)), builder);
                builder.Append('>');
                break;
            case RangeValue range:
                builder.Append(CultureInfo.InvariantCulture, $"range({range.Start}, {range.Stop}{(range.Increment == 1 ? "" : $", {range.Increment}")})");
                break;
            case MacroValue macro:
                builder.Append(CultureInfo.InvariantCulture, $"<Macro {(macro.Name is null ? "anonymous" : $"'{macro.Name}'")}>");
                break;
            case LoopValue loop:
                builder.Append(CultureInfo.InvariantCulture, $"<LoopContext {loop.Index}/{loop.Length}>");
                break;
            default:
                builder.Append('<').Append(Types.Name(value)).Append(" object>");
                break;
        }
        // what a container holds has been charged already
        context.Allocate(value is string ? builder.Length - before : 4);
        context.Leave();
    }

    private static void Items(RenderContext context, IEnumerable<object?> items, StringBuilder builder, string open, string close)
    {
        builder.Append(open);
        var separator = "";
        foreach (var item in items)
        {
            builder.Append(separator);
            Write(context, item, builder);
            separator = ", ";
        }
        builder.Append(close);
    }

    private static void Pairs(RenderContext context, IEnumerable<(object? Key, object? Value)> pairs, StringBuilder builder)
    {
        builder.Append('{');
        var separator = "";
        foreach (var (key, item) in pairs)
        {
            builder.Append(separator);
            Write(context, key, builder);
            builder.Append(": ");
            Write(context, item, builder);
            separator = ", ";
        }
        builder.Append('}');
    }

    private static void Quote(string text, StringBuilder builder)
    {
        var quote = text.Contains('\'', StringComparison.Ordinal) && !text.Contains('"', StringComparison.Ordinal) ? '"' : '\'';
        builder.Append(quote);
        for (var i = 0; i < text.Length;)
        {
            var whole = Rune.TryGetRuneAt(text, i, out var rune);
            var code = whole ? rune.Value : text[i];
            i += whole ? rune.Utf16SequenceLength : 1;
            if (code == quote || code == '\\') builder.Append('\\').Append((char)code);
            else if (code == '\n') builder.Append("\\n");
            else if (code == '\r') builder.Append("\\r");
            else if (code == '\t') builder.Append("\\t");
            else if (whole && CodePoints.IsPrintable(rune)) builder.Append(rune.ToString());
            else if (code < 0x100) builder.Append(CultureInfo.InvariantCulture, $"\\x{code:x2}");
            else if (code < 0x10000) builder.Append(CultureInfo.InvariantCulture, $"\\u{code:x4}");
            else builder.Append(CultureInfo.InvariantCulture, $"\\U{code:x8}");
        }
        builder.Append(quote);
    }
}
