using System.Numerics;
using DecodeAlign.Models.ChatTemplates.Rendering;
using DecodeAlign.Models.ChatTemplates.Text;

namespace DecodeAlign.Models.ChatTemplates.Values;

/// <summary>Binary operators with Python's meaning for each pair of types. Operations: + - * / f (//) % ^ (**).</summary>
internal static class Operators
{
    public static object? Apply(RenderContext context, char operation, object? left, object? right)
    {
        if (Types.IsNumber(left) && Types.IsNumber(right))
        {
            var result = Arithmetic.Apply(operation, left!, right!);
            if (left is BigInteger || right is BigInteger || result is BigInteger || operation == '^')
                context.BigNumber(Math.Max(Arithmetic.Bits(result), Math.Max(Arithmetic.Bits(left), Arithmetic.Bits(right))));
            return result;
        }
        if (left is MarkupValue || right is MarkupValue)
        {
            if (operation == '+' && MarkupValue.Add(context, left, right) is { } sum) return sum;
            var plain = Apply(context, operation, MarkupValue.Plain(left), MarkupValue.Plain(right));
            return left is MarkupValue ? MarkupValue.Mark(plain) : plain;
        }
        if (operation == '%' && left is string format) return PercentFormat.Apply(context, format, right);
        if (left is UndefinedValue undefined) throw undefined.Fault();
        if (right is UndefinedValue other) throw other.Fault();
        switch (operation, left, right)
        {
            case ('+', string a, string b):
                return Concatenate(context, a, b);
            case ('+', string or not null, string or not null) when context.JavaScript && (left is string || right is string):
                return Concatenate(context, Printing.Str(context, left), Printing.Str(context, right));
            case ('+', ListValue a, ListValue b):
                context.AllocateItems(a.Items.Count + (long)b.Items.Count);
                return new ListValue([.. a.Items, .. b.Items]);
            case ('+', BytesValue a, BytesValue b):
                context.Allocate(a.Bytes.Length + (long)b.Bytes.Length);
                return new BytesValue([.. a.Bytes, .. b.Bytes]);
            case ('+', TupleValue a, TupleValue b):
                context.AllocateItems(a.Items.Length + (long)b.Items.Length);
                return new TupleValue([.. a.Items, .. b.Items]);
            case ('*', string or ListValue or TupleValue, bool or long):
                return Repeat(context, left, right is long n ? n : (bool)right ? 1 : 0);
            case ('*', bool or long, string or ListValue or TupleValue):
                return Apply(context, operation, right, left);
            case ('+', string, _):
                throw new TemplateFault($"can only concatenate str (not \"{Types.Name(right)}\") to str");
            default:
                throw new TemplateFault($"unsupported operand type(s) for {Symbol(operation)}: '{Types.Name(left)}' and '{Types.Name(right)}'");
        }
    }

    public static string Concatenate(RenderContext context, string left, string right)
    {
        context.Allocate(left.Length + (long)right.Length);
        return left + right;
    }

    public static bool Contains(RenderContext context, object? container, object? item)
    {
        item = MarkupValue.Plain(item);
        switch (MarkupValue.Plain(container))
        {
            case string text:
                if (item is not string part) throw Types.WrongType("'in <string>' left operand", "a string", item);
                context.Search(text.Length, part.Length);
                return text.Contains(part, StringComparison.Ordinal);
            case DictValue dict:
                return dict.TryGet(item, out _);
            default:
                foreach (var one in Iteration.Items(context, container))
                {
                    context.Step(1);
                    if (Matches(context, one, item)) return true;
                }
                return false;
        }
    }

    public static bool AreEqual(RenderContext context, object? left, object? right) =>
        context.Comparer.AreEqual(left, right)
        || (context.JavaScript && left is null or UndefinedValue && right is null or UndefinedValue);

    private static bool Matches(RenderContext context, object? one, object? item) =>
        ReferenceEquals(one, item)
        || (context.Comparer.AreEqual(one, item) && !(context.JavaScript && one is bool != item is bool));

    private static object Repeat(RenderContext context, object? value, long count)
    {
        count = Math.Max(count, 0);
        if (value is string text)
        {
            context.Allocate(Product(context, text.Length, count));
            return string.Create(text.Length == 0 ? 0 : text.Length * (int)count, text, (span, unit) =>
            {
                for (; !span.IsEmpty; span = span[unit.Length..])
                    unit.CopyTo(span);
            });
        }
        var items = Iteration.Items(context, value);
        context.AllocateItems(Product(context, items.Count, count));
        var all = new object?[items.Count * (items.Count == 0 ? 0 : (int)count)];
        for (var i = 0; i < all.Length; i++)
            all[i] = items[i % items.Count];
        return value is ListValue ? new ListValue([.. all]) : new TupleValue(all);
    }

    private static long Product(RenderContext context, int length, long count) =>
        length == 0 ? 0 : count > context.Options.MaxCharacters ? long.MaxValue / 4 : length * count;

    private static string Symbol(char operation) => operation switch { 'f' => "//", '^' => "** or pow()", _ => operation.ToString() };
}
