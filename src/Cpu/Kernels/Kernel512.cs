using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static DecodeAlign.Cpu.Outputs;

namespace DecodeAlign.Cpu;

/// <summary>Micro-kernels of 48 outputs × 8, 4, 2 or 1 columns in 512-bit vectors. The accumulators are named: arrays of them would not stay in registers.</summary>
internal static unsafe class Kernel512<TFormat> where TFormat : struct, IFormat512
{
    private const int Pairs = Sizes.Block / 2;

    public static void Run(in PanelArguments a)
    {
        var x = a.X;
        var y = a.Y;
        var columns = a.Columns;
        var stream = new PanelStream(a, TFormat.PairBytes * Pairs, TFormat.BlocksAhead);
        var lines = TFormat.StreamLines;
        var groups = columns / 8;
        if (groups == 1)
        {
            Columns8(a, x, y, stream, lines);
            x += 8 * a.XStride;
            y += 8 * a.YStride;
            lines = 0;
        }
        else if (groups > 1)
        {
            var share = (lines + groups - 1) / groups;
            for (var group = 0; group < groups; group++, x += 8 * a.XStride, y += 8 * a.YStride)
            {
                Columns8(a, x, y, PanelStream.Share(a, share * Pairs, group), Math.Min(share, lines));
                lines -= Math.Min(share, lines);
            }
        }
        if ((columns & 4) != 0)
        {
            Columns4(a, x, y, stream, lines);
            x += 4 * a.XStride;
            y += 4 * a.YStride;
            lines = 0;
        }
        if ((columns & 2) != 0)
        {
            Columns2(a, x, y, stream, lines);
            x += 2 * a.XStride;
            y += 2 * a.YStride;
            lines = 0;
        }
        if ((columns & 1) != 0) Columns1(a, x, y, stream, lines);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Columns8(in PanelArguments a, float* x, float* y, PanelStream stream, int lines)
    {
        var p = a.Panel;
        var s = a.XStride;
        Vector512<float> a00 = default, a01 = default, a02 = default;
        if (a.Bias is not null) (a00, a01, a02) = (Vector512.Load(a.Bias), Vector512.Load(a.Bias + 16), Vector512.Load(a.Bias + 32));
        Vector512<float> a10 = a00, a11 = a01, a12 = a02;
        Vector512<float> a20 = a00, a21 = a01, a22 = a02;
        Vector512<float> a30 = a00, a31 = a01, a32 = a02;
        Vector512<float> a40 = a00, a41 = a01, a42 = a02;
        Vector512<float> a50 = a00, a51 = a01, a52 = a02;
        Vector512<float> a60 = a00, a61 = a01, a62 = a02;
        Vector512<float> a70 = a00, a71 = a01, a72 = a02;
        for (var blocks = a.Blocks; blocks > 0; blocks--)
        {
            var ahead = stream.NextBlock();
            for (var end = x + Sizes.Block; x < end; x += 2, p += TFormat.PairBytes)
            {
                ahead = PanelStream.Fetch(ahead, lines);
                var w0 = TFormat.Even(p, 0);
                var w1 = TFormat.Even(p, 1);
                var w2 = TFormat.Even(p, 2);
                var t = Vector512.Create(*x);
                a00 = Vector512.FusedMultiplyAdd(w0, t, a00);
                a01 = Vector512.FusedMultiplyAdd(w1, t, a01);
                a02 = Vector512.FusedMultiplyAdd(w2, t, a02);
                t = Vector512.Create(*(x + s));
                a10 = Vector512.FusedMultiplyAdd(w0, t, a10);
                a11 = Vector512.FusedMultiplyAdd(w1, t, a11);
                a12 = Vector512.FusedMultiplyAdd(w2, t, a12);
                t = Vector512.Create(*(x + 2 * s));
                a20 = Vector512.FusedMultiplyAdd(w0, t, a20);
                a21 = Vector512.FusedMultiplyAdd(w1, t, a21);
                a22 = Vector512.FusedMultiplyAdd(w2, t, a22);
                t = Vector512.Create(*(x + 3 * s));
                a30 = Vector512.FusedMultiplyAdd(w0, t, a30);
                a31 = Vector512.FusedMultiplyAdd(w1, t, a31);
                a32 = Vector512.FusedMultiplyAdd(w2, t, a32);
                t = Vector512.Create(*(x + 4 * s));
                a40 = Vector512.FusedMultiplyAdd(w0, t, a40);
                a41 = Vector512.FusedMultiplyAdd(w1, t, a41);
                a42 = Vector512.FusedMultiplyAdd(w2, t, a42);
                t = Vector512.Create(*(x + 5 * s));
                a50 = Vector512.FusedMultiplyAdd(w0, t, a50);
                a51 = Vector512.FusedMultiplyAdd(w1, t, a51);
                a52 = Vector512.FusedMultiplyAdd(w2, t, a52);
                t = Vector512.Create(*(x + 6 * s));
                a60 = Vector512.FusedMultiplyAdd(w0, t, a60);
                a61 = Vector512.FusedMultiplyAdd(w1, t, a61);
                a62 = Vector512.FusedMultiplyAdd(w2, t, a62);
                t = Vector512.Create(*(x + 7 * s));
                a70 = Vector512.FusedMultiplyAdd(w0, t, a70);
                a71 = Vector512.FusedMultiplyAdd(w1, t, a71);
                a72 = Vector512.FusedMultiplyAdd(w2, t, a72);
                w0 = TFormat.Odd(p, 0);
                w1 = TFormat.Odd(p, 1);
                w2 = TFormat.Odd(p, 2);
                t = Vector512.Create(*(x + 1));
                a00 = Vector512.FusedMultiplyAdd(w0, t, a00);
                a01 = Vector512.FusedMultiplyAdd(w1, t, a01);
                a02 = Vector512.FusedMultiplyAdd(w2, t, a02);
                t = Vector512.Create(*(x + s + 1));
                a10 = Vector512.FusedMultiplyAdd(w0, t, a10);
                a11 = Vector512.FusedMultiplyAdd(w1, t, a11);
                a12 = Vector512.FusedMultiplyAdd(w2, t, a12);
                t = Vector512.Create(*(x + 2 * s + 1));
                a20 = Vector512.FusedMultiplyAdd(w0, t, a20);
                a21 = Vector512.FusedMultiplyAdd(w1, t, a21);
                a22 = Vector512.FusedMultiplyAdd(w2, t, a22);
                t = Vector512.Create(*(x + 3 * s + 1));
                a30 = Vector512.FusedMultiplyAdd(w0, t, a30);
                a31 = Vector512.FusedMultiplyAdd(w1, t, a31);
                a32 = Vector512.FusedMultiplyAdd(w2, t, a32);
                t = Vector512.Create(*(x + 4 * s + 1));
                a40 = Vector512.FusedMultiplyAdd(w0, t, a40);
                a41 = Vector512.FusedMultiplyAdd(w1, t, a41);
                a42 = Vector512.FusedMultiplyAdd(w2, t, a42);
                t = Vector512.Create(*(x + 5 * s + 1));
                a50 = Vector512.FusedMultiplyAdd(w0, t, a50);
                a51 = Vector512.FusedMultiplyAdd(w1, t, a51);
                a52 = Vector512.FusedMultiplyAdd(w2, t, a52);
                t = Vector512.Create(*(x + 6 * s + 1));
                a60 = Vector512.FusedMultiplyAdd(w0, t, a60);
                a61 = Vector512.FusedMultiplyAdd(w1, t, a61);
                a62 = Vector512.FusedMultiplyAdd(w2, t, a62);
                t = Vector512.Create(*(x + 7 * s + 1));
                a70 = Vector512.FusedMultiplyAdd(w0, t, a70);
                a71 = Vector512.FusedMultiplyAdd(w1, t, a71);
                a72 = Vector512.FusedMultiplyAdd(w2, t, a72);
            }
        }
        Store(y, a00, a01, a02, a.Add);
        Store(y + a.YStride, a10, a11, a12, a.Add);
        Store(y + 2 * a.YStride, a20, a21, a22, a.Add);
        Store(y + 3 * a.YStride, a30, a31, a32, a.Add);
        Store(y + 4 * a.YStride, a40, a41, a42, a.Add);
        Store(y + 5 * a.YStride, a50, a51, a52, a.Add);
        Store(y + 6 * a.YStride, a60, a61, a62, a.Add);
        Store(y + 7 * a.YStride, a70, a71, a72, a.Add);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Columns4(in PanelArguments a, float* x, float* y, PanelStream stream, int lines)
    {
        var p = a.Panel;
        var s = a.XStride;
        Vector512<float> a00 = default, a01 = default, a02 = default;
        if (a.Bias is not null) (a00, a01, a02) = (Vector512.Load(a.Bias), Vector512.Load(a.Bias + 16), Vector512.Load(a.Bias + 32));
        Vector512<float> a10 = a00, a11 = a01, a12 = a02;
        Vector512<float> a20 = a00, a21 = a01, a22 = a02;
        Vector512<float> a30 = a00, a31 = a01, a32 = a02;
        for (var blocks = a.Blocks; blocks > 0; blocks--)
        {
            var ahead = stream.NextBlock();
            for (var end = x + Sizes.Block; x < end; x += 2, p += TFormat.PairBytes)
            {
                ahead = PanelStream.Fetch(ahead, lines);
                var w0 = TFormat.Even(p, 0);
                var w1 = TFormat.Even(p, 1);
                var w2 = TFormat.Even(p, 2);
                var t = Vector512.Create(*x);
                a00 = Vector512.FusedMultiplyAdd(w0, t, a00);
                a01 = Vector512.FusedMultiplyAdd(w1, t, a01);
                a02 = Vector512.FusedMultiplyAdd(w2, t, a02);
                t = Vector512.Create(*(x + s));
                a10 = Vector512.FusedMultiplyAdd(w0, t, a10);
                a11 = Vector512.FusedMultiplyAdd(w1, t, a11);
                a12 = Vector512.FusedMultiplyAdd(w2, t, a12);
                t = Vector512.Create(*(x + 2 * s));
                a20 = Vector512.FusedMultiplyAdd(w0, t, a20);
                a21 = Vector512.FusedMultiplyAdd(w1, t, a21);
                a22 = Vector512.FusedMultiplyAdd(w2, t, a22);
                t = Vector512.Create(*(x + 3 * s));
                a30 = Vector512.FusedMultiplyAdd(w0, t, a30);
                a31 = Vector512.FusedMultiplyAdd(w1, t, a31);
                a32 = Vector512.FusedMultiplyAdd(w2, t, a32);
                w0 = TFormat.Odd(p, 0);
                w1 = TFormat.Odd(p, 1);
                w2 = TFormat.Odd(p, 2);
                t = Vector512.Create(*(x + 1));
                a00 = Vector512.FusedMultiplyAdd(w0, t, a00);
                a01 = Vector512.FusedMultiplyAdd(w1, t, a01);
                a02 = Vector512.FusedMultiplyAdd(w2, t, a02);
                t = Vector512.Create(*(x + s + 1));
                a10 = Vector512.FusedMultiplyAdd(w0, t, a10);
                a11 = Vector512.FusedMultiplyAdd(w1, t, a11);
                a12 = Vector512.FusedMultiplyAdd(w2, t, a12);
                t = Vector512.Create(*(x + 2 * s + 1));
                a20 = Vector512.FusedMultiplyAdd(w0, t, a20);
                a21 = Vector512.FusedMultiplyAdd(w1, t, a21);
                a22 = Vector512.FusedMultiplyAdd(w2, t, a22);
                t = Vector512.Create(*(x + 3 * s + 1));
                a30 = Vector512.FusedMultiplyAdd(w0, t, a30);
                a31 = Vector512.FusedMultiplyAdd(w1, t, a31);
                a32 = Vector512.FusedMultiplyAdd(w2, t, a32);
            }
        }
        Store(y, a00, a01, a02, a.Add);
        Store(y + a.YStride, a10, a11, a12, a.Add);
        Store(y + 2 * a.YStride, a20, a21, a22, a.Add);
        Store(y + 3 * a.YStride, a30, a31, a32, a.Add);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Columns2(in PanelArguments a, float* x, float* y, PanelStream stream, int lines)
    {
        var p = a.Panel;
        var s = a.XStride;
        Vector512<float> a00 = default, a01 = default, a02 = default;
        if (a.Bias is not null) (a00, a01, a02) = (Vector512.Load(a.Bias), Vector512.Load(a.Bias + 16), Vector512.Load(a.Bias + 32));
        Vector512<float> a10 = a00, a11 = a01, a12 = a02;
        for (var blocks = a.Blocks; blocks > 0; blocks--)
        {
            var ahead = stream.NextBlock();
            for (var end = x + Sizes.Block; x < end; x += 2, p += TFormat.PairBytes)
            {
                ahead = PanelStream.Fetch(ahead, lines);
                var w0 = TFormat.Even(p, 0);
                var w1 = TFormat.Even(p, 1);
                var w2 = TFormat.Even(p, 2);
                var t = Vector512.Create(*x);
                a00 = Vector512.FusedMultiplyAdd(w0, t, a00);
                a01 = Vector512.FusedMultiplyAdd(w1, t, a01);
                a02 = Vector512.FusedMultiplyAdd(w2, t, a02);
                t = Vector512.Create(*(x + s));
                a10 = Vector512.FusedMultiplyAdd(w0, t, a10);
                a11 = Vector512.FusedMultiplyAdd(w1, t, a11);
                a12 = Vector512.FusedMultiplyAdd(w2, t, a12);
                w0 = TFormat.Odd(p, 0);
                w1 = TFormat.Odd(p, 1);
                w2 = TFormat.Odd(p, 2);
                t = Vector512.Create(*(x + 1));
                a00 = Vector512.FusedMultiplyAdd(w0, t, a00);
                a01 = Vector512.FusedMultiplyAdd(w1, t, a01);
                a02 = Vector512.FusedMultiplyAdd(w2, t, a02);
                t = Vector512.Create(*(x + s + 1));
                a10 = Vector512.FusedMultiplyAdd(w0, t, a10);
                a11 = Vector512.FusedMultiplyAdd(w1, t, a11);
                a12 = Vector512.FusedMultiplyAdd(w2, t, a12);
            }
        }
        Store(y, a00, a01, a02, a.Add);
        Store(y + a.YStride, a10, a11, a12, a.Add);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Columns1(in PanelArguments a, float* x, float* y, PanelStream stream, int lines)
    {
        var p = a.Panel;
        Vector512<float> a00 = default, a01 = default, a02 = default;
        if (a.Bias is not null) (a00, a01, a02) = (Vector512.Load(a.Bias), Vector512.Load(a.Bias + 16), Vector512.Load(a.Bias + 32));
        for (var blocks = a.Blocks; blocks > 0; blocks--)
        {
            var ahead = stream.NextBlock();
            for (var end = x + Sizes.Block; x < end; x += 2, p += TFormat.PairBytes)
            {
                ahead = PanelStream.Fetch(ahead, lines);
                var w0 = TFormat.Even(p, 0);
                var w1 = TFormat.Even(p, 1);
                var w2 = TFormat.Even(p, 2);
                var t = Vector512.Create(*x);
                a00 = Vector512.FusedMultiplyAdd(w0, t, a00);
                a01 = Vector512.FusedMultiplyAdd(w1, t, a01);
                a02 = Vector512.FusedMultiplyAdd(w2, t, a02);
                w0 = TFormat.Odd(p, 0);
                w1 = TFormat.Odd(p, 1);
                w2 = TFormat.Odd(p, 2);
                t = Vector512.Create(*(x + 1));
                a00 = Vector512.FusedMultiplyAdd(w0, t, a00);
                a01 = Vector512.FusedMultiplyAdd(w1, t, a01);
                a02 = Vector512.FusedMultiplyAdd(w2, t, a02);
            }
        }
        Store(y, a00, a01, a02, a.Add);
    }
}
