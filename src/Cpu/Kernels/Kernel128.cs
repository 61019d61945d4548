using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DecodeAlign.Cpu;

/// <summary>Micro-kernels of half a panel × 4, 2 or 1 columns in 128-bit vectors.</summary>
internal static unsafe class Kernel128<TFormat> where TFormat : struct, IFormat128
{
    private const int Strip = Sizes.Panel / 2;

    public static void Run(in PanelArguments a)
    {
        for (var strip = 0; strip < 2; strip++)
        {
            var x = a.X;
            var y = a.Y + strip * Strip;
            var columns = a.Columns;
            for (; columns >= 4; columns -= 4, x += 4 * a.XStride, y += 4 * a.YStride) Columns4(a, strip, x, y);
            if (columns >= 2)
            {
                Columns2(a, strip, x, y);
                x += 2 * a.XStride;
                y += 2 * a.YStride;
            }
            if ((columns & 1) != 0) Columns1(a, strip, x, y);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Columns4(in PanelArguments a, int strip, float* x, float* y)
    {
        var p = a.Panel;
        var s = a.XStride;
        Vector128<float> a00 = default, a01 = default, a02 = default, a03 = default, a04 = default, a05 = default;
        if (a.Bias is not null)
        {
            var bias = a.Bias + strip * Strip;
            a00 = Vector128.Load(bias);
            a01 = Vector128.Load(bias + 4);
            a02 = Vector128.Load(bias + 8);
            a03 = Vector128.Load(bias + 12);
            a04 = Vector128.Load(bias + 16);
            a05 = Vector128.Load(bias + 20);
        }
        Vector128<float> a10 = a00, a11 = a01, a12 = a02, a13 = a03, a14 = a04, a15 = a05;
        Vector128<float> a20 = a00, a21 = a01, a22 = a02, a23 = a03, a24 = a04, a25 = a05;
        Vector128<float> a30 = a00, a31 = a01, a32 = a02, a33 = a03, a34 = a04, a35 = a05;
        for (var blocks = a.Blocks; blocks > 0; blocks--)
        {
            var w = p + strip * TFormat.StripBytes;
            p += Sizes.Block / 2 * TFormat.PairBytes;
            for (var end = x + Sizes.Block; x < end; x += 2, w += TFormat.PairBytes)
            {
                var w0 = TFormat.Even(w, 0);
                var w1 = TFormat.Even(w, 1);
                var w2 = TFormat.Even(w, 2);
                var w3 = TFormat.Even(w, 3);
                var w4 = TFormat.Even(w, 4);
                var w5 = TFormat.Even(w, 5);
                var t = Vector128.Create(*x);
                a00 = Vector128.FusedMultiplyAdd(w0, t, a00);
                a01 = Vector128.FusedMultiplyAdd(w1, t, a01);
                a02 = Vector128.FusedMultiplyAdd(w2, t, a02);
                a03 = Vector128.FusedMultiplyAdd(w3, t, a03);
                a04 = Vector128.FusedMultiplyAdd(w4, t, a04);
                a05 = Vector128.FusedMultiplyAdd(w5, t, a05);
                t = Vector128.Create(*(x + s));
                a10 = Vector128.FusedMultiplyAdd(w0, t, a10);
                a11 = Vector128.FusedMultiplyAdd(w1, t, a11);
                a12 = Vector128.FusedMultiplyAdd(w2, t, a12);
                a13 = Vector128.FusedMultiplyAdd(w3, t, a13);
                a14 = Vector128.FusedMultiplyAdd(w4, t, a14);
                a15 = Vector128.FusedMultiplyAdd(w5, t, a15);
                t = Vector128.Create(*(x + 2 * s));
                a20 = Vector128.FusedMultiplyAdd(w0, t, a20);
                a21 = Vector128.FusedMultiplyAdd(w1, t, a21);
                a22 = Vector128.FusedMultiplyAdd(w2, t, a22);
                a23 = Vector128.FusedMultiplyAdd(w3, t, a23);
                a24 = Vector128.FusedMultiplyAdd(w4, t, a24);
                a25 = Vector128.FusedMultiplyAdd(w5, t, a25);
                t = Vector128.Create(*(x + 3 * s));
                a30 = Vector128.FusedMultiplyAdd(w0, t, a30);
                a31 = Vector128.FusedMultiplyAdd(w1, t, a31);
                a32 = Vector128.FusedMultiplyAdd(w2, t, a32);
                a33 = Vector128.FusedMultiplyAdd(w3, t, a33);
                a34 = Vector128.FusedMultiplyAdd(w4, t, a34);
                a35 = Vector128.FusedMultiplyAdd(w5, t, a35);
                w0 = TFormat.Odd(w, 0);
                w1 = TFormat.Odd(w, 1);
                w2 = TFormat.Odd(w, 2);
                w3 = TFormat.Odd(w, 3);
                w4 = TFormat.Odd(w, 4);
                w5 = TFormat.Odd(w, 5);
                t = Vector128.Create(*(x + 1));
                a00 = Vector128.FusedMultiplyAdd(w0, t, a00);
                a01 = Vector128.FusedMultiplyAdd(w1, t, a01);
                a02 = Vector128.FusedMultiplyAdd(w2, t, a02);
                a03 = Vector128.FusedMultiplyAdd(w3, t, a03);
                a04 = Vector128.FusedMultiplyAdd(w4, t, a04);
                a05 = Vector128.FusedMultiplyAdd(w5, t, a05);
                t = Vector128.Create(*(x + s + 1));
                a10 = Vector128.FusedMultiplyAdd(w0, t, a10);
                a11 = Vector128.FusedMultiplyAdd(w1, t, a11);
                a12 = Vector128.FusedMultiplyAdd(w2, t, a12);
                a13 = Vector128.FusedMultiplyAdd(w3, t, a13);
                a14 = Vector128.FusedMultiplyAdd(w4, t, a14);
                a15 = Vector128.FusedMultiplyAdd(w5, t, a15);
                t = Vector128.Create(*(x + 2 * s + 1));
                a20 = Vector128.FusedMultiplyAdd(w0, t, a20);
                a21 = Vector128.FusedMultiplyAdd(w1, t, a21);
                a22 = Vector128.FusedMultiplyAdd(w2, t, a22);
                a23 = Vector128.FusedMultiplyAdd(w3, t, a23);
                a24 = Vector128.FusedMultiplyAdd(w4, t, a24);
                a25 = Vector128.FusedMultiplyAdd(w5, t, a25);
                t = Vector128.Create(*(x + 3 * s + 1));
                a30 = Vector128.FusedMultiplyAdd(w0, t, a30);
                a31 = Vector128.FusedMultiplyAdd(w1, t, a31);
                a32 = Vector128.FusedMultiplyAdd(w2, t, a32);
                a33 = Vector128.FusedMultiplyAdd(w3, t, a33);
                a34 = Vector128.FusedMultiplyAdd(w4, t, a34);
                a35 = Vector128.FusedMultiplyAdd(w5, t, a35);
            }
        }
        Store(y, a00, a01, a02, a03, a04, a05, a.Add);
        Store(y + a.YStride, a10, a11, a12, a13, a14, a15, a.Add);
        Store(y + 2 * a.YStride, a20, a21, a22, a23, a24, a25, a.Add);
        Store(y + 3 * a.YStride, a30, a31, a32, a33, a34, a35, a.Add);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Columns2(in PanelArguments a, int strip, float* x, float* y)
    {
        var p = a.Panel;
        var s = a.XStride;
        Vector128<float> a00 = default, a01 = default, a02 = default, a03 = default, a04 = default, a05 = default;
        if (a.Bias is not null)
        {
            var bias = a.Bias + strip * Strip;
            a00 = Vector128.Load(bias);
            a01 = Vector128.Load(bias + 4);
            a02 = Vector128.Load(bias + 8);
            a03 = Vector128.Load(bias + 12);
            a04 = Vector128.Load(bias + 16);
            a05 = Vector128.Load(bias + 20);
        }
        Vector128<float> a10 = a00, a11 = a01, a12 = a02, a13 = a03, a14 = a04, a15 = a05;
        for (var blocks = a.Blocks; blocks > 0; blocks--)
        {
            var w = p + strip * TFormat.StripBytes;
            p += Sizes.Block / 2 * TFormat.PairBytes;
            for (var end = x + Sizes.Block; x < end; x += 2, w += TFormat.PairBytes)
            {
                var w0 = TFormat.Even(w, 0);
                var w1 = TFormat.Even(w, 1);
                var w2 = TFormat.Even(w, 2);
                var w3 = TFormat.Even(w, 3);
                var w4 = TFormat.Even(w, 4);
                var w5 = TFormat.Even(w, 5);
                var t = Vector128.Create(*x);
                a00 = Vector128.FusedMultiplyAdd(w0, t, a00);
                a01 = Vector128.FusedMultiplyAdd(w1, t, a01);
                a02 = Vector128.FusedMultiplyAdd(w2, t, a02);
                a03 = Vector128.FusedMultiplyAdd(w3, t, a03);
                a04 = Vector128.FusedMultiplyAdd(w4, t, a04);
                a05 = Vector128.FusedMultiplyAdd(w5, t, a05);
                t = Vector128.Create(*(x + s));
                a10 = Vector128.FusedMultiplyAdd(w0, t, a10);
                a11 = Vector128.FusedMultiplyAdd(w1, t, a11);
                a12 = Vector128.FusedMultiplyAdd(w2, t, a12);
                a13 = Vector128.FusedMultiplyAdd(w3, t, a13);
                a14 = Vector128.FusedMultiplyAdd(w4, t, a14);
                a15 = Vector128.FusedMultiplyAdd(w5, t, a15);
                w0 = TFormat.Odd(w, 0);
                w1 = TFormat.Odd(w, 1);
                w2 = TFormat.Odd(w, 2);
                w3 = TFormat.Odd(w, 3);
                w4 = TFormat.Odd(w, 4);
                w5 = TFormat.Odd(w, 5);
                t = Vector128.Create(*(x + 1));
                a00 = Vector128.FusedMultiplyAdd(w0, t, a00);
                a01 = Vector128.FusedMultiplyAdd(w1, t, a01);
                a02 = Vector128.FusedMultiplyAdd(w2, t, a02);
                a03 = Vector128.FusedMultiplyAdd(w3, t, a03);
                a04 = Vector128.FusedMultiplyAdd(w4, t, a04);
                a05 = Vector128.FusedMultiplyAdd(w5, t, a05);
                t = Vector128.Create(*(x + s + 1));
                a10 = Vector128.FusedMultiplyAdd(w0, t, a10);
                a11 = Vector128.FusedMultiplyAdd(w1, t, a11);
                a12 = Vector128.FusedMultiplyAdd(w2, t, a12);
                a13 = Vector128.FusedMultiplyAdd(w3, t, a13);
                a14 = Vector128.FusedMultiplyAdd(w4, t, a14);
                a15 = Vector128.FusedMultiplyAdd(w5, t, a15);
            }
        }
        Store(y, a00, a01, a02, a03, a04, a05, a.Add);
        Store(y + a.YStride, a10, a11, a12, a13, a14, a15, a.Add);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Columns1(in PanelArguments a, int strip, float* x, float* y)
    {
        var p = a.Panel;
        Vector128<float> a00 = default, a01 = default, a02 = default, a03 = default, a04 = default, a05 = default;
        if (a.Bias is not null)
        {
            var bias = a.Bias + strip * Strip;
            a00 = Vector128.Load(bias);
            a01 = Vector128.Load(bias + 4);
            a02 = Vector128.Load(bias + 8);
            a03 = Vector128.Load(bias + 12);
            a04 = Vector128.Load(bias + 16);
            a05 = Vector128.Load(bias + 20);
        }
        for (var blocks = a.Blocks; blocks > 0; blocks--)
        {
            var w = p + strip * TFormat.StripBytes;
            p += Sizes.Block / 2 * TFormat.PairBytes;
            for (var end = x + Sizes.Block; x < end; x += 2, w += TFormat.PairBytes)
            {
                var w0 = TFormat.Even(w, 0);
                var w1 = TFormat.Even(w, 1);
                var w2 = TFormat.Even(w, 2);
                var w3 = TFormat.Even(w, 3);
                var w4 = TFormat.Even(w, 4);
                var w5 = TFormat.Even(w, 5);
                var t = Vector128.Create(*x);
                a00 = Vector128.FusedMultiplyAdd(w0, t, a00);
                a01 = Vector128.FusedMultiplyAdd(w1, t, a01);
                a02 = Vector128.FusedMultiplyAdd(w2, t, a02);
                a03 = Vector128.FusedMultiplyAdd(w3, t, a03);
                a04 = Vector128.FusedMultiplyAdd(w4, t, a04);
                a05 = Vector128.FusedMultiplyAdd(w5, t, a05);
                w0 = TFormat.Odd(w, 0);
                w1 = TFormat.Odd(w, 1);
                w2 = TFormat.Odd(w, 2);
                w3 = TFormat.Odd(w, 3);
                w4 = TFormat.Odd(w, 4);
                w5 = TFormat.Odd(w, 5);
                t = Vector128.Create(*(x + 1));
                a00 = Vector128.FusedMultiplyAdd(w0, t, a00);
                a01 = Vector128.FusedMultiplyAdd(w1, t, a01);
                a02 = Vector128.FusedMultiplyAdd(w2, t, a02);
                a03 = Vector128.FusedMultiplyAdd(w3, t, a03);
                a04 = Vector128.FusedMultiplyAdd(w4, t, a04);
                a05 = Vector128.FusedMultiplyAdd(w5, t, a05);
            }
        }
        Store(y, a00, a01, a02, a03, a04, a05, a.Add);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* y, Vector128<float> v0, Vector128<float> v1, Vector128<float> v2, Vector128<float> v3, Vector128<float> v4, Vector128<float> v5, bool add)
    {
        if (add)
        {
            v0 += Vector128.Load(y);
            v1 += Vector128.Load(y + 4);
            v2 += Vector128.Load(y + 8);
            v3 += Vector128.Load(y + 12);
            v4 += Vector128.Load(y + 16);
            v5 += Vector128.Load(y + 20);
        }
        v0.Store(y);
        v1.Store(y + 4);
        v2.Store(y + 8);
        v3.Store(y + 12);
        v4.Store(y + 16);
        v5.Store(y + 20);
    }
}
