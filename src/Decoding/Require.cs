using System.Globalization;

namespace DecodeAlign.Decoding;

/// <summary>Checks of settings, with one form of message.</summary>
internal static class Require
{
    /// <exception cref="ArgumentException">It does not hold; the message names the field, what it must be and what it is.</exception>
    public static void That(bool holds, string field, string expected, object actual)
    {
        if (!holds) throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"{field} must be {expected}; it is {actual}"), field);
    }
}
