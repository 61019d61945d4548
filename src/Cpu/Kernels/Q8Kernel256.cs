using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static DecodeAlign.Cpu.Outputs;

namespace DecodeAlign.Cpu;

/// <summary>Weights of 8 bits: half a panel × 2 columns or a whole one × 1, sums of integers within a block in 256-bit vectors.</summary>
internal static unsafe class Q8Kernel256
{
    private const int HeaderBytes = Sizes.Panel * sizeof(float);
    private const int PairBytes = 2 * Sizes.Panel;
    private const int BlockBytes = HeaderBytes + Sizes.Block * Sizes.Panel;
    private const int BlocksAhead = 5;
    private const int Strip = Sizes.Panel / 2;

    public static void Run(in PanelArguments a)
    {
        var (twos, one) = (a.Columns / 2, a.Columns & 1);
        var passes = new PanelPasses(a, BlockBytes, 1, BlocksAhead, 2 * twos + one);
        for (var strip = 0; strip < 2; strip++)
        {
            var q = a.Rounded;
            var steps = a.Steps;
            var y = a.Y + strip * Strip;
            for (var two = 0; two < twos; two++, q += 2 * a.RoundedStride, steps += 2 * a.StepStride, y += 2 * a.YStride) Columns2(a, strip, q, steps, y, passes.Next(a, out var lines), lines);
        }
        var last = a.Columns - 1;
        if (one != 0) Columns1(a, a.Rounded + last * a.RoundedStride, a.Steps + last * a.StepStride, a.Y + last * a.YStride, passes.Next(a, out var rest), rest);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Columns2(in PanelArguments a, int strip, short* q, float* steps, float* y, PanelStream stream, int lines)
    {
        var p = a.Panel;
        var s = a.RoundedStride;
        var (a00, a01, a02) = Start(a, strip);
        var (a10, a11, a12) = (a00, a01, a02);
        for (var blocks = a.Blocks; blocks > 0; blocks--, steps++)
        {
            var scales = (float*)p + strip * Strip;
            p += HeaderBytes;
            PanelStream.Fetch(stream.NextBlock(), lines);
            Vector256<int> i00 = default, i01 = default, i02 = default;
            Vector256<int> i10 = default, i11 = default, i12 = default;
            var w = (sbyte*)p + strip * 2 * Strip;
            for (var end = q + Sizes.Block; q < end; q += 2, w += PairBytes)
            {
                var w0 = Avx2.ConvertToVector256Int16(Vector128.Load(w));
                var w1 = Avx2.ConvertToVector256Int16(Vector128.Load(w + 16));
                var w2 = Avx2.ConvertToVector256Int16(Vector128.Load(w + 32));
                var x = Vector256.Create(*(int*)q).AsInt16();
                i00 += Avx2.MultiplyAddAdjacent(w0, x);
                i01 += Avx2.MultiplyAddAdjacent(w1, x);
                i02 += Avx2.MultiplyAddAdjacent(w2, x);
                x = Vector256.Create(*(int*)(q + s)).AsInt16();
                i10 += Avx2.MultiplyAddAdjacent(w0, x);
                i11 += Avx2.MultiplyAddAdjacent(w1, x);
                i12 += Avx2.MultiplyAddAdjacent(w2, x);
            }
            p += Sizes.Block / 2 * PairBytes;
            var (s0, s1, s2) = (Vector256.Load(scales), Vector256.Load(scales + 8), Vector256.Load(scales + 16));
            var step = Vector256.Create(*steps);
            a00 = Vector256.FusedMultiplyAdd(Vector256.ConvertToSingle(i00), s0 * step, a00);
            a01 = Vector256.FusedMultiplyAdd(Vector256.ConvertToSingle(i01), s1 * step, a01);
            a02 = Vector256.FusedMultiplyAdd(Vector256.ConvertToSingle(i02), s2 * step, a02);
            step = Vector256.Create(*(steps + a.StepStride));
            a10 = Vector256.FusedMultiplyAdd(Vector256.ConvertToSingle(i10), s0 * step, a10);
            a11 = Vector256.FusedMultiplyAdd(Vector256.ConvertToSingle(i11), s1 * step, a11);
            a12 = Vector256.FusedMultiplyAdd(Vector256.ConvertToSingle(i12), s2 * step, a12);
        }
        Store(y, a00, a01, a02, a.Add);
        Store(y + a.YStride, a10, a11, a12, a.Add);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Columns1(in PanelArguments a, short* q, float* steps, float* y, PanelStream stream, int lines)
    {
        var p = a.Panel;
        var (a00, a01, a02) = Start(a, 0);
        var (a03, a04, a05) = Start(a, 1);
        for (var blocks = a.Blocks; blocks > 0; blocks--, steps++)
        {
            var scales = (float*)p;
            p += HeaderBytes;
            PanelStream.Fetch(stream.NextBlock(), lines);
            Vector256<int> i00 = default, i01 = default, i02 = default, i03 = default, i04 = default, i05 = default;
            for (var end = q + Sizes.Block; q < end; q += 2, p += PairBytes)
            {
                var x = Vector256.Create(*(int*)q).AsInt16();
                i00 += Avx2.MultiplyAddAdjacent(Avx2.ConvertToVector256Int16(Vector128.Load((sbyte*)p)), x);
                i01 += Avx2.MultiplyAddAdjacent(Avx2.ConvertToVector256Int16(Vector128.Load((sbyte*)p + 16)), x);
                i02 += Avx2.MultiplyAddAdjacent(Avx2.ConvertToVector256Int16(Vector128.Load((sbyte*)p + 32)), x);
                i03 += Avx2.MultiplyAddAdjacent(Avx2.ConvertToVector256Int16(Vector128.Load((sbyte*)p + 48)), x);
                i04 += Avx2.MultiplyAddAdjacent(Avx2.ConvertToVector256Int16(Vector128.Load((sbyte*)p + 64)), x);
                i05 += Avx2.MultiplyAddAdjacent(Avx2.ConvertToVector256Int16(Vector128.Load((sbyte*)p + 80)), x);
            }
            var step = Vector256.Create(*steps);
            a00 = Vector256.FusedMultiplyAdd(Vector256.ConvertToSingle(i00), Vector256.Load(scales) * step, a00);
            a01 = Vector256.FusedMultiplyAdd(Vector256.ConvertToSingle(i01), Vector256.Load(scales + 8) * step, a01);
            a02 = Vector256.FusedMultiplyAdd(Vector256.ConvertToSingle(i02), Vector256.Load(scales + 16) * step, a02);
            a03 = Vector256.FusedMultiplyAdd(Vector256.ConvertToSingle(i03), Vector256.Load(scales + 24) * step, a03);
            a04 = Vector256.FusedMultiplyAdd(Vector256.ConvertToSingle(i04), Vector256.Load(scales + 32) * step, a04);
            a05 = Vector256.FusedMultiplyAdd(Vector256.ConvertToSingle(i05), Vector256.Load(scales + 40) * step, a05);
        }
        Store(y, a00, a01, a02, a.Add);
        Store(y + Strip, a03, a04, a05, a.Add);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<float>, Vector256<float>, Vector256<float>) Start(in PanelArguments a, int strip)
    {
        if (a.Bias is null) return default;
        var bias = a.Bias + strip * Strip;
        return (Vector256.Load(bias), Vector256.Load(bias + 8), Vector256.Load(bias + 16));
    }
}
