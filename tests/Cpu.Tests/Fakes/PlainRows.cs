using DecodeAlign.Cpu;

namespace DecodeAlign.Tests;

/// <summary>Packs rows that lie one after the other, as the loader does.</summary>
internal static class PlainRows
{
    /// <returns>Where the format is one of integers: these, in rows of whole blocks, and a scale for each block.</returns>
    public static unsafe (sbyte[] Integers, float[] Scales) PackRows(this PackedMatrix matrix, int panel, ReadOnlySpan<float> rows)
    {
        var stride = matrix.Blocks * Sizes.Block;
        var padded = new float[Sizes.Panel * stride];
        for (var row = 0; row < Sizes.Panel; row++) rows.Slice(row * matrix.Inputs, matrix.Inputs).CopyTo(padded.AsSpan(row * stride));
        if (PanelFormat.IntegerBits(matrix.Format) == 0)
        {
            matrix.Pack(panel, padded);
            return ([], []);
        }
        var (integers, scales) = (new sbyte[padded.Length], new float[Sizes.Panel * matrix.Blocks]);
        fixed (float* first = padded)
        fixed (sbyte* firstInteger = integers)
        fixed (float* firstScale = scales)
            if (matrix.Format == WeightFormat.Q8) PanelFormat.Round(first, Sizes.Panel * matrix.Blocks, firstInteger, firstScale);
            else NibbleRounding.Round(first, Sizes.Panel * matrix.Blocks, firstInteger, firstScale);
        matrix.Pack(panel, integers, scales);
        return (integers, scales);
    }
}
