using System.Numerics;

namespace DecodeAlign.Constraints;

/// <summary>Numbers between bounds, as patterns over their decimal digits.</summary>
internal static class JsonNumbers
{
    /// <summary>Whole numbers between two, both included; each of at most 15 digits.</summary>
    public static Pattern Integers(BigInteger least, BigInteger most)
    {
        var options = new List<Pattern>();
        if (least < 0 && least <= most) options.Add(new Sequence(Pattern.Text("-"), Naturals(BigInteger.Max(1, -most), -least)));
        if (most >= 0 && least <= most) options.Add(Naturals(BigInteger.Max(0, least), most));
        return new OneOfPatterns(options);
    }

    /// <summary>Numbers between two, both included and given in units of 10^−<paramref name="digits"/>, with at most so many digits after the point.</summary>
    public static Pattern Decimals(BigInteger least, BigInteger most, int digits)
    {
        var options = new List<Pattern>();
        if (least < 0 && least <= most) options.Add(new Sequence(Pattern.Text("-"), Positives(BigInteger.Max(1, -most), -least, digits)));
        if (most >= 0 && least <= most) options.Add(Positives(BigInteger.Max(0, least), most, digits));
        return new OneOfPatterns(options);
    }

    private static OneOfPatterns Positives(BigInteger least, BigInteger most, int digits)
    {
        var unit = BigInteger.Pow(10, digits);
        var (first, last) = (BigInteger.DivRem(least, unit, out var from), BigInteger.DivRem(most, unit, out var to));
        if (first == last) return new(new Sequence(Pattern.Text(first.ToString()), Fraction(from, to, digits)));
        var options = new List<Pattern>
        {
            new Sequence(Pattern.Text(first.ToString()), Fraction(from, unit - 1, digits)),
            new Sequence(Pattern.Text(last.ToString()), Fraction(0, to, digits)),
        };
        if (first + 1 < last) options.Add(new Sequence(Naturals(first + 1, last - 1), Fraction(0, unit - 1, digits)));
        return new(options);
    }

    // nothing, or a point and digits, of a value between two
    private static OneOfPatterns Fraction(BigInteger least, BigInteger most, int digits)
    {
        if (least > most) return new([]);
        var (low, high) = (least.ToString().PadLeft(digits, '0'), most.ToString().PadLeft(digits, '0'));
        var after = new Sequence(Pattern.Text("."), Digits(low, high, 0, true, true, shorter: true, atLeastOne: true));
        return least.IsZero ? new(Pattern.Empty, after) : new(after);
    }

    private static OneOfPatterns Naturals(BigInteger least, BigInteger most)
    {
        var options = new List<Pattern>();
        for (var length = least.ToString().Length; length <= most.ToString().Length; length++)
        {
            var (low, high) = (BigInteger.Max(least, length == 1 ? 0 : BigInteger.Pow(10, length - 1)), BigInteger.Min(most, BigInteger.Pow(10, length) - 1));
            if (low <= high) options.Add(Digits(low.ToString(), high.ToString(), 0, true, true, shorter: false, atLeastOne: true));
        }
        return new(options);
    }

    // digits between two texts of one length; shorter ones, too, that zeros make as long
    private static Pattern Digits(string low, string high, int at, bool onLow, bool onHigh, bool shorter, bool atLeastOne)
    {
        var left = low.Length - at;
        if (left == 0) return Pattern.Empty;
        var digit = new OneCharacter(CharacterSet.Digits);
        if (!onLow && !onHigh) return new Repeat(digit, shorter ? atLeastOne ? 1 : 0 : left, left);
        var options = new List<Pattern>();
        if (shorter && !atLeastOne && (!onLow || low.AsSpan(at).TrimStart('0').IsEmpty)) options.Add(Pattern.Empty);
        var (first, last) = (onLow ? low[at] : '0', onHigh ? high[at] : '9');
        for (var value = first; value <= last; value++)
        {
            var past = value;
            // digits strictly inside the bounds are alike
            if (!(onLow && value == first) && !(onHigh && value == last)) past = onHigh ? (char)(last - 1) : last;
            var rest = Digits(low, high, at + 1, onLow && value == first, onHigh && value == last, shorter, false);
            options.Add(new Sequence(new OneCharacter(CharacterSet.Of((value, past))), rest));
            value = past;
        }
        return new OneOfPatterns(options);
    }
}
