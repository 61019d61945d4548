using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace DecodeAlign.Benchmarks;

/// <summary>How a GGUF file stores a row of f32, rounded as llama.cpp's reference code rounds it.</summary>
/// <param name="Name">Its name in llama.cpp.</param>
/// <param name="Code">Its number in the file.</param>
internal sealed record GgufRounding(string Name, uint Code)
{
    private const int Block = 32;

    public static GgufRounding F32 { get; } = new("F32", 0);

    public static GgufRounding F16 { get; } = new("F16", 1);

    public static GgufRounding BF16 { get; } = new("BF16", 30);

    public static GgufRounding Q8 { get; } = new("Q8_0", 8);

    public static GgufRounding Q4 { get; } = new("Q4_0", 2);

    /// <summary>Bytes of a row.</summary>
    public int Bytes(int columns) => this == F32 ? 4 * columns : this == Q8 ? columns / Block * 34 : this == Q4 ? columns / Block * 18 : 2 * columns;

    public void Round(ReadOnlySpan<float> row, Span<byte> bytes)
    {
        if (this == F32) MemoryMarshal.AsBytes(row).CopyTo(bytes);
        else if (this == Q8 || this == Q4)
            for (int i = 0, size = Bytes(Block); i < row.Length / Block; i++)
                if (this == Q8) RoundTo8(row.Slice(i * Block, Block), bytes.Slice(i * size, size));
                else RoundTo4(row.Slice(i * Block, Block), bytes.Slice(i * size, size));
        else
            for (var i = 0; i < row.Length; i++)
                BinaryPrimitives.WriteUInt16LittleEndian(bytes[(2 * i)..], this == F16 ? BitConverter.HalfToUInt16Bits((Half)row[i]) : NearestEven(BitConverter.SingleToUInt32Bits(row[i])));
    }

    private static ushort NearestEven(uint bits) => (ushort)(bits + 0x7FFF + (bits >> 16 & 1) >> 16);

    private static void RoundTo8(ReadOnlySpan<float> x, Span<byte> bytes)
    {
        var greatest = 0f;
        foreach (var value in x) greatest = MathF.Max(greatest, MathF.Abs(value));
        var step = greatest / 127;
        var inverse = step == 0 ? 0 : 1 / step;
        BinaryPrimitives.WriteHalfLittleEndian(bytes, (Half)step);
        for (var i = 0; i < Block; i++) bytes[2 + i] = (byte)(sbyte)MathF.Round(x[i] * inverse, MidpointRounding.AwayFromZero);
    }

    private static void RoundTo4(ReadOnlySpan<float> x, Span<byte> bytes)
    {
        // the number of greatest size takes the one more level that is below zero
        var greatest = 0f;
        foreach (var value in x)
            if (MathF.Abs(value) > MathF.Abs(greatest)) greatest = value;
        var step = greatest / -8;
        var inverse = step == 0 ? 0 : 1 / step;
        BinaryPrimitives.WriteHalfLittleEndian(bytes, (Half)step);
        for (var i = 0; i < Block / 2; i++) bytes[2 + i] = (byte)(Level(x[i] * inverse) | Level(x[i + Block / 2] * inverse) << 4);
    }

    private static int Level(float value) => Math.Min(15, (int)(value + 8.5f));
}
