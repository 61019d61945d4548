using System.Buffers.Binary;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DecodeAlign.Models;

/// <summary>Turns stored blocks into f32, each number as the format defines it: scale · integer, with an offset for some types.</summary>
internal static class GgufBlocks
{
    /// <summary>Numbers that share a scale in the types that are integers times a scale.</summary>
    public const int Integers = 32;

    /// <summary>Bits of a type's numbers where these are signed integers times a scale for each 32, and nothing else; 0: they are not.</summary>
    public static int IntegerBits(GgufType type) => type switch { GgufType.Q8_0 => 8, GgufType.Q5_0 => 5, GgufType.Q4_0 => 4, _ => 0 };

    /// <param name="type">A type that has <see cref="IntegerBits"/>.</param>
    /// <param name="source">Whole blocks.</param>
    /// <param name="integers">Receives as many as they hold.</param>
    /// <param name="scales">Receives one for each block.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ReadIntegers(GgufType type, ReadOnlySpan<byte> source, Span<sbyte> integers, Span<float> scales)
    {
        var bytes = GgufTypes.Block(type).Bytes;
        for (var block = 0; block < scales.Length; block++, source = source[bytes..], integers = integers[Integers..])
        {
            scales[block] = Half(source);
            if (type == GgufType.Q8_0)
            {
                MemoryMarshal.Cast<byte, sbyte>(source[2..34]).CopyTo(integers);
                continue;
            }
            var hasFifth = type == GgufType.Q5_0;
            var low = source[(hasFifth ? 6 : 2)..];
            var zero = hasFifth ? 16 : 8;
            var fifth = hasFifth ? BinaryPrimitives.ReadUInt32LittleEndian(source[2..]) : 0;
            for (var i = 0; i < 16; i++)
            {
                integers[i] = (sbyte)((low[i] & 15 | (int)(fifth >> i & 1) << 4) - zero);
                integers[i + 16] = (sbyte)((low[i] >> 4 | (int)(fifth >> (i + 16) & 1) << 4) - zero);
            }
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
            Block(type, source[..bytes], destination[..elements]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Block(GgufType type, ReadOnlySpan<byte> block, Span<float> y)
    {
        switch (type)
        {
            case GgufType.Q8_0:
                var scale = Half(block);
                for (var i = 0; i < 32; i++) y[i] = scale * (sbyte)block[2 + i];
                break;
            case GgufType.Q4_0:
                Nibbles(block[2..], default, Half(block), -8 * Half(block), y);
                break;
            case GgufType.Q4_1:
                Nibbles(block[4..], default, Half(block), Half(block[2..]), y);
                break;
            case GgufType.Q5_0:
                Nibbles(block[6..], block[2..6], Half(block), -16 * Half(block), y);
                break;
            case GgufType.Q5_1:
                Nibbles(block[8..], block[4..8], Half(block), Half(block[2..]), y);
                break;
            case GgufType.Q4_K:
                Super(block[16..144], default, block, y);
                break;
            case GgufType.Q5_K:
                Super(block[48..176], block[16..48], block, y);
                break;
            default:
                SixBits(block, y);
                break;
        }
    }

    /// <summary>32 numbers of 4 bits, the low halves first, each with a fifth bit where there is one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Nibbles(ReadOnlySpan<byte> low, ReadOnlySpan<byte> high, float scale, float offset, Span<float> y)
    {
        var fifth = high.IsEmpty ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(high);
        for (var i = 0; i < 16; i++)
        {
            y[i] = (float)((low[i] & 15) | (int)(fifth >> i & 1) << 4) * scale + offset;
            y[i + 16] = (float)((low[i] >> 4) | (int)(fifth >> (i + 16) & 1) << 4) * scale + offset;
        }
    }

    /// <summary>Eight groups of 32 with scales and offsets of 6 bits each, which count in units of the block's two.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Super(ReadOnlySpan<byte> low, ReadOnlySpan<byte> high, ReadOnlySpan<byte> block, Span<float> y)
    {
        var (unit, offsetUnit) = (Half(block), Half(block[2..]));
        var packed = block[4..16];
        for (var group = 0; group < 8; group++)
        {
            var scale = unit * Scale(packed, group);
            var offset = offsetUnit * Offset(packed, group);
            for (var i = 0; i < 32; i++)
            {
                var bits = low[group / 2 * 32 + i] >> (group % 2 * 4) & 15;
                if (!high.IsEmpty) bits |= (high[i] >> group & 1) << 4;
                y[group * 32 + i] = scale * bits - offset;
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
