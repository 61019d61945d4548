using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using static DecodeAlign.Cpu.Outputs;

namespace DecodeAlign.Cpu;

/// <summary>Weights of 8 bits: a quarter of a panel × 2 or 1 columns, sums of integers within a block in 128-bit vectors.</summary>
internal static unsafe class Q8Kernel128
{
    private const int HeaderBytes = Sizes.Panel * sizeof(float);
    private const int PairBytes = 2 * Sizes.Panel;
    private const int Strip = Sizes.Panel / 4;

    public static void Run(in PanelArguments a)
    {
        for (var strip = 0; strip < 4; strip++)
        {
            var q = a.Rounded;
            var steps = a.Steps;
            var y = a.Y + strip * Strip;
            var columns = a.Columns;
            for (; columns >= 2; columns -= 2, q += 2 * a.RoundedStride, steps += 2 * a.StepStride, y += 2 * a.YStride) Columns2(a, strip, q, steps, y);
            if (columns > 0) Columns1(a, strip, q, steps, y);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Columns2(in PanelArguments a, int strip, short* q, float* steps, float* y)
    {
        var p = a.Panel;
        var s = a.RoundedStride;
        var (a00, a01, a02) = Start(a, strip);
        var (a10, a11, a12) = (a00, a01, a02);
        for (var blocks = a.Blocks; blocks > 0; blocks--, steps++)
        {
            var scales = (float*)p + strip * Strip;
            p += HeaderBytes;
            Vector128<int> i00 = default, i01 = default, i02 = default;
            Vector128<int> i10 = default, i11 = default, i12 = default;
            var w = (sbyte*)p + strip * 2 * Strip;
            for (var end = q + Sizes.Block; q < end; q += 2, w += PairBytes)
            {
                var w0 = Widen(w);
                var w1 = Widen(w + 8);
                var w2 = Widen(w + 16);
                var x = Vector128.Create(*(int*)q).AsInt16();
                i00 += Products(w0, x);
                i01 += Products(w1, x);
                i02 += Products(w2, x);
                x = Vector128.Create(*(int*)(q + s)).AsInt16();
                i10 += Products(w0, x);
                i11 += Products(w1, x);
                i12 += Products(w2, x);
            }
            p += Sizes.Block / 2 * PairBytes;
            var (s0, s1, s2) = (Vector128.Load(scales), Vector128.Load(scales + 4), Vector128.Load(scales + 8));
            var step = Vector128.Create(*steps);
            a00 = Vector128.FusedMultiplyAdd(Vector128.ConvertToSingle(i00), s0 * step, a00);
            a01 = Vector128.FusedMultiplyAdd(Vector128.ConvertToSingle(i01), s1 * step, a01);
            a02 = Vector128.FusedMultiplyAdd(Vector128.ConvertToSingle(i02), s2 * step, a02);
            step = Vector128.Create(*(steps + a.StepStride));
            a10 = Vector128.FusedMultiplyAdd(Vector128.ConvertToSingle(i10), s0 * step, a10);
            a11 = Vector128.FusedMultiplyAdd(Vector128.ConvertToSingle(i11), s1 * step, a11);
            a12 = Vector128.FusedMultiplyAdd(Vector128.ConvertToSingle(i12), s2 * step, a12);
        }
        Store(y, a00, a01, a02, a.Add);
        Store(y + a.YStride, a10, a11, a12, a.Add);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Columns1(in PanelArguments a, int strip, short* q, float* steps, float* y)
    {
        var p = a.Panel;
        var (a00, a01, a02) = Start(a, strip);
        for (var blocks = a.Blocks; blocks > 0; blocks--, steps++)
        {
            var scales = (float*)p + strip * Strip;
            p += HeaderBytes;
            Vector128<int> i00 = default, i01 = default, i02 = default;
            var w = (sbyte*)p + strip * 2 * Strip;
            for (var end = q + Sizes.Block; q < end; q += 2, w += PairBytes)
            {
                var x = Vector128.Create(*(int*)q).AsInt16();
                i00 += Products(Widen(w), x);
                i01 += Products(Widen(w + 8), x);
                i02 += Products(Widen(w + 16), x);
            }
            p += Sizes.Block / 2 * PairBytes;
            var step = Vector128.Create(*steps);
            a00 = Vector128.FusedMultiplyAdd(Vector128.ConvertToSingle(i00), Vector128.Load(scales) * step, a00);
            a01 = Vector128.FusedMultiplyAdd(Vector128.ConvertToSingle(i01), Vector128.Load(scales + 4) * step, a01);
            a02 = Vector128.FusedMultiplyAdd(Vector128.ConvertToSingle(i02), Vector128.Load(scales + 8) * step, a02);
        }
        Store(y, a00, a01, a02, a.Add);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector128<float>, Vector128<float>, Vector128<float>) Start(in PanelArguments a, int strip)
    {
        if (a.Bias is null) return default;
        var bias = a.Bias + strip * Strip;
        return (Vector128.Load(bias), Vector128.Load(bias + 4), Vector128.Load(bias + 8));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<short> Widen(sbyte* weights) => Vector128.WidenLower(Vector128.CreateScalarUnsafe(*(long*)weights).AsSByte());

    /// <summary>The sums of the products of neighbours.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Products(Vector128<short> weights, Vector128<short> x) => Sse2.IsSupported
        ? Sse2.MultiplyAddAdjacent(weights, x)
        : AdvSimd.Arm64.AddPairwise(AdvSimd.MultiplyWideningLower(weights.GetLower(), x.GetLower()), AdvSimd.MultiplyWideningUpper(weights, x));
}
