using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace DecodeAlign.Cpu;

/// <summary>
/// How a block of 32 inputs × 48 outputs is stored. F32: input by input. BF16: pairs of inputs, the even one in the low half of each 32 bits.
/// Q8: 48 f32 scales, then pairs of inputs, a signed byte each, the two of an output side by side.
/// Q4: 48 f32 scales, then eights of inputs, a word of 32 bits for each output: nibbles, 8 greater than the weights where these are signed, even inputs in the low half, odd ones in the high half.
/// </summary>
internal static unsafe class PanelFormat
{
    private const int Weights = Sizes.Block * Sizes.Panel;

    public static int BlockBytes(WeightFormat format) => format switch
    {
        WeightFormat.F32 => Weights * sizeof(float),
        WeightFormat.BF16 => Weights * sizeof(ushort),
        WeightFormat.Q8 => Sizes.Panel * sizeof(float) + Weights,
        WeightFormat.Q4 => Sizes.Panel * sizeof(float) + Weights / 2,
        _ => throw new ArgumentOutOfRangeException(nameof(format)),
    };

    /// <summary>Bits of the integers that weights are stored as; 0: they are numbers.</summary>
    public static int IntegerBits(WeightFormat format) => format switch { WeightFormat.Q8 => 8, WeightFormat.Q4 => 4, _ => 0 };

    /// <param name="rows">The first of 48 rows of 32 inputs.</param>
    /// <param name="stride">Numbers from one row to the next.</param>
    /// <param name="destination">Receives the block.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void EncodeF32(float* rows, int stride, float* destination)
    {
        for (var lane = 0; lane < Sizes.Panel; lane += 4)
            for (var input = 0; input < Sizes.Block; input += 4)
                Transpose((uint*)rows + (long)lane * stride + input, stride, (uint*)destination + input * Sizes.Panel + lane, Sizes.Panel);
    }

    /// <inheritdoc cref="EncodeF32"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void EncodeBf16(float* rows, int stride, uint* destination)
    {
        var pairs = stackalloc uint[4 * Sizes.Block / 2];
        for (var lane = 0; lane < Sizes.Panel; lane += 4)
        {
            for (var row = 0; row < 4; row++)
                for (var input = 0; input < Sizes.Block; input += 8)
                {
                    var x = rows + (long)(lane + row) * stride + input;
                    Vector128.Narrow(Bf16.Of(Vector128.Load(x)), Bf16.Of(Vector128.Load(x + 4))).AsUInt32().Store(pairs + (row * Sizes.Block + input) / 2);
                }
            for (var pair = 0; pair < Sizes.Block / 2; pair += 4) Transpose(pairs + pair, Sizes.Block / 2, destination + pair * Sizes.Panel + lane, Sizes.Panel);
        }
    }

    /// <param name="rows">The first of 48 rows of 32 inputs.</param>
    /// <param name="stride">Numbers from one row to the next.</param>
    /// <param name="scales">The first row's scale.</param>
    /// <param name="scaleStride">Scales from one row to the next.</param>
    /// <param name="destination">Receives the block.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void EncodeQ8(sbyte* rows, int stride, float* scales, int scaleStride, byte* destination)
    {
        var pairs = (ushort*)(destination + Sizes.Panel * sizeof(float));
        for (var lane = 0; lane < Sizes.Panel; lane++) ((float*)destination)[lane] = scales[(long)lane * scaleStride];
        var fours = stackalloc uint[4 * 8];
        for (var lane = 0; lane < Sizes.Panel; lane += 8)
            for (var input = 0; input < Sizes.Block; input += 16)
            {
                var first = (uint*)(rows + (long)lane * stride + input);
                Transpose(first, stride / 4, fours, 8);
                Transpose(first + stride, stride / 4, fours + 4, 8);
                var pair = pairs + input / 2 * Sizes.Panel + lane;
                for (var four = 0; four < 4; four++, pair += 2 * Sizes.Panel)
                {
                    // of each output two pairs: the first in the low halves
                    var (low, high) = (Vector128.Load(fours + four * 8), Vector128.Load(fours + four * 8 + 4));
                    Vector128.Narrow(low & Vector128.Create(0xFFFFu), high & Vector128.Create(0xFFFFu)).Store(pair);
                    Vector128.Narrow(low >> 16, high >> 16).Store(pair + Sizes.Panel);
                }
            }
    }

    /// <param name="rows">The first of 48 rows of 32 inputs.</param>
    /// <param name="stride">Numbers from one row to the next.</param>
    /// <param name="scales">The first row's scale.</param>
    /// <param name="scaleStride">Scales from one row to the next.</param>
    /// <param name="destination">Receives the block.</param>
    /// <param name="zero">The nibble that stands for 0: 8 where the integers are signed, else 0.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void EncodeQ4(sbyte* rows, int stride, float* scales, int scaleStride, byte* destination, int zero)
    {
        // 8 more than a number of 4 bits is the number with its sign turned
        var signs = 0x0101010101010101ul * (uint)zero;
        var words = (uint*)(destination + Sizes.Panel * sizeof(float));
        for (var lane = 0; lane < Sizes.Panel; lane++, rows += stride, scales += scaleStride)
        {
            ((float*)destination)[lane] = *scales;
            for (var word = 0; word < Sizes.Block / 8; word++)
            {
                var nibbles = ((ulong*)rows)[word] & 0x0F0F0F0F0F0F0F0F ^ signs;
                words[word * Sizes.Panel + lane] = EveryOther(nibbles) | EveryOther(nibbles >> 8) << 16;
            }
        }
    }

