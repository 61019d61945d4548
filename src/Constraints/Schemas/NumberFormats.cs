using System.Numerics;

namespace DecodeAlign.Constraints;

/// <summary>Formats of numbers, as OpenAPI and .NET name them, as bounds.</summary>
internal static class NumberFormats
{
    /// <summary>The bounds of a format; null: it is none of numbers.</summary>
    public static NumberRange? Range(string format) => format switch
    {
        "int8" => Signed(7),
        "int16" => Signed(15),
        "int32" => Signed(31),
        "int64" => Signed(63),
        "uint8" => Unsigned(8),
        "uint16" => Unsigned(16),
        "uint32" => Unsigned(32),
        "uint64" => Unsigned(64),
        _ => null,
    };

    private static NumberRange Signed(int bits) => Between(-BigInteger.Pow(2, bits), BigInteger.Pow(2, bits) - 1);

    private static NumberRange Unsigned(int bits) => Between(BigInteger.Zero, BigInteger.Pow(2, bits) - 1);

    private static NumberRange Between(BigInteger least, BigInteger most) => NumberRange.Any.AtLeast(new(least, 0), above: false).AtMost(new(most, 0), below: false);
}
