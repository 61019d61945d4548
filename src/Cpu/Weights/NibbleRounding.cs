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
            var extreme = Extreme(weights);
            var (best, inverse) = (-1f, 0f);
            scales[block] = float.IsFinite(extreme) ? 0 : float.NaN;
            if (float.IsFinite(extreme) && MathF.Abs(extreme) >= Least)
                foreach (var target in Extremes)
                {
                    var (dot, square) = Try(weights, target / extreme);
                    // with the scale dot / square the squared error is that of zeros less this
                    var gain = dot / square * dot;
                    if (!(gain > best)) continue;
                    (best, inverse, scales[block]) = (gain, target / extreme, dot / square);
                }
            if (inverse == 0)
            {
                new Span<sbyte>(rounded, Sizes.Block).Clear();
                continue;
            }
            for (var i = 0; i < Sizes.Block; i += 16)
            {
                var low = Vector128.Narrow(Integers(weights + i, inverse), Integers(weights + i + 4, inverse));
                var high = Vector128.Narrow(Integers(weights + i + 8, inverse), Integers(weights + i + 12, inverse));
                Vector128.Narrow(low, high).Store(rounded + i);
            }
        }
    }

    /// <summary>The number of greatest magnitude; NaN where there is one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Extreme(float* weights)
    {
        var (greatest, least) = (Vector128.Load(weights), Vector128.Load(weights));
        for (var i = 4; i < Sizes.Block; i += 4)
        {
            greatest = Vector128.Max(greatest, Vector128.Load(weights + i));
            least = Vector128.Min(least, Vector128.Load(weights + i));
        }
        var most = Math.Max(Math.Max(greatest[0], greatest[1]), Math.Max(greatest[2], greatest[3]));
        var fewest = Math.Min(Math.Min(least[0], least[1]), Math.Min(least[2], least[3]));
        return most >= -fewest ? most : fewest;
    }

    /// <summary>The integers' products with the weights and with themselves, summed up.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (float Dot, float Square) Try(float* weights, float inverse)
    {
        var (dots, squares) = (Vector256<float>.Zero, Vector256<float>.Zero);
        for (var i = 0; i < Sizes.Block; i += 8)
        {
            var x = Vector256.Load(weights + i);
            var integers = Vector256.MinNative(Vector256.MaxNative(Vector256.Round(x * inverse), Vector256.Create(-8f)), Vector256.Create(7f));
            dots = Vector256.FusedMultiplyAdd(integers, x, dots);
            squares = Vector256.FusedMultiplyAdd(integers, integers, squares);
        }
        return (Sum(dots), Sum(squares));
    }

    /// <summary>In an order that is the same on every machine.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Sum(Vector256<float> v)
    {
        var half = v.GetLower() + v.GetUpper();
        return (half[0] + half[1]) + (half[2] + half[3]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Integers(float* weights, float inverse) =>
        Vector128.ConvertToInt32(Vector128.MinNative(Vector128.MaxNative(Vector128.Round(Vector128.Load(weights) * inverse), Vector128.Create(-8f)), Vector128.Create(7f)));
}
