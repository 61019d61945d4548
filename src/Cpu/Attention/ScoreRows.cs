using System.Runtime.CompilerServices;

namespace DecodeAlign.Cpu;

/// <summary>Where the scores of some rows and heads are. A row of scores is followed by 16 floats, the last of which takes the sum of its exponentials.</summary>
/// <param name="start">The first row's first head.</param>
/// <param name="rowStride">Floats from one row to the next.</param>
/// <param name="headStride">Floats from one head to the next.</param>
internal readonly unsafe struct ScoreRows(float* start, long rowStride, int headStride)
{
    /// <summary>Floats that a row of scores takes.</summary>
    public static int Stride(int positions) => Sizes.RoundUp(positions, 16) + 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float* Row(int row, int head) => start + row * rowStride + (long)head * headStride;

    public float Sum(int row, int head) => Row(row, head)[headStride - 1];

    /// <summary>Turns a row's scores into e^(score − greatest), and keeps their sum.</summary>
    public void Softmax(int row, int head, int positions, float cap)
    {
        var scores = Row(row, head);
        if (cap > 0) RowMath.Cap(scores, positions, cap);
        scores[headStride - 1] = ScoreKernels.Softmax(scores, positions);
    }
}
