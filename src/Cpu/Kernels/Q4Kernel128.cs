using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static DecodeAlign.Cpu.Outputs;

namespace DecodeAlign.Cpu;

/// <summary>Weights of 4 bits: a quarter of a panel × 2 or 1 columns, sums of integers within a block in 128-bit vectors.</summary>
internal static unsafe class Q4Kernel128
{
    private const int HeaderBytes = Sizes.Panel * sizeof(float);
    private const int BlockBytes = HeaderBytes + Sizes.Block * Sizes.Panel / 2;
    private const int Strip = Sizes.Panel / 4;

    public static void Run(in PanelArguments a)
    {
        for (var strip = 0; strip < 4; strip++)
        {
            var q = a.Rounded;
            var steps = a.Steps;
            var offsets = a.Offsets;
            var y = a.Y + strip * Strip;
            var columns = a.Columns;
            for (; columns >= 2; columns -= 2, q += 2 * a.RoundedStride, steps += 2 * a.StepStride, offsets += 2 * a.StepStride, y += 2 * a.YStride) Columns2(a, strip, q, steps, offsets, y);
            if (columns > 0) Columns1(a, strip, q, steps, offsets, y);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Columns2(in PanelArguments a, int strip, short* q, float* steps, int* offsets, float* y)
    {
        var p = a.Panel;
        var s = a.RoundedStride;
        var (a00, a01, a02) = Q8Kernel128.Start(a, strip);
        var (a10, a11, a12) = (a00, a01, a02);
        for (var blocks = a.Blocks; blocks > 0; blocks--, steps++, offsets++)
        {
            var scales = (float*)p + strip * Strip;
            var w = (uint*)(p + HeaderBytes) + strip * Strip;
            p += BlockBytes;
            var i00 = Vector128.Create(*offsets);
            var (i01, i02) = (i00, i00);
            var i10 = Vector128.Create(*(offsets + a.StepStride));
            var (i11, i12) = (i10, i10);
            for (var end = q + Sizes.Block; q < end; w += Sizes.Panel)
            {
                var (n0, n1, n2) = (Vector128.Load((ushort*)w), Vector128.Load((ushort*)(w + 4)), Vector128.Load((ushort*)(w + 8)));
                for (var next = q + 8; q < next; q += 2, n0 >>= 4, n1 >>= 4, n2 >>= 4)
                {
                    var w0 = Low(n0);
                    var w1 = Low(n1);
                    var w2 = Low(n2);
                    var x = Vector128.Create(*(int*)q).AsInt16();
                    i00 += Products(w0, x);
                    i01 += Products(w1, x);
                    i02 += Products(w2, x);
                    x = Vector128.Create(*(int*)(q + s)).AsInt16();
                    i10 += Products(w0, x);
                    i11 += Products(w1, x);
                    i12 += Products(w2, x);
                }
            }
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
    private static void Columns1(in PanelArguments a, int strip, short* q, float* steps, int* offsets, float* y)
    {
        var p = a.Panel;
        var (a00, a01, a02) = Q8Kernel128.Start(a, strip);
        for (var blocks = a.Blocks; blocks > 0; blocks--, steps++, offsets++)
        {
            var scales = (float*)p + strip * Strip;
            var w = (uint*)(p + HeaderBytes) + strip * Strip;
            p += BlockBytes;
            var i00 = Vector128.Create(*offsets);
            var (i01, i02) = (i00, i00);
            for (var end = q + Sizes.Block; q < end; w += Sizes.Panel)
            {
                var (n0, n1, n2) = (Vector128.Load((ushort*)w), Vector128.Load((ushort*)(w + 4)), Vector128.Load((ushort*)(w + 8)));
                for (var next = q + 8; q < next; q += 2, n0 >>= 4, n1 >>= 4, n2 >>= 4)
                {
                    var x = Vector128.Create(*(int*)q).AsInt16();
                    i00 += Products(Low(n0), x);
                    i01 += Products(Low(n1), x);
                    i02 += Products(Low(n2), x);
                }
            }
            var step = Vector128.Create(*steps);
            a00 = Vector128.FusedMultiplyAdd(Vector128.ConvertToSingle(i00), Vector128.Load(scales) * step, a00);
            a01 = Vector128.FusedMultiplyAdd(Vector128.ConvertToSingle(i01), Vector128.Load(scales + 4) * step, a01);
            a02 = Vector128.FusedMultiplyAdd(Vector128.ConvertToSingle(i02), Vector128.Load(scales + 8) * step, a02);
        }
        Store(y, a00, a01, a02, a.Add);
    }

    /// <summary>The weights of the lowest of the pairs of inputs that words of 8 nibbles hold, two of 16 bits for each output; they are 8 too large.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<short> Low(Vector128<ushort> nibbles) => (nibbles & Vector128.Create((ushort)15)).AsInt16();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Products(Vector128<short> weights, Vector128<short> x) => Q8Kernel128.Products(weights, x);
}
