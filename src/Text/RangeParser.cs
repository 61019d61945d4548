using System.Globalization;

namespace DecodeAlign.Text;

/// <summary>Reads ranges of whole numbers as specifications write them.</summary>
public static class RangeParser
{
    /// <summary>Reads <c>MIN..MAX</c>, <c>MIN..</c>, <c>..MAX</c> or one number.</summary>
    /// <returns>The least and the greatest number; 0 and <see cref="int.MaxValue"/> where they are left out.</returns>
    /// <exception cref="FormatException">The text is no such range.</exception>
    public static (int Least, int Most) Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var cut = text.IndexOf("..", StringComparison.Ordinal);
        var (left, right) = cut < 0 ? (text.Trim(), text.Trim()) : (text[..cut].Trim(), text[(cut + 2)..].Trim());
        if (left.Length == 0 && right.Length == 0) throw new FormatException($"'{text}' is no range: write MIN..MAX, such as 80..120");
        var (least, most) = (left.Length == 0 ? 0 : Number(left, text), right.Length == 0 ? int.MaxValue : Number(right, text));
        return least <= most ? (least, most) : throw new FormatException($"'{text}' is empty: {least} is greater than {most}");
    }

    private static int Number(string digits, string text) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new FormatException($"'{digits}' in '{text}' is no whole number: write MIN..MAX, such as 80..120");
}
