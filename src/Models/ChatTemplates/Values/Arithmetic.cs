using System.Numerics;
using DecodeAlign.Models.ChatTemplates.Rendering;

namespace DecodeAlign.Models.ChatTemplates.Values;

/// <summary>Python's numbers: integers without overflow (up to a bound), floats, and booleans as 0 and 1.</summary>
internal static class Arithmetic
{
    // 4300 decimal digits, where Python too refuses to print
    private const long MaxBits = 14_280;

    /// <summary>NaN against anything gives null.</summary>
    public static int? CompareNumbers(object left, object right)
    {
        if (left is long a && right is long b) return a.CompareTo(b);
        if (left is double || right is double)
        {
            if (left is double x && right is double y) return double.IsNaN(x) || double.IsNaN(y) ? null : x.CompareTo(y);
            var real = left is double l ? l : (double)right;
            if (double.IsNaN(real)) return null;
            if (double.IsInfinity(real)) return real > 0 == left is double ? 1 : -1;
            var whole = Integer(left is double ? right : left);
            var floor = new BigInteger(Math.Floor(real));
            var order = floor != whole ? floor.CompareTo(whole) : real > Math.Floor(real) ? 1 : 0;
            return left is double ? order : -order;
        }
        return Integer(left).CompareTo(Integer(right));
    }

    public static object Normalize(BigInteger value)
    {
        if (value >= long.MinValue && value <= long.MaxValue) return (long)value;
        return value.GetBitLength() <= MaxBits ? value : throw new TemplateFault("integer of more than 4300 digits");
    }

    /// <summary>The length of an integer beyond long; 64 for other numbers.</summary>
    public static long Bits(object? value) => value is BigInteger number ? number.GetBitLength() : 64;

    public static BigInteger Integer(object value) => value switch
    {
        bool flag => flag ? 1 : 0,
        long number => number,
        _ => (BigInteger)value,
    };

    public static double Real(object value) => value switch
    {
        double number => number,
        long number => number,
        bool flag => flag ? 1 : 0,
        _ => (double)(BigInteger)value is var real && double.IsInfinity(real)
            ? throw new TemplateFault("int too large to convert to float") : real,
    };

    public static object? Apply(char operation, object left, object right)
    {
        if (left is double || right is double) return Floats(operation, Real(left), Real(right));
        if (operation == '/') return Quotient(Integer(left), Integer(right));
        if (operation == '^') return Power(Integer(left), Integer(right));
        if (left is long a && right is long b && Small(operation, a, b) is { } small) return small;
        return Normalize(Big(operation, Integer(left), Integer(right)));
    }

    public static object Negate(object value) => value is double number ? -number : Normalize(-Integer(value));

    private static long? Small(char operation, long a, long b)
    {
        long result;
        switch (operation)
        {
            case '+' when !(((a ^ (result = unchecked(a + b))) & (b ^ result)) < 0): return result;
            case '-' when !(((a ^ b) & (a ^ (result = unchecked(a - b)))) < 0): return result;
            case '*' when Math.BigMul(a, b, out result) == result >> 63: return result;
            case '%' or 'f' when b is not (0 or -1):
                var (quotient, remainder) = Math.DivRem(a, b);
                var down = remainder != 0 && remainder < 0 != b < 0;
                return operation == 'f' ? quotient - (down ? 1 : 0) : remainder + (down ? b : 0);
            default: return null;
        }
    }

    private static BigInteger Big(char operation, BigInteger a, BigInteger b)
    {
        if (operation is '%' or 'f')
        {
            if (b.IsZero) throw new TemplateFault("integer division or modulo by zero");
            var quotient = BigInteger.DivRem(a, b, out var remainder);
            var down = !remainder.IsZero && remainder.Sign != b.Sign;
            return operation == 'f' ? quotient - (down ? 1 : 0) : remainder + (down ? b : 0);
        }
        return operation == '+' ? a + b : operation == '-' ? a - b : a * b;
    }

    /// <summary>The float nearest to the quotient of two integers, however long these are.</summary>
    private static double Quotient(BigInteger a, BigInteger b)
    {
        const int exact = 53, kept = 62;
        if (b.IsZero) throw new TemplateFault("division by zero");
        if (a.GetBitLength() <= exact && b.GetBitLength() <= exact) return (double)a / (double)b;
        if (a.IsZero) return b.Sign < 0 ? -0.0 : 0;
        var (dividend, divisor) = (BigInteger.Abs(a), BigInteger.Abs(b));
        var shift = (int)(kept - dividend.GetBitLength() + divisor.GetBitLength());
        var quotient = BigInteger.DivRem(shift > 0 ? dividend << shift : dividend, shift < 0 ? divisor << -shift : divisor, out var remainder);
        // what is left over decides between two floats that are equally near
        var result = Math.ScaleB((double)((ulong)quotient | (remainder.IsZero ? 0u : 1)), -shift);
        if (double.IsInfinity(result)) throw new TemplateFault("integer division result too large for a float");
        return a.Sign == b.Sign ? result : -result;
    }

    private static object Power(BigInteger a, BigInteger b)
    {
        if (b.Sign < 0)
            return a.IsZero ? throw new TemplateFault("0.0 cannot be raised to a negative power") : Math.Pow((double)a, (double)b);
        if (a.IsZero || a.IsOne || b.IsZero) return Normalize(b.IsZero ? 1 : a);
        if (a == BigInteger.MinusOne) return b.IsEven ? 1L : -1L;
        if (b > MaxBits || (double)b * (a.GetBitLength() - 1) > MaxBits) throw new TemplateFault("integer of more than 4300 digits");
        return Normalize(BigInteger.Pow(a, (int)b));
    }

    private static double Floats(char operation, double a, double b)
    {
        if (operation is '/' or '%' or 'f' && b == 0) throw new TemplateFault("float division by zero");
        switch (operation)
        {
            case '+': return a + b;
            case '-': return a - b;
            case '*': return a * b;
            case '/': return a / b;
            case '^': return PowerOf(a, b);
        }
        var remainder = a % b;
        if (remainder != 0 && remainder < 0 != b < 0) remainder += b;
        else if (remainder == 0) remainder = Math.CopySign(0, b);
        if (operation == '%') return remainder;
        var floor = Math.Floor((a - remainder) / b);
        return (a - remainder) / b - floor > 0.5 ? floor + 1 : floor;
    }

    private static double PowerOf(double a, double b)
    {
        if (a == 0 && b < 0) throw new TemplateFault("0.0 cannot be raised to a negative power");
        var result = Math.Pow(a, b);
        if (double.IsNaN(result) && !double.IsNaN(a) && !double.IsNaN(b)) throw new TemplateFault("a negative number to a fractional power is complex");
        if (double.IsInfinity(result) && double.IsFinite(a) && double.IsFinite(b)) throw new TemplateFault("numerical result out of range");
        return result;
    }
}
