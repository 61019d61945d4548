using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DecodeAlign.Cpu;

/// <summary>The upper 16 bits of an f32.</summary>
internal static class Bf16
{
    /// <summary>The nearest, the even one of two as near; NaN stays NaN.</summary>
    public static ushort Of(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        return float.IsNaN(value) ? (ushort)(bits >> 16 | 0x40) : (ushort)(bits + 0x7FFF + (bits >> 16 & 1) >> 16);
    }

    /// <summary>The same of four, each in the lower half of its lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> Of(Vector128<float> values)
    {
        var bits = values.AsUInt32();
        var rounded = bits + Vector128.Create(0x7FFFu) + (bits >> 16 & Vector128<uint>.One);
        return Vector128.ConditionalSelect(Vector128.IsNaN(values).AsUInt32(), bits | Vector128.Create(0x400000u), rounded) >> 16;
    }

    public static float ToSingle(ushort bits) => BitConverter.Int32BitsToSingle(bits << 16);
}
