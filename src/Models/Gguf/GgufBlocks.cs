using System.Buffers.Binary;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace DecodeAlign.Models;

/// <summary>Turns stored blocks into f32, each number as the format defines it: scale · integer, with an offset for some types.</summary>
internal static class GgufBlocks
{
    /// <summary>Numbers that share a scale in the types that are integers times a scale.</summary>
    public const int Integers = 32;

    /// <summary>Bits of a type's numbers where these are integers times a scale for each 32, with an offset for some; 0: they are not.</summary>
    public static int IntegerBits(GgufType type) => type switch
    {
        GgufType.Q8_0 => 8,
        GgufType.Q5_0 or GgufType.Q5_1 or GgufType.Q5_K => 5,
        GgufType.Q4_0 or GgufType.Q4_1 or GgufType.Q4_K => 4,
        _ => 0,
    };

    /// <summary>Whether there are offsets beside the scales; the integers then begin at 0.</summary>
    public static bool HasOffsets(GgufType type) => type is GgufType.Q4_1 or GgufType.Q5_1 or GgufType.Q4_K or GgufType.Q5_K;

    /// <param name="type">A type that has <see cref="IntegerBits"/>.</param>
    /// <param name="source">Whole blocks.</param>
    /// <param name="integers">Receives as many as they hold.</param>
    /// <param name="scales">Receives one for each 32.</param>
    /// <param name="offsets">The same, for a type that <see cref="HasOffsets"/>.</param>
    public static void ReadIntegers(GgufType type, ReadOnlySpan<byte> source, Span<sbyte> integers, Span<float> scales, Span<float> offsets)
    {
        var (elements, bytes) = GgufTypes.Block(type);
        var scale = 0;
        for (; !integers.IsEmpty; source = source[bytes..], integers = integers[elements..], scale += elements / Integers)
        {
            if (type is GgufType.Q4_K or GgufType.Q5_K)
            {
                Super(source[..bytes], integers, scales[scale..], offsets[scale..]);
                continue;
            }
            scales[scale] = Half(source);
            if (HasOffsets(type)) offsets[scale] = Half(source[2..]);
            if (type == GgufType.Q8_0) MemoryMarshal.Cast<byte, sbyte>(source[2..bytes]).CopyTo(integers);
            else Nibbles(type, source[(HasOffsets(type) ? 4 : 2)..bytes], integers);
        }
    }

