using System.Globalization;
using System.Numerics;
using DecodeAlign.Models.ChatTemplates.Rendering;
using DecodeAlign.Models.ChatTemplates.Values;

namespace DecodeAlign.Models.ChatTemplates.Text;

/// <summary>One field of a format string: <c>[[fill]align][sign][#][0][width][,][.precision][type]</c>.</summary>
internal sealed record FormatSpec
{
    private const int MaxWidth = 10_000;

    public char Fill { get; init; } = ' ';

    public char? Align { get; init; }

    public char Sign { get; init; } = '-';

    public bool Alternate { get; init; }

    public char? Grouping { get; init; }

    public int Width { get; init; }

    public int? Precision { get; init; }

    public char Type { get; init; }

    public static FormatSpec Parse(string text)
    {
        var spec = new FormatSpec();
        var at = 0;
        if (text.Length > 1 && "<>=^".Contains(text[1], StringComparison.Ordinal)) (spec, at) = (spec with { Fill = text[0], Align = text[1] }, 2);
        else if (text.Length > 0 && "<>=^".Contains(text[0], StringComparison.Ordinal)) (spec, at) = (spec with { Align = text[0] }, 1);
        if (at < text.Length && "+- ".Contains(text[at], StringComparison.Ordinal)) spec = spec with { Sign = text[at++] };
        if (at < text.Length && text[at] == '#') (spec, at) = (spec with { Alternate = true }, at + 1);
        if (at < text.Length && text[at] == '0')
        {
            if (spec.Align is null) spec = spec with { Fill = '0', Align = '=' };
            at++;
        }
        spec = spec with { Width = Number(text, ref at) ?? 0 };
        if (at < text.Length && text[at] is ',' or '_') spec = spec with { Grouping = text[at++] };
        if (at < text.Length && text[at] == '.')
        {
            at++;
            spec = spec with { Precision = Number(text, ref at) ?? throw new TemplateFault("Format specifier missing precision") };
        }
        if (at < text.Length) spec = spec with { Type = text[at++] };
        return at == text.Length ? spec : throw new TemplateFault($"Invalid format specifier '{text}'");
    }

    /// <summary>A run of digits, bounded; null when there is none.</summary>
    public static int? Number(string text, ref int at)
    {
        var start = at;
        while (at < text.Length && char.IsAsciiDigit(text[at])) at++;
        if (at == start) return null;
        return int.TryParse(text.AsSpan(start, at - start), CultureInfo.InvariantCulture, out var number) && number <= MaxWidth
            ? number : throw new TemplateFault($"a format's width or precision is more than {MaxWidth}");
    }

    public string Apply(RenderContext context, object? value)
    {
        value = MarkupValue.Plain(value);
        // a float may have to be written out to its last bit, at 3.4 bits for each decimal
        if (Types.IsNumber(value)) context.BigNumber(value is double ? 1100 + ((Precision ?? 6) * 34L / 10) : Arithmetic.Bits(value));
        var text = value switch
        {
            string s when Type is '\0' or 's' => Pad(Precision is { } limit ? s[..CodePoints.Offset(s, limit)] : s, '<'),
            bool or long or BigInteger when Type is '\0' or 'd' or 'x' or 'X' or 'o' or 'b' or 'c' => Integer(Arithmetic.Integer(value)),
            bool or long or BigInteger or double when Type is '\0' or 'e' or 'E' or 'f' or 'F' or 'g' or 'G' or '%' => Real(Arithmetic.Real(value)),
            not (bool or long or BigInteger or double or string) => throw new TemplateFault($"unsupported format string passed to {Types.Name(value)}.__format__"),
            _ => throw new TemplateFault($"Unknown format code '{Type}' for object of type '{Types.Name(value)}'"),
        };
        context.Allocate(text.Length);
        return text;
    }

    private string Integer(BigInteger value)
    {
        if (Type == 'c') return Pad(value >= 0 && value < 0x110000 && (value < 0xD800 || value > 0xDFFF) ? char.ConvertFromUtf32((int)value) : throw new TemplateFault("%c arg not in range"), '<');
        var magnitude = BigInteger.Abs(value);
        var digits = Type switch
        {
            'x' => magnitude.ToString("x", CultureInfo.InvariantCulture).TrimStart('0'),
            'X' => magnitude.ToString("X", CultureInfo.InvariantCulture).TrimStart('0'),
            'b' => magnitude.ToString("b", CultureInfo.InvariantCulture).TrimStart('0'),
            'o' => Octal(magnitude),
            _ => magnitude.ToString(CultureInfo.InvariantCulture),
        };
        if (digits.Length == 0) digits = "0";
        var prefix = Alternate && Type is 'x' or 'X' or 'o' or 'b' && Alternate ? "0" + Type : "";
        return Signed(value.Sign < 0, prefix, Group(digits));
    }

    private string Real(double value)
    {
        var negative = double.IsNegative(value);
        var magnitude = Math.Abs(value);
        string digits;
        if (!double.IsFinite(value)) digits = double.IsNaN(value) ? "nan" : "inf";
        else digits = Type switch
        {
            'e' or 'E' => FloatFormat.Exponent(magnitude, Precision ?? 6),
            'f' or 'F' => FloatFormat.Fixed(magnitude, Precision ?? 6),
            '%' => FloatFormat.Fixed(magnitude * 100, Precision ?? 6) + "%",
            'g' or 'G' => FloatFormat.General(magnitude, Precision ?? 6),
            _ => Precision is { } p ? FloatFormat.General(magnitude, p) : FloatText.Repr(magnitude),
        };
        if (Type is 'E' or 'G' or 'F') digits = digits.ToUpperInvariant();
        return Signed(negative && !double.IsNaN(value), "", Group(digits));
    }

    private string Group(string digits)
    {
        if (Grouping is not { } separator) return digits;
        var whole = digits.AsSpan().IndexOfAnyExceptInRange('0', '9') is >= 0 and var end ? end : digits.Length;
        for (var at = whole - 3; at > 0; at -= 3)
            digits = digits.Insert(at, separator.ToString());
        return digits;
    }

    private string Signed(bool negative, string prefix, string digits)
    {
        var sign = negative ? "-" : Sign == '-' ? "" : Sign.ToString();
        if (Align == '=') return sign + prefix + digits.PadLeft(Math.Max(0, Width - sign.Length - prefix.Length), Fill);
        return Pad(sign + prefix + digits, '>');
    }

    private string Pad(string text, char natural)
    {
        var missing = Width - CodePoints.Count(text);
        if (missing <= 0) return text;
        var left = (Align ?? natural) switch { '<' => 0, '^' => missing / 2, '=' when natural == '<' => 0, _ => missing };
        return new string(Fill, left) + text + new string(Fill, missing - left);
    }

    private static string Octal(BigInteger value)
    {
        var digits = new Stack<char>();
        for (; !value.IsZero; value >>= 3)
            digits.Push((char)('0' + (int)(value & 7)));
        return string.Concat(digits);
    }
}
