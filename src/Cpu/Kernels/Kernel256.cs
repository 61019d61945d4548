using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static DecodeAlign.Cpu.Outputs;

namespace DecodeAlign.Cpu;

/// <summary>Micro-kernels of half a panel × 4 or 2 columns, or a whole one × 1, in 256-bit vectors.</summary>
internal static unsafe class Kernel256<TFormat> where TFormat : struct, IFormat256
{
    private const int Strip = Sizes.Panel / 2;
    private const int Pairs = Sizes.Block / 2;

    public static void Run(in PanelArguments a)
    {
        var (fours, two, one) = (a.Columns / 4, a.Columns >> 1 & 1, a.Columns & 1);
        var passes = new PanelPasses(a, TFormat.PairBytes * Pairs, Pairs, TFormat.BlocksAhead, 2 * (fours + two) + one);
        for (var strip = 0; strip < 2 && a.Columns > 1; strip++)
        {
            var x = a.X;
            var y = a.Y + strip * Strip;
            for (var four = 0; four < fours; four++, x += 4 * a.XStride, y += 4 * a.YStride) Columns4(a, strip, x, y, passes.Next(a, out var lines), lines);
            if (two != 0) Columns2(a, strip, x, y, passes.Next(a, out var lines), lines);
        }
        if (one != 0) Columns1(a, a.X + (a.Columns - 1) * a.XStride, a.Y + (a.Columns - 1) * a.YStride, passes.Next(a, out var rest), rest);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Columns4(in PanelArguments a, int strip, float* x, float* y, PanelStream stream, int lines)
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
            p += Pairs * TFormat.PairBytes;
            var ahead = stream.NextBlock();
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
    private static void Columns2(in PanelArguments a, int strip, float* x, float* y, PanelStream stream, int lines)
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
            p += Pairs * TFormat.PairBytes;
            var ahead = stream.NextBlock();
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
    private static void Columns1(in PanelArguments a, float* x, float* y, PanelStream stream, int lines)
    {
        var p = a.Panel;
        Vector256<float> a00 = default, a01 = default, a02 = default, a03 = default, a04 = default, a05 = default;
        if (a.Bias is not null)
        {
            (a00, a01, a02) = (Vector256.Load(a.Bias), Vector256.Load(a.Bias + 8), Vector256.Load(a.Bias + 16));
            (a03, a04, a05) = (Vector256.Load(a.Bias + 24), Vector256.Load(a.Bias + 32), Vector256.Load(a.Bias + 40));
        }
        for (var blocks = a.Blocks; blocks > 0; blocks--)
        {
            var ahead = stream.NextBlock();
            for (var end = x + Sizes.Block; x < end; x += 2, p += TFormat.PairBytes)
            {
                ahead = PanelStream.Fetch(ahead, lines);
                var q = p + TFormat.StripBytes;
                var t = Vector256.Create(*x);
                a00 = Vector256.FusedMultiplyAdd(TFormat.Even(p, 0), t, a00);
                a01 = Vector256.FusedMultiplyAdd(TFormat.Even(p, 1), t, a01);
                a02 = Vector256.FusedMultiplyAdd(TFormat.Even(p, 2), t, a02);
                a03 = Vector256.FusedMultiplyAdd(TFormat.Even(q, 0), t, a03);
                a04 = Vector256.FusedMultiplyAdd(TFormat.Even(q, 1), t, a04);
                a05 = Vector256.FusedMultiplyAdd(TFormat.Even(q, 2), t, a05);
                t = Vector256.Create(*(x + 1));
                a00 = Vector256.FusedMultiplyAdd(TFormat.Odd(p, 0), t, a00);
                a01 = Vector256.FusedMultiplyAdd(TFormat.Odd(p, 1), t, a01);
                a02 = Vector256.FusedMultiplyAdd(TFormat.Odd(p, 2), t, a02);
                a03 = Vector256.FusedMultiplyAdd(TFormat.Odd(q, 0), t, a03);
                a04 = Vector256.FusedMultiplyAdd(TFormat.Odd(q, 1), t, a04);
                a05 = Vector256.FusedMultiplyAdd(TFormat.Odd(q, 2), t, a05);
            }
        }
        Store(y, a00, a01, a02, a.Add);
        Store(y + Strip, a03, a04, a05, a.Add);
    }
}