    /// <param name="type">A type that <see cref="GgufTypes.Block"/> knows.</param>
    /// <param name="source">Whole blocks.</param>
    /// <param name="destination">As many elements as they hold.</param>
    public static void Read(GgufType type, ReadOnlySpan<byte> source, Span<float> destination)
    {
        switch (type)
        {
            case GgufType.F32:
                source.CopyTo(MemoryMarshal.AsBytes(destination));
                return;
            case GgufType.F16:
                TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(source), destination);
                return;
            case GgufType.BF16:
                BFloat16.Widen(MemoryMarshal.Cast<byte, ushort>(source), MemoryMarshal.Cast<float, uint>(destination));
                return;
        }
        var (elements, bytes) = GgufTypes.Block(type);
        for (; !destination.IsEmpty; source = source[bytes..], destination = destination[elements..])
            if (type == GgufType.Q6_K) SixBits(source[..bytes], destination);
            else FromIntegers(type, source[..bytes], destination[..elements]);
    }

    private static void FromIntegers(GgufType type, ReadOnlySpan<byte> block, Span<float> y)
    {
        Span<sbyte> integers = stackalloc sbyte[y.Length];
        Span<float> scales = stackalloc float[y.Length / Integers];
        Span<float> offsets = stackalloc float[y.Length / Integers];
        offsets.Clear();
        ReadIntegers(type, block, integers, scales, offsets);
        for (var i = 0; i < y.Length; i++) y[i] = scales[i / Integers] * integers[i] + offsets[i / Integers];
    }

    /// <summary>32 numbers of 4 bits, the low halves first, after a fifth bit for each where the type has one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Nibbles(GgufType type, ReadOnlySpan<byte> block, Span<sbyte> integers)
    {
        var isFive = IntegerBits(type) == 5;
        var zero = Vector128.Create((byte)(HasOffsets(type) ? 0 : isFive ? 16 : 8));
        var fifth = isFive ? BinaryPrimitives.ReadUInt32LittleEndian(block) : 0;
        var both = Vector128.Create(block[(isFive ? 4 : 0)..]);
        ((both & Low | Fifth(fifth)) - zero).AsSByte().CopyTo(integers);
        ((both >>> 4 | Fifth(fifth >> 16)) - zero).AsSByte().CopyTo(integers[16..]);
    }

    /// <summary>16 for each of the lowest 16 bits that is set.</summary>
    private static Vector128<byte> Fifth(uint bits)
    {
        if (bits == 0) return default;
        var each = Vector128.Create(Vector64.Create((byte)bits), Vector64.Create((byte)(bits >> 8))) & Vector128.Create(0x8040201008040201).AsByte();
        return Vector128.AndNot(Vector128.Create((byte)16), Vector128.Equals(each, default));
    }

    private static Vector128<byte> Low => Vector128.Create((byte)15);

    /// <summary>Eight groups of 32 with scales and offsets of 6 bits each, which count in units of the block's two.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Super(ReadOnlySpan<byte> block, Span<sbyte> integers, Span<float> scales, Span<float> offsets)
    {
        var (unit, offsetUnit) = (Half(block), Half(block[2..]));
        var packed = block[4..16];
        // a fifth bit for each number stands before the others where the type has one
        var hasFifth = block.Length > GgufTypes.Block(GgufType.Q4_K).Bytes;
        var high = block[16..(hasFifth ? 48 : 16)];
        var low = block[(16 + high.Length)..];
        for (var group = 0; group < 8; group++)
        {
            scales[group] = unit * Scale(packed, group);
            offsets[group] = -(offsetUnit * Offset(packed, group));
            for (var i = 0; i < Integers; i += 16)
            {
                var bits = Vector128.Create(low[(group / 2 * Integers + i)..]) >>> (group % 2 * 4) & Low;
                if (!high.IsEmpty) bits |= (Vector128.Create(high[i..]) >>> group & Vector128<byte>.One) << 4;
                bits.AsSByte().CopyTo(integers[(group * Integers + i)..]);
            }
        }
    }

    private static int Scale(ReadOnlySpan<byte> packed, int group) => group < 4 ? packed[group] & 63 : packed[group + 4] & 15 | packed[group - 4] >> 6 << 4;

    private static int Offset(ReadOnlySpan<byte> packed, int group) => group < 4 ? packed[group + 4] & 63 : packed[group + 4] >> 4 | packed[group] >> 6 << 4;

    /// <summary>Two halves of 128, of which each has four groups of 32 interleaved; scales of 8 bits for each 16.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SixBits(ReadOnlySpan<byte> block, Span<float> y)
    {
        var unit = Half(block[208..]);
        for (var half = 0; half < 2; half++)
        {
            var low = block.Slice(half * 64, 64);
            var high = block.Slice(128 + half * 32, 32);
            var scales = block.Slice(192 + half * 8, 8);
            for (var group = 0; group < 4; group++)
                for (var i = 0; i < 32; i++)
                {
                    var bits = low[group % 2 * 32 + i] >> (group / 2 * 4) & 15 | (high[i] >> (2 * group) & 3) << 4;
                    y[half * 128 + group * 32 + i] = unit * (sbyte)scales[group * 2 + i / 16] * (bits - 32);
                }
        }
    }

    private static float Half(ReadOnlySpan<byte> source) => (float)BinaryPrimitives.ReadHalfLittleEndian(source);
}
