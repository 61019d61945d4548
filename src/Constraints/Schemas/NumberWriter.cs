using System.Globalization;
using System.Numerics;

namespace DecodeAlign.Constraints;

/// <summary>Numbers of a range as patterns over their digits.</summary>
internal static class NumberWriter
{
    /// <summary>Most digits of a whole number without bounds: those of 64 bits.</summary>
    private const int WholeDigits = 19;

    private const int FractionDigits = 20, MostRemainders = 4000;

    private static readonly Pattern Fraction = RegexParser.Parse($"\\.[0-9]{{1,{FractionDigits}}}");
    private static readonly Pattern Exponent = RegexParser.Parse("[eE]([+-]?0*[0-9]{1,2}|[+-]?[12][0-9][0-9]|[+-]?30[0-7])");
    private static readonly Pattern Digit = new OneCharacter(CharacterSet.Digits);
    private static readonly Pattern AnyWhole = RegexParser.Parse($"0|[1-9][0-9]{{0,{WholeDigits - 1}}}");

    /// <summary>Numbers of some types within a range.</summary>
    /// <exception cref="PatternException">They are too many to tell apart.</exception>
    public static Pattern Write(JsonTypes types, NumberRange range)
    {
        if (types == JsonTypes.Whole) return Wholes(range);
        var all = Numbers(range);
        return types == JsonTypes.Number ? all : new Embedded(Determiniser.Compile(all).And(Determiniser.Compile(RegexParser.Parse("-?[0-9]+\\.[0-9]*[1-9][0-9]*"))));
    }

    private static Pattern Wholes(NumberRange range)
    {
        BigInteger? least = range.Least is { } low ? range.IsAbove && low.IsWhole ? low.Units + 1 : low.Ceiling() : null;
        BigInteger? most = range.Most is { } high ? range.IsBelow && high.IsWhole ? high.Units - 1 : high.Floor() : null;
        var limit = BigInteger.Pow(2, 63);
        Pattern all = WholeNumbers.Between(least ?? BigInteger.Min(-limit, most ?? 0), most ?? BigInteger.Max(limit - 1, least ?? 0));
        return WithMultiples(all, range.Multiples);
    }

    private static Pattern Numbers(NumberRange range)
    {
        if (range.IsAny) return new Sequence(Pattern.Optional(Pattern.Text("-")), Free());
        if (range is { Most: null, Multiples.Count: 0 } && range.Least is { Units.IsZero: true } && !range.IsAbove) return Free();
        var options = new List<Pattern>();
        var zero = new JsonNumber(BigInteger.Zero, 0);
        if (range.Most is not { } most || most > zero || (most == zero && !range.IsBelow))
            options.Add(Positives(range.Least is { } low && low >= zero ? (low, range.IsAbove) : (zero, false), range.Most is { } high ? (high, range.IsBelow) : null));
        if (range.Least is not { } least || least < zero)
            options.Add(new Sequence(Pattern.Text("-"), Positives(range.Most is { } top && top <= zero ? (-top, range.IsBelow) : (zero, false), range.Least is { } bottom ? (-bottom, range.IsAbove) : null)));
        return WithMultiples(new OneOfPatterns(options), range.Multiples);
    }

    private static Sequence Free() => new(new OneOfPatterns(
        new Sequence(AnyWhole, Pattern.Optional(Fraction)),
        new Sequence(Digit, Pattern.Optional(Fraction), Exponent)));

    // no exponents: how far they reach depends on all digits
    private static Embedded Positives((JsonNumber Bound, bool Excluded) low, (JsonNumber Bound, bool Excluded)? high)
    {
        var digits = Math.Max(WholeDigits, Math.Max(low.Bound.Digits().Whole.Length, high?.Bound.Digits().Whole.Length ?? 0));
        var fraction = Math.Max(FractionDigits, Math.Max(low.Bound.Scale, high?.Bound.Scale ?? 0) + 1);
        var all = Determiniser.Compile(RegexParser.Parse($"(0|[1-9][0-9]{{0,{digits - 1}}})(\\.[0-9]{{1,{fraction}}})?"));
        if (!low.Bound.Units.IsZero || low.Excluded) all = all.And(Determiniser.Compile(AtLeast(low.Bound, low.Excluded)));
        if (high is { } top) all = all.And(Determiniser.Compile(AtMost(top.Bound, top.Excluded)));
        return new Embedded(all);
    }

    private static OneOfPatterns AtLeast(JsonNumber bound, bool excluded)
    {
        var (whole, fraction) = bound.Digits();
        var free = Pattern.Optional(new Sequence(Pattern.Text("."), Any(1)));
        var same = fraction.Length > 0 ? new Sequence(Pattern.Text("."), Beyond(fraction, greater: true, excluded))
            : !excluded ? free : new Sequence(Pattern.Text("."), new Repeat(Pattern.Text("0"), 0, int.MaxValue), NonZero(), Any(0));
        return new OneOfPatterns(
            new Sequence(NonZero(), new Repeat(Digit, whole.Length, int.MaxValue), free),
            new Sequence(Differing(whole, greater: true), free),
            new Sequence(Pattern.Text(whole), same));
    }

