using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DecodeAlign.Cpu;

/// <summary>Sums of values weighted by softmaxed scores. Even and odd positions have accumulators of their own, so that two chains of additions overlap.</summary>
internal static unsafe class MixKernels
{
    /// <summary>Adds the values of one run.</summary>
    /// <param name="values">The first slot's value.</param>
    /// <param name="stride">Bytes from one value to the next.</param>
    /// <param name="width">Floats of a value to add, and of an accumulator; a multiple of 16.</param>
    /// <param name="weights">One for each slot.</param>
    /// <param name="count">Number of slots, at least 1.</param>
    /// <param name="parity">0 where the first position is even, else 1.</param>
    /// <param name="accumulators">Those of the even positions, then those of the odd ones.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add<TNumber>(byte* values, int stride, int width, float* weights, int count, int parity, float* accumulators)
        where TNumber : struct, IKvNumber
    {
        var i = 0;
        for (; i + 64 <= width; i += 64) Add4<TNumber>(values + i * TNumber.Bytes, stride, weights, count, parity, accumulators + i, accumulators + width + i);
        for (; i + 32 <= width; i += 32) Add2<TNumber>(values + i * TNumber.Bytes, stride, weights, count, parity, accumulators + i, accumulators + width + i);
        if (i < width) Add1<TNumber>(values + i * TNumber.Bytes, stride, weights, count, parity, accumulators + i, accumulators + width + i);
    }

