using System.Numerics;

namespace DecodeAlign.Constraints;

/// <summary>Whole numbers between bounds, as patterns over their decimal digits.</summary>
internal static class WholeNumbers
{
    /// <summary>Whole numbers between two, both included.</summary>
    public static Pattern Between(BigInteger least, BigInteger most)
    {
        var options = new List<Pattern>();
        if (least < 0 && least <= most) options.Add(new Sequence(Pattern.Text("-"), Naturals(BigInteger.Max(1, -most), -least)));
        if (most >= 0 && least <= most) options.Add(Naturals(BigInteger.Max(0, least), most));
        return new OneOfPatterns(options);
    }

    private static OneOfPatterns Naturals(BigInteger least, BigInteger most)
    {
        var options = new List<Pattern>();
        for (var length = least.ToString().Length; length <= most.ToString().Length; length++)
        {
            var (low, high) = (BigInteger.Max(least, length == 1 ? 0 : BigInteger.Pow(10, length - 1)), BigInteger.Min(most, BigInteger.Pow(10, length) - 1));
            if (low <= high) options.Add(Digits(low.ToString(), high.ToString(), 0, true, true));
        }
        return new(options);
    }

    // digits between two texts of one length
    private static Pattern Digits(string low, string high, int at, bool onLow, bool onHigh)
    {
        var left = low.Length - at;
        if (left == 0) return Pattern.Empty;
        var digit = new OneCharacter(CharacterSet.Digits);
        if (!onLow && !onHigh) return new Repeat(digit, left, left);
        var options = new List<Pattern>();
        var (first, last) = (onLow ? low[at] : '0', onHigh ? high[at] : '9');
        for (var value = first; value <= last; value++)
        {
            var past = value;
            // digits strictly inside the bounds are alike
            if (!(onLow && value == first) && !(onHigh && value == last)) past = onHigh ? (char)(last - 1) : last;
            options.Add(new Sequence(new OneCharacter(CharacterSet.Of((value, past))), Digits(low, high, at + 1, onLow && value == first, onHigh && value == last)));
            value = past;
        }
        return new OneOfPatterns(options);
    }
}
