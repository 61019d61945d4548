using System.Buffers.Binary;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace DecodeAlign.Benchmarks;

/// <summary>How a GGUF file stores a row of f32, rounded as llama.cpp's reference code rounds it (Q4_K without its search for better scales).</summary>
/// <param name="Name">Its name in llama.cpp.</param>
/// <param name="Code">Its number in the file.</param>
/// <param name="Block">Numbers of a block.</param>
internal sealed record GgufRounding(string Name, uint Code, int Block = 1)
{

    public static GgufRounding F32 { get; } = new("F32", 0);

    public static GgufRounding F16 { get; } = new("F16", 1);

    public static GgufRounding BF16 { get; } = new("BF16", 30);

    public static GgufRounding Q8 { get; } = new("Q8_0", 8, 32);

    public static GgufRounding Q4 { get; } = new("Q4_0", 2, 32);

    public static GgufRounding Q4K { get; } = new("Q4_K", 12, 256);

    /// <summary>Bytes of a row.</summary>
    public int Bytes(int columns) => columns / Block * (this == F32 ? 4 : this == Q8 ? 34 : this == Q4 ? 18 : this == Q4K ? 144 : 2);

    public void Round(ReadOnlySpan<float> row, Span<byte> bytes)
    {
        if (this == F32) MemoryMarshal.AsBytes(row).CopyTo(bytes);
        else if (Block > 1)
            for (int i = 0, size = Bytes(Block); i < row.Length / Block; i++)
            {
                var values = row.Slice(i * Block, Block);
                var block = bytes.Slice(i * size, size);
                if (this == Q8) RoundTo8(values, block);
                else if (this == Q4) RoundTo4(values, block);
                else RoundTo4K(values, block);
            }
        else
            for (var i = 0; i < row.Length; i++)
                BinaryPrimitives.WriteUInt16LittleEndian(bytes[(2 * i)..], this == F16 ? BitConverter.HalfToUInt16Bits((Half)row[i]) : NearestEven(BitConverter.SingleToUInt32Bits(row[i])));
    }

    private static ushort NearestEven(uint bits) => (ushort)(bits + 0x7FFF + (bits >> 16 & 1) >> 16);

    /// <summary>Eight groups of 32, each from its least to its greatest number in 15 steps; the steps and the least in 6 bits.</summary>
    private static void RoundTo4K(ReadOnlySpan<float> x, Span<byte> bytes)
    {
        Span<float> steps = stackalloc float[8];
        Span<float> offsets = stackalloc float[8];
        for (var group = 0; group < 8; group++)
        {
            var values = x.Slice(group * 32, 32);
            offsets[group] = Math.Max(0, -TensorPrimitives.Min(values));
            steps[group] = (TensorPrimitives.Max(values) + offsets[group]) / 15;
        }
        var (unit, offsetUnit) = ((float)(Half)(TensorPrimitives.Max(steps) / 63), (float)(Half)(TensorPrimitives.Max(offsets) / 63));
        BinaryPrimitives.WriteHalfLittleEndian(bytes, (Half)unit);
        BinaryPrimitives.WriteHalfLittleEndian(bytes[2..], (Half)offsetUnit);
        bytes[4..].Clear();
        for (var group = 0; group < 8; group++)
        {
            var (step, offset) = (Level(steps[group], unit, 63), Level(offsets[group], offsetUnit, 63));
            if (group < 4) (bytes[4 + group], bytes[8 + group]) = ((byte)(bytes[4 + group] | step), (byte)(bytes[8 + group] | offset));
            else
            {
                bytes[8 + group] = (byte)(step & 15 | (offset & 15) << 4);
                bytes[group] |= (byte)(step >> 4 << 6);
                bytes[4 + group] |= (byte)(offset >> 4 << 6);
            }
            for (var i = 0; i < 32; i++) bytes[16 + group / 2 * 32 + i] |= (byte)(Level(x[group * 32 + i] + offsetUnit * offset, unit * step, 15) << (group % 2 * 4));
        }
    }

    private static int Level(float value, float step, int most) => step == 0 ? 0 : (int)Math.Clamp(MathF.Round(value / step), 0, most);

    private static void RoundTo8(ReadOnlySpan<float> x, Span<byte> bytes)
    {
        var greatest = 0f;
        foreach (var value in x) greatest = MathF.Max(greatest, MathF.Abs(value));
        var step = greatest / 127;
        var inverse = step == 0 ? 0 : 1 / step;
        BinaryPrimitives.WriteHalfLittleEndian(bytes, (Half)step);
        for (var i = 0; i < 32; i++) bytes[2 + i] = (byte)(sbyte)MathF.Round(x[i] * inverse, MidpointRounding.AwayFromZero);
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
        for (var i = 0; i < 16; i++) bytes[2 + i] = (byte)(Level(x[i] * inverse) | Level(x[i + 16] * inverse) << 4);
    }

    private static int Level(float value) => Math.Min(15, (int)(value + 8.5f));
}
