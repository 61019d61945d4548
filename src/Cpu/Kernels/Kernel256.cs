using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DecodeAlign.Cpu;

/// <summary>Micro-kernels of half a panel × 4, 2 or 1 columns in 256-bit vectors.</summary>
internal static unsafe class Kernel256<TFormat> where TFormat : struct, IFormat256
{
    private const int Strip = Sizes.Panel / 2;

    public static void Run(in PanelArguments a)
    {
        var groups = a.Columns / 4 + (a.Columns >> 1 & 1) + (a.Columns & 1);
        var passes = new PanelPasses(a, TFormat.PairBytes, a.Blocks * (Sizes.Block / 2), 2 * groups);
        for (var strip = 0; strip < 2; strip++)
        {
            var x = a.X;
            var y = a.Y + strip * Strip;
            var columns = a.Columns;
            for (; columns >= 4; columns -= 4, x += 4 * a.XStride, y += 4 * a.YStride) Columns4(a, strip, x, y, passes.Begin(out var lines), lines);
            if (columns >= 2)
            {
                Columns2(a, strip, x, y, passes.Begin(out var lines), lines);
                x += 2 * a.XStride;
                y += 2 * a.YStride;
            }
            if ((columns & 1) != 0) Columns1(a, strip, x, y, passes.Begin(out var lines), lines);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Columns4(in PanelArguments a, int strip, float* x, float* y, byte* ahead, int lines)
    {
        var p = a.Panel;
        var s = a.XStride;
        Vector256<float> a00 = default, a01 = default, a02 = default;
        if (a.Bias is not null)
        {
            var bias = a.Bias + strip * Strip;
            a00 = Vector256.Load(bias);
            a01 = Vector256.Load(bias + 8);
            a02 = Vector256.Load(bias + 16);
        }
        Vector256<float> a10 = a00, a11 = a01, a12 = a02;
        Vector256<float> a20 = a00, a21 = a01, a22 = a02;
        Vector256<float> a30 = a00, a31 = a01, a32 = a02;
        for (var blocks = a.Blocks; blocks > 0; blocks--)
        {
            var w = p + strip * TFormat.StripBytes;
            p += Sizes.Block / 2 * TFormat.PairBytes;
            for (var end = x + Sizes.Block; x < end; x += 2, w += TFormat.PairBytes)
            {
                ahead = PanelStream.Fetch(ahead, lines);
                var w0 = TFormat.Even(w, 0);
                var w1 = TFormat.Even(w, 1);
                var w2 = TFormat.Even(w, 2);
                var t = Vector256.Create(*x);
                a00 = Vector256.FusedMultiplyAdd(w0, t, a00);
                a01 = Vector256.FusedMultiplyAdd(w1, t, a01);
                a02 = Vector256.FusedMultiplyAdd(w2, t, a02);
                t = Vector256.Create(*(x + s));
                a10 = Vector256.FusedMultiplyAdd(w0, t, a10);
                a11 = Vector256.FusedMultiplyAdd(w1, t, a11);
                a12 = Vector256.FusedMultiplyAdd(w2, t, a12);
                t = Vector256.Create(*(x + 2 * s));
                a20 = Vector256.FusedMultiplyAdd(w0, t, a20);
                a21 = Vector256.FusedMultiplyAdd(w1, t, a21);
                a22 = Vector256.FusedMultiplyAdd(w2, t, a22);
                t = Vector256.Create(*(x + 3 * s));
                a30 = Vector256.FusedMultiplyAdd(w0, t, a30);
                a31 = Vector256.FusedMultiplyAdd(w1, t, a31);
                a32 = Vector256.FusedMultiplyAdd(w2, t, a32);
                w0 = TFormat.Odd(w, 0);
                w1 = TFormat.Odd(w, 1);
                w2 = TFormat.Odd(w, 2);
                t = Vector256.Create(*(x + 1));
                a00 = Vector256.FusedMultiplyAdd(w0, t, a00);
                a01 = Vector256.FusedMultiplyAdd(w1, t, a01);
                a02 = Vector256.FusedMultiplyAdd(w2, t, a02);
                t = Vector256.Create(*(x + s + 1));
                a10 = Vector256.FusedMultiplyAdd(w0, t, a10);
                a11 = Vector256.FusedMultiplyAdd(w1, t, a11);
                a12 = Vector256.FusedMultiplyAdd(w2, t, a12);
                t = Vector256.Create(*(x + 2 * s + 1));
                a20 = Vector256.FusedMultiplyAdd(w0, t, a20);
                a21 = Vector256.FusedMultiplyAdd(w1, t, a21);
                a22 = Vector256.FusedMultiplyAdd(w2, t, a22);
                t = Vector256.Create(*(x + 3 * s + 1));
                a30 = Vector256.FusedMultiplyAdd(w0, t, a30);
                a31 = Vector256.FusedMultiplyAdd(w1, t, a31);
                a32 = Vector256.FusedMultiplyAdd(w2, t, a32);
            }
        }
        Store(y, a00, a01, a02, a.Add);
        Store(y + a.YStride, a10, a11, a12, a.Add);
        Store(y + 2 * a.YStride, a20, a21, a22, a.Add);
        Store(y + 3 * a.YStride, a30, a31, a32, a.Add);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Columns2(in PanelArguments a, int strip, float* x, float* y, byte* ahead, int lines)
    {
        var p = a.Panel;
        var s = a.XStride;
        Vector256<float> a00 = default, a01 = default, a02 = default;
        if (a.Bias is not null)
        {
            var bias = a.Bias + strip * Strip;
            a00 = Vector256.Load(bias);
            a01 = Vector256.Load(bias + 8);
            a02 = Vector256.Load(bias + 16);
        }
        Vector256<float> a10 = a00, a11 = a01, a12 = a02;
        for (var blocks = a.Blocks; blocks > 0; blocks--)
        {
            var w = p + strip * TFormat.StripBytes;
            p += Sizes.Block / 2 * TFormat.PairBytes;
            for (var end = x + Sizes.Block; x < end; x += 2, w += TFormat.PairBytes)
            {
                ahead = PanelStream.Fetch(ahead, lines);
                var w0 = TFormat.Even(w, 0);
                var w1 = TFormat.Even(w, 1);
                var w2 = TFormat.Even(w, 2);
                var t = Vector256.Create(*x);
                a00 = Vector256.FusedMultiplyAdd(w0, t, a00);
                a01 = Vector256.FusedMultiplyAdd(w1, t, a01);
                a02 = Vector256.FusedMultiplyAdd(w2, t, a02);
                t = Vector256.Create(*(x + s));
                a10 = Vector256.FusedMultiplyAdd(w0, t, a10);
                a11 = Vector256.FusedMultiplyAdd(w1, t, a11);
                a12 = Vector256.FusedMultiplyAdd(w2, t, a12);
                w0 = TFormat.Odd(w, 0);
                w1 = TFormat.Odd(w, 1);
                w2 = TFormat.Odd(w, 2);
                t = Vector256.Create(*(x + 1));
                a00 = Vector256.FusedMultiplyAdd(w0, t, a00);
                a01 = Vector256.FusedMultiplyAdd(w1, t, a01);
                a02 = Vector256.FusedMultiplyAdd(w2, t, a02);
                t = Vector256.Create(*(x + s + 1));
                a10 = Vector256.FusedMultiplyAdd(w0, t, a10);
                a11 = Vector256.FusedMultiplyAdd(w1, t, a11);
                a12 = Vector256.FusedMultiplyAdd(w2, t, a12);
            }
        }
        Store(y, a00, a01, a02, a.Add);
        Store(y + a.YStride, a10, a11, a12, a.Add);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Columns1(in PanelArguments a, int strip, float* x, float* y, byte* ahead, int lines)
    {
        var p = a.Panel;
        Vector256<float> a00 = default, a01 = default, a02 = default;
        if (a.Bias is not null)
        {
            var bias = a.Bias + strip * Strip;
            a00 = Vector256.Load(bias);
            a01 = Vector256.Load(bias + 8);
            a02 = Vector256.Load(bias + 16);
        }
        for (var blocks = a.Blocks; blocks > 0; blocks--)
        {
            var w = p + strip * TFormat.StripBytes;
            p += Sizes.Block / 2 * TFormat.PairBytes;
            for (var end = x + Sizes.Block; x < end; x += 2, w += TFormat.PairBytes)
            {
                ahead = PanelStream.Fetch(ahead, lines);
                var w0 = TFormat.Even(w, 0);
                var w1 = TFormat.Even(w, 1);
                var w2 = TFormat.Even(w, 2);
                var t = Vector256.Create(*x);
                a00 = Vector256.FusedMultiplyAdd(w0, t, a00);
                a01 = Vector256.FusedMultiplyAdd(w1, t, a01);
                a02 = Vector256.FusedMultiplyAdd(w2, t, a02);
                w0 = TFormat.Odd(w, 0);
                w1 = TFormat.Odd(w, 1);
                w2 = TFormat.Odd(w, 2);
                t = Vector256.Create(*(x + 1));
                a00 = Vector256.FusedMultiplyAdd(w0, t, a00);
                a01 = Vector256.FusedMultiplyAdd(w1, t, a01);
                a02 = Vector256.FusedMultiplyAdd(w2, t, a02);
            }
        }
        Store(y, a00, a01, a02, a.Add);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* y, Vector256<float> v0, Vector256<float> v1, Vector256<float> v2, bool add)
    {
        if (add)
        {
            v0 += Vector256.Load(y);
            v1 += Vector256.Load(y + 8);
            v2 += Vector256.Load(y + 16);
        }
        v0.Store(y);
        v1.Store(y + 8);
        v2.Store(y + 16);
    }
}