    /// <summary>Adds even and odd sums and scales them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Finish(float* accumulators, int width, float scale, float* output, int size)
    {
        var i = 0;
        for (; i + 16 <= size; i += 16) ((Vector512.Load(accumulators + i) + Vector512.Load(accumulators + width + i)) * scale).Store(output + i);
        for (; i < size; i++) output[i] = (accumulators[i] + accumulators[width + i]) * scale;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add4<TNumber>(byte* value, int stride, float* weight, int count, int parity, float* even, float* odd)
        where TNumber : struct, IKvNumber
    {
        Vector512<float> e0 = Vector512.Load(even), e1 = Vector512.Load(even + 16), e2 = Vector512.Load(even + 32), e3 = Vector512.Load(even + 48);
        Vector512<float> o0 = Vector512.Load(odd), o1 = Vector512.Load(odd + 16), o2 = Vector512.Load(odd + 32), o3 = Vector512.Load(odd + 48);
        var end = weight + count;
        if (parity == 1)
        {
            var w = Vector512.Create(*weight);
            o0 = Vector512.FusedMultiplyAdd(TNumber.Load(value), w, o0);
            o1 = Vector512.FusedMultiplyAdd(TNumber.Load(value + 16 * TNumber.Bytes), w, o1);
            o2 = Vector512.FusedMultiplyAdd(TNumber.Load(value + 32 * TNumber.Bytes), w, o2);
            o3 = Vector512.FusedMultiplyAdd(TNumber.Load(value + 48 * TNumber.Bytes), w, o3);
            value += stride;
            weight++;
        }
        for (; weight + 1 < end; weight += 2)
        {
            var w = Vector512.Create(*weight);
            e0 = Vector512.FusedMultiplyAdd(TNumber.Load(value), w, e0);
            e1 = Vector512.FusedMultiplyAdd(TNumber.Load(value + 16 * TNumber.Bytes), w, e1);
            e2 = Vector512.FusedMultiplyAdd(TNumber.Load(value + 32 * TNumber.Bytes), w, e2);
            e3 = Vector512.FusedMultiplyAdd(TNumber.Load(value + 48 * TNumber.Bytes), w, e3);
            value += stride;
            w = Vector512.Create(weight[1]);
            o0 = Vector512.FusedMultiplyAdd(TNumber.Load(value), w, o0);
            o1 = Vector512.FusedMultiplyAdd(TNumber.Load(value + 16 * TNumber.Bytes), w, o1);
            o2 = Vector512.FusedMultiplyAdd(TNumber.Load(value + 32 * TNumber.Bytes), w, o2);
            o3 = Vector512.FusedMultiplyAdd(TNumber.Load(value + 48 * TNumber.Bytes), w, o3);
            value += stride;
        }
        if (weight < end)
        {
            var w = Vector512.Create(*weight);
            e0 = Vector512.FusedMultiplyAdd(TNumber.Load(value), w, e0);
            e1 = Vector512.FusedMultiplyAdd(TNumber.Load(value + 16 * TNumber.Bytes), w, e1);
            e2 = Vector512.FusedMultiplyAdd(TNumber.Load(value + 32 * TNumber.Bytes), w, e2);
            e3 = Vector512.FusedMultiplyAdd(TNumber.Load(value + 48 * TNumber.Bytes), w, e3);
        }
        e0.Store(even);
        e1.Store(even + 16);
        e2.Store(even + 32);
        e3.Store(even + 48);
        o0.Store(odd);
        o1.Store(odd + 16);
        o2.Store(odd + 32);
        o3.Store(odd + 48);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add2<TNumber>(byte* value, int stride, float* weight, int count, int parity, float* even, float* odd)
        where TNumber : struct, IKvNumber
    {
        Vector512<float> e0 = Vector512.Load(even), e1 = Vector512.Load(even + 16);
        Vector512<float> o0 = Vector512.Load(odd), o1 = Vector512.Load(odd + 16);
        var end = weight + count;
        if (parity == 1)
        {
            var w = Vector512.Create(*weight);
            o0 = Vector512.FusedMultiplyAdd(TNumber.Load(value), w, o0);
            o1 = Vector512.FusedMultiplyAdd(TNumber.Load(value + 16 * TNumber.Bytes), w, o1);
            value += stride;
            weight++;
        }
        for (; weight + 1 < end; weight += 2)
        {
            var w = Vector512.Create(*weight);
            e0 = Vector512.FusedMultiplyAdd(TNumber.Load(value), w, e0);
            e1 = Vector512.FusedMultiplyAdd(TNumber.Load(value + 16 * TNumber.Bytes), w, e1);
            value += stride;
            w = Vector512.Create(weight[1]);
            o0 = Vector512.FusedMultiplyAdd(TNumber.Load(value), w, o0);
            o1 = Vector512.FusedMultiplyAdd(TNumber.Load(value + 16 * TNumber.Bytes), w, o1);
            value += stride;
        }
        if (weight < end)
        {
            var w = Vector512.Create(*weight);
            e0 = Vector512.FusedMultiplyAdd(TNumber.Load(value), w, e0);
            e1 = Vector512.FusedMultiplyAdd(TNumber.Load(value + 16 * TNumber.Bytes), w, e1);
        }
        e0.Store(even);
        e1.Store(even + 16);
        o0.Store(odd);
        o1.Store(odd + 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add1<TNumber>(byte* value, int stride, float* weight, int count, int parity, float* even, float* odd)
        where TNumber : struct, IKvNumber
    {
        Vector512<float> e0 = Vector512.Load(even);
        Vector512<float> o0 = Vector512.Load(odd);
        var end = weight + count;
        if (parity == 1)
        {
            var w = Vector512.Create(*weight);
            o0 = Vector512.FusedMultiplyAdd(TNumber.Load(value), w, o0);
            value += stride;
            weight++;
        }
        for (; weight + 1 < end; weight += 2)
        {
            var w = Vector512.Create(*weight);
            e0 = Vector512.FusedMultiplyAdd(TNumber.Load(value), w, e0);
            value += stride;
            w = Vector512.Create(weight[1]);
            o0 = Vector512.FusedMultiplyAdd(TNumber.Load(value), w, o0);
            value += stride;
        }
        if (weight < end)
        {
            var w = Vector512.Create(*weight);
            e0 = Vector512.FusedMultiplyAdd(TNumber.Load(value), w, e0);
        }
        e0.Store(even);
        o0.Store(odd);
    }
}
