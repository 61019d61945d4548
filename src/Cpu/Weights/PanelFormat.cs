using System.Runtime.CompilerServices;

namespace DecodeAlign.Cpu;

/// <summary>
/// How a block of 32 inputs × 48 outputs is stored. F32: input by input. BF16: pairs of inputs, the even one in the low half of each 32 bits.
/// Q8: 48 f32 scales, then pairs of inputs, a signed byte each, the two of an output side by side.
/// </summary>
internal static unsafe class PanelFormat
{
    private const int Weights = Sizes.Block * Sizes.Panel;

    public static int BlockBytes(WeightFormat format) => format switch
    {
        WeightFormat.F32 => Weights * sizeof(float),
        WeightFormat.BF16 => Weights * sizeof(ushort),
        WeightFormat.Q8 => Sizes.Panel * sizeof(float) + Weights,
        _ => throw new ArgumentOutOfRangeException(nameof(format)),
    };

    /// <param name="format">How to store it.</param>
    /// <param name="block">32 × 48 weights, input by input.</param>
    /// <param name="destination">Receives <see cref="BlockBytes"/> bytes.</param>
    public static void Encode(WeightFormat format, ReadOnlySpan<float> block, byte* destination)
    {
        switch (format)
        {
            case WeightFormat.F32:
                block.CopyTo(new(destination, Weights));
                break;
            case WeightFormat.BF16:
                for (var i = 0; i < Weights; i++) ((ushort*)destination)[PairIndex(i / Sizes.Panel, i % Sizes.Panel)] = Bf16.Of(block[i]);
                break;
            default:
                EncodeQ8(block, (float*)destination, (sbyte*)destination + Sizes.Panel * sizeof(float));
                break;
        }
    }

    /// <summary>One output's 32 weights of a block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void DecodeLane(WeightFormat format, byte* block, int lane, float* destination)
    {
        for (var input = 0; input < Sizes.Block; input++)
            destination[input] = format switch
            {
                WeightFormat.F32 => ((float*)block)[input * Sizes.Panel + lane],
                WeightFormat.BF16 => Bf16.ToSingle(((ushort*)block)[PairIndex(input, lane)]),
                _ => ((float*)block)[lane] * ((sbyte*)block)[Sizes.Panel * sizeof(float) + PairIndex(input, lane)],
            };
    }

    /// <summary>One output's 32 weights of a block of bytes.</summary>
    /// <returns>Their scale.</returns>
    public static float Q8Lane(byte* block, int lane, sbyte* destination)
    {
        for (var input = 0; input < Sizes.Block; input++) destination[input] = ((sbyte*)block)[Sizes.Panel * sizeof(float) + PairIndex(input, lane)];
        return ((float*)block)[lane];
    }

    private static int PairIndex(int input, int lane) => ((input >> 1) * Sizes.Panel + lane) * 2 + (input & 1);

    private static void EncodeQ8(ReadOnlySpan<float> block, float* scales, sbyte* weights)
    {
        for (var lane = 0; lane < Sizes.Panel; lane++)
        {
            var max = 0f;
            for (var i = lane; i < Weights; i += Sizes.Panel) max = Math.Max(max, Math.Abs(block[i]));
            scales[lane] = max / 127;
            var inverse = max > 0 ? 127 / max : 0;
            for (var input = 0; input < Sizes.Block; input++)
                weights[PairIndex(input, lane)] = (sbyte)Math.Clamp(MathF.Round(block[input * Sizes.Panel + lane] * inverse), -127, 127);
        }
    }
}
