using System.Numerics;
using DecodeAlign.Models.ChatTemplates.Rendering;

namespace DecodeAlign.Models.ChatTemplates.Values;

/// <summary>Python's equality and hashing: 1, 1.0 and True are the same, containers compare by content. Charges its work.</summary>
internal sealed class ValueComparer(RenderContext context) : IEqualityComparer<object>
{
    bool IEqualityComparer<object>.Equals(object? x, object? y) => AreEqual(x, y);

    public int GetHashCode(object key)
    {
        switch (key)
        {
            case MarkupValue markup:
                return GetHashCode(markup.Text);
            case string text:
                context.Scan(text.Length);
                return text.GetHashCode(StringComparison.Ordinal);
            case bool flag:
                return (flag ? 1L : 0L).GetHashCode();
            case BigInteger number:
                return number.GetHashCode();
            case double number:
                return number == Math.Floor(number) && Math.Abs(number) < 1L << 62 ? ((long)number).GetHashCode() : number.GetHashCode();
            case UndefinedValue:
                return 0;
            case BytesValue bytes:
                var content = default(HashCode);
                content.AddBytes(bytes.Bytes);
                return content.ToHashCode();
            case TupleValue tuple:
                context.Enter();
                var hash = default(HashCode);
                foreach (var item in tuple.Items)
                    hash.Add(GetHashCode(DictValue.ToKey(item)));
                context.Leave();
                return hash.ToHashCode();
            case ListValue or DictValue:
                throw new TemplateFault($"unhashable type: '{Types.Name(key)}'");
            default:
                return key.GetHashCode();
        }
    }

    public bool AreEqual(object? left, object? right)
    {
        if (ReferenceEquals(left, right)) return left is not double number || !double.IsNaN(number);
        switch (left, right)
        {
            case (MarkupValue, _) or (_, MarkupValue):
                return AreEqual(MarkupValue.Plain(left), MarkupValue.Plain(right));
            case (string a, string b):
                if (a.Length != b.Length) return false;
                context.Scan(a.Length);
                return string.Equals(a, b, StringComparison.Ordinal);
            case (BytesValue a, BytesValue b):
                return a.Bytes.AsSpan().SequenceEqual(b.Bytes);
            case (UndefinedValue, UndefinedValue):
                return true;
            case (ListValue a, ListValue b):
                return AreEqual(a.Items, b.Items);
            case (TupleValue a, TupleValue b):
                return AreEqual(a.Items, b.Items);
            case (RangeValue a, RangeValue b):
                return AreEqual((IReadOnlyList<object?>)a, b);
            case (DictValue a, DictValue b):
                return AreEqual(a, b);
            default:
                return Types.IsNumber(left) && Types.IsNumber(right) && Arithmetic.CompareNumbers(left!, right!) == 0;
        }
    }

    private bool AreEqual(IReadOnlyList<object?> left, IReadOnlyList<object?> right)
    {
        if (left.Count != right.Count) return false;
        context.Enter();
        var equal = true;
        for (var i = 0; equal && i < left.Count; i++)
        {
            context.Step(1);
            equal = AreEqual(left[i], right[i]);
        }
        context.Leave();
        return equal;
    }

    private bool AreEqual(DictValue left, DictValue right)
    {
        if (left.Items.Count != right.Items.Count) return false;
        context.Enter();
        var equal = left.Items.All(pair => right.Items.TryGetValue(pair.Key, out var other) && AreEqual(pair.Value, other));
        context.Leave();
        return equal;
    }
}
