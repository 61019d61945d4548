using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace DecodeAlign.Constraints;

/// <summary>A decimal number, exactly: units of 10^−scale. The scale is the least that will do, and never negative.</summary>
internal readonly record struct JsonNumber : IComparable<JsonNumber>
{
    private const int MostDigits = 400;

    public JsonNumber(BigInteger units, int scale)
    {
        while (scale > 0 && (units % 10).IsZero) (units, scale) = (units / 10, scale - 1);
        (Units, Scale) = scale < 0 ? (units * BigInteger.Pow(10, -scale), 0) : (units, scale);
    }

    public BigInteger Units { get; }

    public int Scale { get; }

    public bool IsWhole => Scale == 0;

    /// <summary>A JSON number's value.</summary>
    /// <returns>False: it has more digits, written out, than are counted with.</returns>
    public static bool TryRead(JsonElement element, out JsonNumber number)
    {
        number = default;
        var text = element.GetRawText();
        var at = text.AsSpan().IndexOfAny('e', 'E');
        var (mantissa, exponent) = (at < 0 ? text : text[..at], 0);
        if (at >= 0 && (!int.TryParse(text.AsSpan(at + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent) || Math.Abs(exponent) > MostDigits)) return false;
        if (mantissa.Length > MostDigits) return false;
        var point = mantissa.IndexOf('.', StringComparison.Ordinal);
        var digits = point < 0 ? 0 : mantissa.Length - point - 1;
        number = new(BigInteger.Parse(mantissa.Replace(".", "", StringComparison.Ordinal), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture), digits - exponent);
        return true;
    }

    /// <summary>The number in units of 10^−digits; at least its own scale.</summary>
    public BigInteger In(int digits) => Units * BigInteger.Pow(10, digits - Scale);

    public BigInteger Floor() => -((-this).Ceiling());

    public BigInteger Ceiling() => BigInteger.DivRem(Units, BigInteger.Pow(10, Scale), out var rest) + (rest.Sign > 0 ? 1 : 0);

    /// <summary>Whether it is a whole multiple of another one.</summary>
    public bool IsMultipleOf(JsonNumber other)
    {
        var digits = Math.Max(Scale, other.Scale);
        return (In(digits) % other.In(digits)).IsZero;
    }

    public int CompareTo(JsonNumber other)
    {
        var digits = Math.Max(Scale, other.Scale);
        return In(digits).CompareTo(other.In(digits));
    }

    public static JsonNumber operator -(JsonNumber value) => new(-value.Units, value.Scale);

    public static bool operator <(JsonNumber left, JsonNumber right) => left.CompareTo(right) < 0;

    public static bool operator >(JsonNumber left, JsonNumber right) => left.CompareTo(right) > 0;

    public static bool operator <=(JsonNumber left, JsonNumber right) => left.CompareTo(right) <= 0;

    public static bool operator >=(JsonNumber left, JsonNumber right) => left.CompareTo(right) >= 0;

    /// <summary>Digits before and after the point of its absolute value; none after it where it is whole.</summary>
    public (string Whole, string Fraction) Digits()
    {
        var digits = BigInteger.Abs(Units).ToString(CultureInfo.InvariantCulture).PadLeft(Scale + 1, '0');
        return (digits[..^Scale], digits[^Scale..]);
    }

    public override string ToString() => $"{(Units.Sign < 0 ? "-" : "")}{Digits().Whole}{(IsWhole ? "" : "." + Digits().Fraction)}";
}
