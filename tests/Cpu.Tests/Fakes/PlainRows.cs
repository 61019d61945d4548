using DecodeAlign.Cpu;

namespace DecodeAlign.Tests;

/// <summary>Packs rows that lie one after the other, as the loader does.</summary>
internal static class PlainRows
{
    public static unsafe void PackRows(this PackedMatrix matrix, int panel, ReadOnlySpan<float> rows)
    {
        var stride = matrix.Blocks * Sizes.Block;
        var padded = new float[Sizes.Panel * stride];
        for (var row = 0; row < Sizes.Panel; row++) rows.Slice(row * matrix.Inputs, matrix.Inputs).CopyTo(padded.AsSpan(row * stride));
        if (matrix.Format != WeightFormat.Q8)
        {
            matrix.Pack(panel, padded);
            return;
        }
        var (bytes, scales) = (new sbyte[padded.Length], new float[Sizes.Panel * matrix.Blocks]);
        fixed (float* first = padded)
        fixed (sbyte* firstByte = bytes)
        fixed (float* firstScale = scales) PanelFormat.Round(first, Sizes.Panel * matrix.Blocks, firstByte, firstScale);
        matrix.Pack(panel, bytes, scales);
    }
}