    /// <summary>The low nibbles of the four halves, side by side.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint EveryOther(ulong nibbles)
    {
        nibbles &= 0x000F000F000F000F;
        nibbles = (nibbles | nibbles >> 12) & 0x000000FF000000FF;
        return (uint)(nibbles | nibbles >> 24) & 0xFFFF;
    }

    /// <summary>Rounds whole blocks of 32 to bytes: the nearest multiples of a 127th of a block's greatest magnitude.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Round(float* weights, int blocks, sbyte* rounded, float* scales)
    {
        for (var block = 0; block < blocks; block++, weights += Sizes.Block, rounded += Sizes.Block)
        {
            var greatest = Vector128<float>.Zero;
            for (var i = 0; i < Sizes.Block; i += 4) greatest = Vector128.Max(greatest, Vector128.Abs(Vector128.Load(weights + i)));
            var max = Math.Max(Math.Max(greatest[0], greatest[1]), Math.Max(greatest[2], greatest[3]));
            scales[block] = max / 127;
            var inverse = Vector128.Create(max > 0 ? 127 / max : 0);
            for (var i = 0; i < Sizes.Block; i += 16)
            {
                var low = Vector128.Narrow(Nearest(weights + i, inverse), Nearest(weights + i + 4, inverse));
                var high = Vector128.Narrow(Nearest(weights + i + 8, inverse), Nearest(weights + i + 12, inverse));
                Vector128.Narrow(low, high).Store(rounded + i);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Nearest(float* weights, Vector128<float> inverse) =>
        Vector128.ConvertToInt32(Vector128.Clamp(Vector128.Round(Vector128.Load(weights) * inverse), Vector128.Create(-127f), Vector128.Create(127f)));

    /// <summary>Four rows of four numbers become four columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose(uint* rows, long stride, uint* destination, int destinationStride)
    {
        var (a, b, c, d) = (Vector128.Load(rows), Vector128.Load(rows + stride), Vector128.Load(rows + 2 * stride), Vector128.Load(rows + 3 * stride));
        var (ab, abHigh) = (Interleave(a, b, high: false), Interleave(a, b, high: true));
        var (cd, cdHigh) = (Interleave(c, d, high: false), Interleave(c, d, high: true));
        Vector128.Create(ab.GetLower(), cd.GetLower()).Store(destination);
        Vector128.Create(ab.GetUpper(), cd.GetUpper()).Store(destination + destinationStride);
        Vector128.Create(abHigh.GetLower(), cdHigh.GetLower()).Store(destination + 2 * destinationStride);
        Vector128.Create(abHigh.GetUpper(), cdHigh.GetUpper()).Store(destination + 3 * destinationStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> Interleave(Vector128<uint> a, Vector128<uint> b, bool high)
    {
        if (Sse2.IsSupported) return high ? Sse2.UnpackHigh(a, b) : Sse2.UnpackLow(a, b);
        if (AdvSimd.Arm64.IsSupported) return high ? AdvSimd.Arm64.ZipHigh(a, b) : AdvSimd.Arm64.ZipLow(a, b);
        return high ? Vector128.Create(a[2], b[2], a[3], b[3]) : Vector128.Create(a[0], b[0], a[1], b[1]);
    }

    /// <summary>One output's 32 weights of a block of numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void DecodeLane(WeightFormat format, byte* block, int lane, float* destination)
    {
        for (var input = 0; input < Sizes.Block; input++)
            destination[input] = format == WeightFormat.F32 ? ((float*)block)[input * Sizes.Panel + lane] : Bf16.ToSingle(((ushort*)block)[PairIndex(input, lane)]);
    }

    /// <summary>One output's 32 weights of a block of integers, the one that stands for 0 and the block's offset.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void DecodeIntegers(WeightFormat format, byte* block, int lane, int zero, float offset, float* destination)
    {
        for (var input = 0; input < Sizes.Block; input++) destination[input] = ((float*)block)[lane] * (Integer(format, block, input, lane) - zero) + offset;
    }

    /// <summary>One output's 32 integers of a block as they are stored.</summary>
    /// <returns>Their scale.</returns>
    public static float IntegerLane(WeightFormat format, byte* block, int lane, sbyte* destination)
    {
        for (var input = 0; input < Sizes.Block; input++) destination[input] = Integer(format, block, input, lane);
        return ((float*)block)[lane];
    }

    private static sbyte Integer(WeightFormat format, byte* block, int input, int lane)
    {
        var integers = block + Sizes.Panel * sizeof(float);
        if (format == WeightFormat.Q8) return ((sbyte*)integers)[PairIndex(input, lane)];
        var half = ((ushort*)integers)[((input >> 3) * Sizes.Panel + lane) * 2 + (input & 1)];
        return (sbyte)(half >> (input & 6) * 2 & 15);
    }

    private static int PairIndex(int input, int lane) => ((input >> 1) * Sizes.Panel + lane) * 2 + (input & 1);
}