    private static OneOfPatterns AtMost(JsonNumber bound, bool excluded)
    {
        var (whole, fraction) = bound.Digits();
        var free = Pattern.Optional(new Sequence(Pattern.Text("."), Any(1)));
        var options = new List<Pattern> { new Sequence(Differing(whole, greater: false), free) };
        if (whole.Length > 1) options.Add(new Sequence(new Repeat(Digit, 1, whole.Length - 1), free));
        if (fraction.Length > 0) options.Add(new Sequence(Pattern.Text(whole), Pattern.Optional(new Sequence(Pattern.Text("."), Beyond(fraction, greater: false, excluded)))));
        else if (!excluded) options.Add(new Sequence(Pattern.Text(whole), Pattern.Optional(new Sequence(Pattern.Text("."), new Repeat(Pattern.Text("0"), 1, int.MaxValue)))));
        return new OneOfPatterns(options);
    }

    // digits after the point that make more than some, or less; or as much
    private static OneOfPatterns Beyond(string digits, bool greater, bool excluded)
    {
        var options = new List<Pattern>();
        for (var i = 0; i < digits.Length; i++)
        {
            var before = Pattern.Text(digits[..i]);
            if (Range(digits[i], greater) is { } other) options.Add(new Sequence(before, other, Any(0)));
            // what is cut short is less, for the last digit is not 0
            if (!greater && i > 0) options.Add(before);
        }
        var zeros = new Repeat(Pattern.Text("0"), 0, int.MaxValue);
        var whole = Pattern.Text(digits);
        if (!excluded) options.Add(greater ? new Sequence(whole, Any(0)) : new Sequence(whole, zeros));
        else if (greater) options.Add(new Sequence(whole, zeros, NonZero(), Any(0)));
        return new(options);
    }

    // as many digits, but a greater number, or a lower one
    private static OneOfPatterns Differing(string digits, bool greater)
    {
        var options = new List<Pattern>();
        for (var i = 0; i < digits.Length; i++)
            if (Range(digits[i], greater) is { } other) options.Add(new Sequence(Pattern.Text(digits[..i]), other, new Repeat(Digit, digits.Length - i - 1, digits.Length - i - 1)));
        return new(options);
    }

    private static OneCharacter? Range(char digit, bool greater) => greater
        ? digit == '9' ? null : new(CharacterSet.Of((digit + 1, '9')))
        : digit == '0' ? null : new(CharacterSet.Of(('0', digit - 1)));

    private static Repeat Any(int least) => new(Digit, least, int.MaxValue);

    private static OneCharacter NonZero() => new(CharacterSet.Of(('1', '9')));

    private static Pattern WithMultiples(Pattern numbers, IReadOnlyList<JsonNumber> multiples) =>
        multiples.Count == 0 ? numbers : new Embedded(multiples.Aggregate(Determiniser.Compile(numbers), (all, multiple) => all.And(MultiplesOf(multiple))));

    // reads digits as units of the multiple's last digit, and keeps the remainder
    private static Dfa MultiplesOf(JsonNumber multiple)
    {
        if (multiple.Units * (multiple.Scale + 2) > MostRemainders) throw new PatternException($"'multipleOf' {multiple} has too many remainders to count with");
        var (units, scale) = ((int)multiple.Units, multiple.Scale);
        using var builder = new DfaBuilder();
        // before the point, and after so many digits behind it
        int[] weights = [.. Enumerable.Range(0, scale + 1).Select(digits => (int)(BigInteger.Pow(10, scale - digits) % units))];
        int State(int place, int remainder) => 1 + place * units + remainder;
        builder.Add(final: false);
        for (var place = 0; place <= scale + 1; place++)
            for (var remainder = 0; remainder < units; remainder++) builder.Add(final: place != 1 && remainder * (long)weights[Math.Max(0, place - 1)] % units == 0);
        builder.Move(0, (byte)'-', 0);
        for (var digit = 0; digit < 10; digit++) builder.Move(0, (byte)('0' + digit), State(0, digit % units));
        for (var remainder = 0; remainder < units; remainder++)
        {
            for (var digit = 0; digit < 10; digit++)
            {
                builder.Move(State(0, remainder), (byte)('0' + digit), State(0, (remainder * 10 + digit) % units));
                for (var place = 1; place <= scale; place++) builder.Move(State(place, remainder), (byte)('0' + digit), State(place + 1, (remainder * 10 + digit) % units));
            }
            if (scale > 0) builder.Move(State(0, remainder), (byte)'.', State(1, remainder));
        }
        // zeros past the last digit that counts change nothing
        if (scale > 0) builder.Move(State(scale + 1, 0), (byte)'0', State(scale + 1, 0));
        return builder.Build(0).Minimise();
    }
}
