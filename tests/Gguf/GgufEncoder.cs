using System.Buffers.Binary;

namespace DecodeAlign.Tests;

/// <summary>Rounds rows of f32 to GGUF's types: the plain way, block by block, without llama.cpp's search for better scales.</summary>
internal static class GgufEncoder
{
    /// <summary>Each type's number in the file, and the elements of its block.</summary>
    public static IReadOnlyDictionary<string, (int Code, int Block)> Types { get; } = new Dictionary<string, (int, int)>
    {
        ["F32"] = (0, 1), ["F16"] = (1, 1), ["BF16"] = (30, 1), ["Q8_0"] = (8, 32), ["Q4_0"] = (2, 32), ["Q4_1"] = (3, 32), ["Q5_0"] = (6, 32), ["Q5_1"] = (7, 32),
        ["Q4_K"] = (12, 256), ["Q5_K"] = (13, 256), ["Q6_K"] = (14, 256),
    };

    public static byte[] Row(string type, ReadOnlySpan<float> row)
    {
        var output = new List<byte>();
        var block = Types[type].Block;
        if (row.Length % block != 0) throw new ArgumentException($"a row of {row.Length} is not whole blocks of {block}");
        for (var i = 0; i < row.Length; i += block) Block(type, row.Slice(i, block), output);
        return [.. output];
    }

    private static void Block(string type, ReadOnlySpan<float> x, List<byte> output)
    {
        switch (type)
        {
            case "F32":
                output.AddRange(BitConverter.GetBytes(x[0]));
                break;
            case "F16":
                output.AddRange(BitConverter.GetBytes((Half)x[0]));
                break;
            case "BF16":
                var bits = BitConverter.SingleToUInt32Bits(x[0]);
                output.AddRange(BitConverter.GetBytes((ushort)(bits + 0x7FFF + (bits >> 16 & 1) >> 16)));
                break;
            case "Q8_0":
                var step = Half(Greatest(x) / 127, output);
                foreach (var value in x) output.Add((byte)(sbyte)Quantum(value, step, -127, 127));
                break;
            case "Q4_0" or "Q5_0":
                Symmetric(x, type == "Q5_0", output);
                break;
            case "Q4_1" or "Q5_1":
                var least = Least(x);
                var unit = Half((Most(x) - least) / (type == "Q5_1" ? 31 : 15), output);
                var from = Half(least, output);
                var levels = new int[32];
                for (var i = 0; i < 32; i++) levels[i] = Quantum(x[i] - from, unit, 0, type == "Q5_1" ? 31 : 15);
                Nibbles(levels, type == "Q5_1", output);
                break;
            case "Q4_K" or "Q5_K":
                Super(x, type == "Q5_K", output);
                break;
            default:
                SixBits(x, output);
                break;
        }
    }

    private static void Symmetric(ReadOnlySpan<float> x, bool five, List<byte> output)
    {
        var half = five ? 16 : 8;
        // the number of greatest size takes the one more level that is below zero
        var greatest = x[0];
        foreach (var value in x)
            if (Math.Abs(value) > Math.Abs(greatest)) greatest = value;
        var step = Half(greatest / -half, output);
        var levels = new int[32];
        for (var i = 0; i < 32; i++) levels[i] = Quantum(x[i], step, -half, half - 1) + half;
        Nibbles(levels, five, output);
    }

    private static void Nibbles(int[] levels, bool five, List<byte> output)
    {
        if (five)
        {
            var fifth = 0u;
            for (var i = 0; i < 32; i++) fifth |= (uint)(levels[i] >> 4) << i;
            output.AddRange(BitConverter.GetBytes(fifth));
        }
        for (var i = 0; i < 16; i++) output.Add((byte)(levels[i] & 15 | (levels[i + 16] & 15) << 4));
    }

    private static void Super(ReadOnlySpan<float> x, bool five, List<byte> output)
    {
        var top = five ? 31 : 15;
        var (scales, offsets) = (new float[8], new float[8]);
        for (var g = 0; g < 8; g++)
        {
            var group = x.Slice(g * 32, 32);
            offsets[g] = Math.Max(0, -Least(group));
            scales[g] = (Most(group) + offsets[g]) / top;
        }
        var unit = Half(scales.Max() / 63, output);
        var offsetUnit = Half(offsets.Max() / 63, output);
        var packed = new byte[12];
        var (s, o) = (new int[8], new int[8]);
        for (var g = 0; g < 8; g++)
        {
            (s[g], o[g]) = (Quantum(scales[g], unit, 0, 63), Quantum(offsets[g], offsetUnit, 0, 63));
            if (g < 4)
            {
                packed[g] |= (byte)s[g];
                packed[g + 4] |= (byte)o[g];
                continue;
            }
            packed[g + 4] = (byte)(s[g] & 15 | (o[g] & 15) << 4);
            packed[g - 4] |= (byte)(s[g] >> 4 << 6);
            packed[g] |= (byte)(o[g] >> 4 << 6);
        }
        output.AddRange(packed);
        var (low, high) = (new byte[128], new byte[32]);
        for (var g = 0; g < 8; g++)
            for (var i = 0; i < 32; i++)
            {
                var level = Quantum(x[g * 32 + i] + offsetUnit * o[g], unit * s[g], 0, top);
                low[g / 2 * 32 + i] |= (byte)((level & 15) << (g % 2 * 4));
                high[i] |= (byte)(level >> 4 << g);
            }
        if (five) output.AddRange(high);
        output.AddRange(low);
    }

    private static void SixBits(ReadOnlySpan<float> x, List<byte> output)
    {
        var scales = new float[16];
        for (var g = 0; g < 16; g++) scales[g] = Greatest(x.Slice(g * 16, 16)) / 31;
        var last = new List<byte>();
        var unit = Half(scales.Max() / 127, last);
        var (low, high, packed) = (new byte[128], new byte[64], new byte[16]);
        for (var g = 0; g < 16; g++) packed[g] = (byte)(sbyte)Quantum(scales[g], unit, -128, 127);
        for (var i = 0; i < 256; i++)
        {
            var (half, group, place) = (i / 128, i % 128 / 32, i % 32);
            var level = Quantum(x[i], unit * (sbyte)packed[i / 16], -32, 31) + 32;
            low[half * 64 + group % 2 * 32 + place] |= (byte)((level & 15) << (group / 2 * 4));
            high[half * 32 + place] |= (byte)(level >> 4 << (2 * group));
        }
        output.AddRange(low);
        output.AddRange(high);
        output.AddRange(packed);
        output.AddRange(last);
    }

    private static int Quantum(float value, float step, int least, int most) => step == 0 ? Math.Clamp(0, least, most) : (int)Math.Clamp(MathF.Round(value / step), least, most);

    private static float Half(float value, List<byte> output)
    {
        Span<byte> bytes = stackalloc byte[2];
        BinaryPrimitives.WriteHalfLittleEndian(bytes, (Half)value);
        output.AddRange(bytes);
        return (float)(Half)value;
    }

    private static float Greatest(ReadOnlySpan<float> x)
    {
        var greatest = 0f;
        foreach (var value in x) greatest = Math.Max(greatest, Math.Abs(value));
        return greatest;
    }

    private static float Least(ReadOnlySpan<float> x)
    {
        var least = float.PositiveInfinity;
        foreach (var value in x) least = Math.Min(least, value);
        return least;
    }

    private static float Most(ReadOnlySpan<float> x)
    {
        var most = float.NegativeInfinity;
        foreach (var value in x) most = Math.Max(most, value);
        return most;
    }
}
