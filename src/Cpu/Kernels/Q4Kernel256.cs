using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace DecodeAlign.Cpu;

/// <summary>Weights of 4 bits: a third of a panel × 4 columns, half a panel × 2 or a whole one × 1, sums of integers within a block in 256-bit vectors.</summary>
internal static unsafe class Q4Kernel256
{
    private const int HeaderBytes = Sizes.Panel * sizeof(float);
    private const int BlockBytes = HeaderBytes + Sizes.Block * Sizes.Panel / 2;
    private const int Third = Sizes.Panel / 3;
    private const int Half = Sizes.Panel / 2;
    private const int BlocksAhead = 8;

    public static void Run(in PanelArguments a)
    {
        var fours = a.Columns / 4;
        var passes = new PanelPasses(a, BlockBytes, 1, BlocksAhead, 3 * fours + (a.Columns & 2) + (a.Columns & 1));
        for (var outputs = 0; outputs < Sizes.Panel && fours > 0; outputs += Third)
            for (var four = 0; four < fours; four++) Columns4(a, outputs, four * 4, passes.Next(a, out var lines), lines);
        if ((a.Columns & 2) != 0)
            for (var outputs = 0; outputs < Sizes.Panel; outputs += Half) Columns2(a, outputs, fours * 4, passes.Next(a, out var lines), lines);
        if ((a.Columns & 1) != 0) Columns1(a, a.Columns - 1, passes.Next(a, out var rest), rest);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Columns4(in PanelArguments a, int outputs, int column, PanelStream stream, int lines)
    {
        var p = a.Panel;
        var s = a.RoundedStride;
        var q = a.Rounded + column * a.RoundedStride;
        var steps = a.Steps + column * a.StepStride;
        var offsets = a.Offsets + column * a.StepStride;
        // sums of blocks wait in memory: there is no room for them in registers
        var sums = stackalloc float[64];
        Begin(a, outputs, sums);
        Begin(a, outputs, sums + 16);
        Begin(a, outputs, sums + 32);
        Begin(a, outputs, sums + 48);
        for (var blocks = a.Blocks; blocks > 0; blocks--, steps++, offsets++)
        {
            var scales = (float*)p + outputs;
            var w = (uint*)(p + HeaderBytes) + outputs;
            p += BlockBytes;
            PanelStream.Fetch(stream.NextBlock(), lines);
            var i00 = Vector256.Create(*offsets);
            var i01 = i00;
            var i10 = Vector256.Create(*(offsets + a.StepStride));
            var i11 = i10;
            var i20 = Vector256.Create(*(offsets + 2 * a.StepStride));
            var i21 = i20;
            var i30 = Vector256.Create(*(offsets + 3 * a.StepStride));
            var i31 = i30;
            for (var end = q + Sizes.Block; q < end; w += Sizes.Panel)
            {
                var (n0, n1) = (Vector256.Load((ushort*)w), Vector256.Load((ushort*)(w + 8)));
                for (var next = q + 8; q < next; q += 2, n0 >>= 4, n1 >>= 4)
                {
                    var w0 = Low(n0);
                    var w1 = Low(n1);
                    var x = Vector256.Create(*(int*)q).AsInt16();
                    i00 += Avx2.MultiplyAddAdjacent(w0, x);
                    i01 += Avx2.MultiplyAddAdjacent(w1, x);
                    x = Vector256.Create(*(int*)(q + s)).AsInt16();
                    i10 += Avx2.MultiplyAddAdjacent(w0, x);
                    i11 += Avx2.MultiplyAddAdjacent(w1, x);
                    x = Vector256.Create(*(int*)(q + 2 * s)).AsInt16();
                    i20 += Avx2.MultiplyAddAdjacent(w0, x);
                    i21 += Avx2.MultiplyAddAdjacent(w1, x);
                    x = Vector256.Create(*(int*)(q + 3 * s)).AsInt16();
                    i30 += Avx2.MultiplyAddAdjacent(w0, x);
                    i31 += Avx2.MultiplyAddAdjacent(w1, x);
                }
            }
            var (s0, s1) = (Vector256.Load(scales), Vector256.Load(scales + 8));
            var step = Vector256.Create(*steps);
            Add(sums, i00, s0 * step);
            Add(sums + 8, i01, s1 * step);
            step = Vector256.Create(*(steps + a.StepStride));
            Add(sums + 16, i10, s0 * step);
            Add(sums + 24, i11, s1 * step);
            step = Vector256.Create(*(steps + 2 * a.StepStride));
            Add(sums + 32, i20, s0 * step);
            Add(sums + 40, i21, s1 * step);
            step = Vector256.Create(*(steps + 3 * a.StepStride));
            Add(sums + 48, i30, s0 * step);
            Add(sums + 56, i31, s1 * step);
        }
        var y = a.Y + column * a.YStride + outputs;
        for (var c = 0; c < 4; c++, y += a.YStride, sums += Third)
        {
            Store(y, Vector256.Load(sums), a.Add);
            Store(y + 8, Vector256.Load(sums + 8), a.Add);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Columns2(in PanelArguments a, int outputs, int column, PanelStream stream, int lines)
    {
        var p = a.Panel;
        var s = a.RoundedStride;
        var q = a.Rounded + column * a.RoundedStride;
        var steps = a.Steps + column * a.StepStride;
        var offsets = a.Offsets + column * a.StepStride;
        var a00 = a.Bias is null ? default : Vector256.Load(a.Bias + outputs);
        var a01 = a.Bias is null ? default : Vector256.Load(a.Bias + outputs + 8);
        var a02 = a.Bias is null ? default : Vector256.Load(a.Bias + outputs + 16);
        var (a10, a11, a12) = (a00, a01, a02);
        for (var blocks = a.Blocks; blocks > 0; blocks--, steps++, offsets++)
        {
            var scales = (float*)p + outputs;
            var w = (uint*)(p + HeaderBytes) + outputs;
            p += BlockBytes;
            PanelStream.Fetch(stream.NextBlock(), lines);
            var i00 = Vector256.Create(*offsets);
            var (i01, i02) = (i00, i00);
            var i10 = Vector256.Create(*(offsets + a.StepStride));
            var (i11, i12) = (i10, i10);
            for (var end = q + Sizes.Block; q < end; w += Sizes.Panel)
            {
                var (n0, n1, n2) = (Vector256.Load((ushort*)w), Vector256.Load((ushort*)(w + 8)), Vector256.Load((ushort*)(w + 16)));
                for (var next = q + 8; q < next; q += 2, n0 >>= 4, n1 >>= 4, n2 >>= 4)
                {
                    var w0 = Low(n0);
                    var w1 = Low(n1);
                    var w2 = Low(n2);
                    var x = Vector256.Create(*(int*)q).AsInt16();
                    i00 += Avx2.MultiplyAddAdjacent(w0, x);
                    i01 += Avx2.MultiplyAddAdjacent(w1, x);
                    i02 += Avx2.MultiplyAddAdjacent(w2, x);
                    x = Vector256.Create(*(int*)(q + s)).AsInt16();
                    i10 += Avx2.MultiplyAddAdjacent(w0, x);
                    i11 += Avx2.MultiplyAddAdjacent(w1, x);
                    i12 += Avx2.MultiplyAddAdjacent(w2, x);
                }
            }
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
        var y = a.Y + column * a.YStride + outputs;
        Store(y, a00, a.Add);
        Store(y + 8, a01, a.Add);
        Store(y + 16, a02, a.Add);
        Store(y + a.YStride, a10, a.Add);
        Store(y + a.YStride + 8, a11, a.Add);
        Store(y + a.YStride + 16, a12, a.Add);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Columns1(in PanelArguments a, int column, PanelStream stream, int lines)
    {
        var p = a.Panel;
        var q = a.Rounded + column * a.RoundedStride;
        var steps = a.Steps + column * a.StepStride;
        var offsets = a.Offsets + column * a.StepStride;
        var a00 = a.Bias is null ? default : Vector256.Load(a.Bias);
        var a01 = a.Bias is null ? default : Vector256.Load(a.Bias + 8);
        var a02 = a.Bias is null ? default : Vector256.Load(a.Bias + 16);
        var a03 = a.Bias is null ? default : Vector256.Load(a.Bias + 24);
        var a04 = a.Bias is null ? default : Vector256.Load(a.Bias + 32);
        var a05 = a.Bias is null ? default : Vector256.Load(a.Bias + 40);
        for (var blocks = a.Blocks; blocks > 0; blocks--, steps++, offsets++)
        {
            var scales = (float*)p;
            var w = (uint*)(p + HeaderBytes);
            p += BlockBytes;
            PanelStream.Fetch(stream.NextBlock(), lines);
            var i00 = Vector256.Create(*offsets);
            var (i01, i02, i03, i04, i05) = (i00, i00, i00, i00, i00);
            for (var end = q + Sizes.Block; q < end; w += Sizes.Panel)
            {
                var n0 = Vector256.Load((ushort*)w);
                var n1 = Vector256.Load((ushort*)(w + 8));
                var n2 = Vector256.Load((ushort*)(w + 16));
                var n3 = Vector256.Load((ushort*)(w + 24));
                var n4 = Vector256.Load((ushort*)(w + 32));
                var n5 = Vector256.Load((ushort*)(w + 40));
                for (var next = q + 8; q < next; q += 2, n0 >>= 4, n1 >>= 4, n2 >>= 4, n3 >>= 4, n4 >>= 4, n5 >>= 4)
                {
                    var x = Vector256.Create(*(int*)q).AsInt16();
                    i00 += Avx2.MultiplyAddAdjacent(Low(n0), x);
                    i01 += Avx2.MultiplyAddAdjacent(Low(n1), x);
                    i02 += Avx2.MultiplyAddAdjacent(Low(n2), x);
                    i03 += Avx2.MultiplyAddAdjacent(Low(n3), x);
                    i04 += Avx2.MultiplyAddAdjacent(Low(n4), x);
                    i05 += Avx2.MultiplyAddAdjacent(Low(n5), x);
                }
            }
            var step = Vector256.Create(*steps);
            a00 = Vector256.FusedMultiplyAdd(Vector256.ConvertToSingle(i00), Vector256.Load(scales) * step, a00);
            a01 = Vector256.FusedMultiplyAdd(Vector256.ConvertToSingle(i01), Vector256.Load(scales + 8) * step, a01);
            a02 = Vector256.FusedMultiplyAdd(Vector256.ConvertToSingle(i02), Vector256.Load(scales + 16) * step, a02);
            a03 = Vector256.FusedMultiplyAdd(Vector256.ConvertToSingle(i03), Vector256.Load(scales + 24) * step, a03);
            a04 = Vector256.FusedMultiplyAdd(Vector256.ConvertToSingle(i04), Vector256.Load(scales + 32) * step, a04);
            a05 = Vector256.FusedMultiplyAdd(Vector256.ConvertToSingle(i05), Vector256.Load(scales + 40) * step, a05);
        }
        var y = a.Y + column * a.YStride;
        Store(y, a00, a.Add);
        Store(y + 8, a01, a.Add);
        Store(y + 16, a02, a.Add);
        Store(y + 24, a03, a.Add);
        Store(y + 32, a04, a.Add);
        Store(y + 40, a05, a.Add);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Begin(in PanelArguments a, int outputs, float* sums)
    {
        (a.Bias is null ? default : Vector256.Load(a.Bias + outputs)).Store(sums);
        (a.Bias is null ? default : Vector256.Load(a.Bias + outputs + 8)).Store(sums + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(float* sums, Vector256<int> products, Vector256<float> scale) =>
        Vector256.FusedMultiplyAdd(Vector256.ConvertToSingle(products), scale, Vector256.Load(sums)).Store(sums);

    /// <summary>The weights of the lowest of the pairs of inputs that words of 8 nibbles hold, two of 16 bits for each output; they are 8 too large.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> Low(Vector256<ushort> nibbles) => (nibbles & Vector256.Create((ushort)15)).AsInt16();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* y, Vector256<float> sum, bool add) => (add ? sum + Vector256.Load(y) : sum).Store(y);
}
