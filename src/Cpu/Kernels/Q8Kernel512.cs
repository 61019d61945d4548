using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static DecodeAlign.Cpu.Outputs;

namespace DecodeAlign.Cpu;

/// <summary>Weights of 8 bits: 48 outputs × 4, 2 or 1 columns, sums of integers within a block in 512-bit vectors.</summary>
internal static unsafe class Q8Kernel512
{
    private const int HeaderBytes = Sizes.Panel * sizeof(float);
    private const int PairBytes = 2 * Sizes.Panel;
    private const int BlockBytes = HeaderBytes + Sizes.Block * Sizes.Panel;
    private const int BlocksAhead = 5;

    public static bool IsSupported => Avx512BW.IsSupported;

    public static void Run(in PanelArguments a)
    {
        var q = a.Rounded;
        var steps = a.Steps;
        var y = a.Y;
        var stream = new PanelStream(a, BlockBytes, BlocksAhead);
        var (columns, lines) = (a.Columns, BlockBytes / 64);
        var groups = columns / 4;
        var share = groups == 0 ? 0 : (lines + groups - 1) / groups;
        for (var group = 0; group < groups; group++, q += 4 * a.RoundedStride, steps += 4 * a.StepStride, y += 4 * a.YStride)
        {
            var part = groups == 1 ? stream : PanelStream.Share(a, share, group);
            Columns4(a, q, steps, y, part, Math.Min(share, lines));
            lines -= Math.Min(share, lines);
        }
        if ((columns & 2) != 0)
        {
            Columns2(a, q, steps, y, stream, lines);
            q += 2 * a.RoundedStride;
            steps += 2 * a.StepStride;
            y += 2 * a.YStride;
            lines = 0;
        }
        if ((columns & 1) != 0) Columns1(a, q, steps, y, stream, lines);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Columns4(in PanelArguments a, short* q, float* steps, float* y, PanelStream stream, int lines)
    {
        var p = a.Panel;
        var s = a.RoundedStride;
        var t = a.StepStride;
        Vector512<float> a00 = default, a01 = default, a02 = default;
        if (a.Bias is not null) (a00, a01, a02) = (Vector512.Load(a.Bias), Vector512.Load(a.Bias + 16), Vector512.Load(a.Bias + 32));
        Vector512<float> a10 = a00, a11 = a01, a12 = a02;
        Vector512<float> a20 = a00, a21 = a01, a22 = a02;
        Vector512<float> a30 = a00, a31 = a01, a32 = a02;
        for (var blocks = a.Blocks; blocks > 0; blocks--, steps++)
        {
            var scales = (float*)p;
            p += HeaderBytes;
            PanelStream.Fetch(stream.NextBlock(), lines);
            Vector512<int> i00 = default, i01 = default, i02 = default;
            Vector512<int> i10 = default, i11 = default, i12 = default;
            Vector512<int> i20 = default, i21 = default, i22 = default;
            Vector512<int> i30 = default, i31 = default, i32 = default;
            for (var end = q + Sizes.Block; q < end; q += 2, p += PairBytes)
            {
                var w0 = Avx512BW.ConvertToVector512Int16(Vector256.Load((sbyte*)p));
                var w1 = Avx512BW.ConvertToVector512Int16(Vector256.Load((sbyte*)p + 32));
                var w2 = Avx512BW.ConvertToVector512Int16(Vector256.Load((sbyte*)p + 64));
                var x = Vector512.Create(*(int*)q).AsInt16();
                i00 += Avx512BW.MultiplyAddAdjacent(w0, x);
                i01 += Avx512BW.MultiplyAddAdjacent(w1, x);
                i02 += Avx512BW.MultiplyAddAdjacent(w2, x);
                x = Vector512.Create(*(int*)(q + s)).AsInt16();
                i10 += Avx512BW.MultiplyAddAdjacent(w0, x);
                i11 += Avx512BW.MultiplyAddAdjacent(w1, x);
                i12 += Avx512BW.MultiplyAddAdjacent(w2, x);
                x = Vector512.Create(*(int*)(q + 2 * s)).AsInt16();
                i20 += Avx512BW.MultiplyAddAdjacent(w0, x);
                i21 += Avx512BW.MultiplyAddAdjacent(w1, x);
                i22 += Avx512BW.MultiplyAddAdjacent(w2, x);
                x = Vector512.Create(*(int*)(q + 3 * s)).AsInt16();
                i30 += Avx512BW.MultiplyAddAdjacent(w0, x);
                i31 += Avx512BW.MultiplyAddAdjacent(w1, x);
                i32 += Avx512BW.MultiplyAddAdjacent(w2, x);
            }
            var (s0, s1, s2) = (Vector512.Load(scales), Vector512.Load(scales + 16), Vector512.Load(scales + 32));
            var step = Vector512.Create(*steps);
            a00 = Vector512.FusedMultiplyAdd(Vector512.ConvertToSingle(i00), s0 * step, a00);
            a01 = Vector512.FusedMultiplyAdd(Vector512.ConvertToSingle(i01), s1 * step, a01);
            a02 = Vector512.FusedMultiplyAdd(Vector512.ConvertToSingle(i02), s2 * step, a02);
            step = Vector512.Create(*(steps + t));
            a10 = Vector512.FusedMultiplyAdd(Vector512.ConvertToSingle(i10), s0 * step, a10);
            a11 = Vector512.FusedMultiplyAdd(Vector512.ConvertToSingle(i11), s1 * step, a11);
            a12 = Vector512.FusedMultiplyAdd(Vector512.ConvertToSingle(i12), s2 * step, a12);
            step = Vector512.Create(*(steps + 2 * t));
            a20 = Vector512.FusedMultiplyAdd(Vector512.ConvertToSingle(i20), s0 * step, a20);
            a21 = Vector512.FusedMultiplyAdd(Vector512.ConvertToSingle(i21), s1 * step, a21);
            a22 = Vector512.FusedMultiplyAdd(Vector512.ConvertToSingle(i22), s2 * step, a22);
            step = Vector512.Create(*(steps + 3 * t));
            a30 = Vector512.FusedMultiplyAdd(Vector512.ConvertToSingle(i30), s0 * step, a30);
            a31 = Vector512.FusedMultiplyAdd(Vector512.ConvertToSingle(i31), s1 * step, a31);
            a32 = Vector512.FusedMultiplyAdd(Vector512.ConvertToSingle(i32), s2 * step, a32);
        }
        Store(y, a00, a01, a02, a.Add);
        Store(y + a.YStride, a10, a11, a12, a.Add);
        Store(y + 2 * a.YStride, a20, a21, a22, a.Add);
        Store(y + 3 * a.YStride, a30, a31, a32, a.Add);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Columns2(in PanelArguments a, short* q, float* steps, float* y, PanelStream stream, int lines)
    {
        var p = a.Panel;
        var s = a.RoundedStride;
        Vector512<float> a00 = default, a01 = default, a02 = default;
        if (a.Bias is not null) (a00, a01, a02) = (Vector512.Load(a.Bias), Vector512.Load(a.Bias + 16), Vector512.Load(a.Bias + 32));
        Vector512<float> a10 = a00, a11 = a01, a12 = a02;
        for (var blocks = a.Blocks; blocks > 0; blocks--, steps++)
        {
            var scales = (float*)p;
            p += HeaderBytes;
            PanelStream.Fetch(stream.NextBlock(), lines);
            Vector512<int> i00 = default, i01 = default, i02 = default;
            Vector512<int> i10 = default, i11 = default, i12 = default;
            for (var end = q + Sizes.Block; q < end; q += 2, p += PairBytes)
            {
                var w0 = Avx512BW.ConvertToVector512Int16(Vector256.Load((sbyte*)p));
                var w1 = Avx512BW.ConvertToVector512Int16(Vector256.Load((sbyte*)p + 32));
                var w2 = Avx512BW.ConvertToVector512Int16(Vector256.Load((sbyte*)p + 64));
                var x = Vector512.Create(*(int*)q).AsInt16();
                i00 += Avx512BW.MultiplyAddAdjacent(w0, x);
                i01 += Avx512BW.MultiplyAddAdjacent(w1, x);
                i02 += Avx512BW.MultiplyAddAdjacent(w2, x);
                x = Vector512.Create(*(int*)(q + s)).AsInt16();
                i10 += Avx512BW.MultiplyAddAdjacent(w0, x);
                i11 += Avx512BW.MultiplyAddAdjacent(w1, x);
                i12 += Avx512BW.MultiplyAddAdjacent(w2, x);
            }
            var (s0, s1, s2) = (Vector512.Load(scales), Vector512.Load(scales + 16), Vector512.Load(scales + 32));
            var step = Vector512.Create(*steps);
            a00 = Vector512.FusedMultiplyAdd(Vector512.ConvertToSingle(i00), s0 * step, a00);
            a01 = Vector512.FusedMultiplyAdd(Vector512.ConvertToSingle(i01), s1 * step, a01);
            a02 = Vector512.FusedMultiplyAdd(Vector512.ConvertToSingle(i02), s2 * step, a02);
            step = Vector512.Create(*(steps + a.StepStride));
            a10 = Vector512.FusedMultiplyAdd(Vector512.ConvertToSingle(i10), s0 * step, a10);
            a11 = Vector512.FusedMultiplyAdd(Vector512.ConvertToSingle(i11), s1 * step, a11);
            a12 = Vector512.FusedMultiplyAdd(Vector512.ConvertToSingle(i12), s2 * step, a12);
        }
        Store(y, a00, a01, a02, a.Add);
        Store(y + a.YStride, a10, a11, a12, a.Add);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Columns1(in PanelArguments a, short* q, float* steps, float* y, PanelStream stream, int lines)
    {
        var p = a.Panel;
        Vector512<float> a00 = default, a01 = default, a02 = default;
        if (a.Bias is not null) (a00, a01, a02) = (Vector512.Load(a.Bias), Vector512.Load(a.Bias + 16), Vector512.Load(a.Bias + 32));
        for (var blocks = a.Blocks; blocks > 0; blocks--, steps++)
        {
            var scales = (float*)p;
            p += HeaderBytes;
            PanelStream.Fetch(stream.NextBlock(), lines);
            Vector512<int> i00 = default, i01 = default, i02 = default;
            for (var end = q + Sizes.Block; q < end; q += 2, p += PairBytes)
            {
                var x = Vector512.Create(*(int*)q).AsInt16();
                i00 += Avx512BW.MultiplyAddAdjacent(Avx512BW.ConvertToVector512Int16(Vector256.Load((sbyte*)p)), x);
                i01 += Avx512BW.MultiplyAddAdjacent(Avx512BW.ConvertToVector512Int16(Vector256.Load((sbyte*)p + 32)), x);
                i02 += Avx512BW.MultiplyAddAdjacent(Avx512BW.ConvertToVector512Int16(Vector256.Load((sbyte*)p + 64)), x);
            }
            var step = Vector512.Create(*steps);
            a00 = Vector512.FusedMultiplyAdd(Vector512.ConvertToSingle(i00), Vector512.Load(scales) * step, a00);
            a01 = Vector512.FusedMultiplyAdd(Vector512.ConvertToSingle(i01), Vector512.Load(scales + 16) * step, a01);
            a02 = Vector512.FusedMultiplyAdd(Vector512.ConvertToSingle(i02), Vector512.Load(scales + 32) * step, a02);
        }
        Store(y, a00, a01, a02, a.Add);
    }
}
