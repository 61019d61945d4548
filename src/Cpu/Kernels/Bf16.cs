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

    public static float ToSingle(ushort bits) => BitConverter.Int32BitsToSingle(bits << 16);
}
