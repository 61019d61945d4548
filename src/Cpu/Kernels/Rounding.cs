using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DecodeAlign.Cpu;

/// <summary>Activations as integers of 16 bits with a step for each block of 32, so that products with weights of 8 or 4 bits are exact sums of integers.</summary>
internal static unsafe class Rounding
{
    /// <summary>The greatest integer.</summary>
    public const float Greatest = short.MaxValue;

    // below it the step would not be a normal number: such a block counts as 0
    private const float Least = 1e-30f;

    /// <summary>Rounds a row to the nearest integers, even ones where two are as near. A block that holds NaN or an infinity has a step that is not finite.</summary>
    /// <param name="x">Whole blocks of 32 floats.</param>
    /// <param name="blocks">Number of blocks.</param>
    /// <param name="rounded">Receives 32 integers a block.</param>
    /// <param name="steps">Receives a step for each block: a 32,767th of the greatest magnitude.</param>
    /// <param name="offsets">Receives for each block what its products with nibbles begin with, which are 8 greater than the weights they stand for: −8 times its sum.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Row(float* x, int blocks, short* rounded, float* steps, int* offsets)
    {
        for (var block = 0; block < blocks; block++, x += Sizes.Block, rounded += Sizes.Block)
        {
            var (low, high) = (Vector512.Load(x), Vector512.Load(x + 16));
            var greatest = ScoreKernels.Greatest(Vector512.Max(Vector512.Abs(low), Vector512.Abs(high)));
            steps[block] = greatest < Least ? 0 : greatest / Greatest;
            var inverse = Vector512.Create(greatest < Least ? 0 : Greatest / greatest);
            var first = Vector512.ConvertToInt32(Vector512.Round(low * inverse));
            var second = Vector512.ConvertToInt32(Vector512.Round(high * inverse));
            Vector512.Narrow(first, second).Store(rounded);
            offsets[block] = -8 * Vector512.Sum(first + second);
        }
    }
}
