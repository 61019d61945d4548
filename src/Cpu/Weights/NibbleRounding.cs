using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DecodeAlign.Cpu;

/// <summary>Weights rounded to integers of 4 bits, −8 to 7, with a scale for each block of 32.</summary>
internal static unsafe class NibbleRounding
{
    // below it the scale would not be a normal number: such a block counts as 0
    private const float Least = 1e-30f;

    // what the number of greatest magnitude becomes before it is rounded: with −8 alone the squared error is an eighth more, with three times as many it is as small
    private static ReadOnlySpan<float> Extremes => [-8, -7.1f, -7.4f, -7.7f, -8.3f, -8.6f, -8.9f];

    /// <summary>Rounds whole blocks, each by the one of seven scales that leaves the least squared error, then to the scale that suits these integers best. A block that holds NaN or an infinity has a scale that is NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Round(float* weights, int blocks, sbyte* rounded, float* scales)
    {
        for (var block = 0; block < blocks; block++, weights += Sizes.Block, rounded += Sizes.Block)
        {
            var (low, high) = (Vector512.Load(weights), Vector512.Load(weights + 16));
            var (greatest, least) = (ScoreKernels.Greatest(Vector512.Max(low, high)), -ScoreKernels.Greatest(Vector512.Max(-low, -high)));
            var extreme = greatest >= -least ? greatest : least;
            var (bestLow, bestHigh, best, scale) = (Vector512<float>.Zero, Vector512<float>.Zero, -1f, float.NaN);
            if (MathF.Abs(extreme) < Least) scale = 0;
            else
                foreach (var target in Extremes)
                {
                    var inverse = Vector512.Create(target / extreme);
                    var (first, second) = (Nearest(low, inverse), Nearest(high, inverse));
                    var dot = Vector512.Sum(Vector512.FusedMultiplyAdd(second, high, first * low));
                    var square = Vector512.Sum(Vector512.FusedMultiplyAdd(second, second, first * first));
                    // with the scale dot / square the squared error is that of zeros less this
                    var gain = dot / square * dot;
                    if (!(gain > best)) continue;
                    (bestLow, bestHigh, best, scale) = (first, second, gain, dot / square);
                }
            scales[block] = scale;
            var integers = Vector512.Narrow(Vector512.ConvertToInt32(bestLow), Vector512.ConvertToInt32(bestHigh));
            Vector256.Narrow(integers.GetLower(), integers.GetUpper()).Store(rounded);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Nearest(Vector512<float> weights, Vector512<float> inverse) =>
        Vector512.Clamp(Vector512.Round(weights * inverse), Vector512.Create(-8f), Vector512.Create(7f));
}
