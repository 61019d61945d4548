using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DecodeAlign.Cpu;

/// <summary>Elementary functions of 16 floats at a time, the same bits on every lane.</summary>
internal static class VectorMath
{
    /// <summary>e^x within 2 units in the last place for x ≤ 88; 0 below −87.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Exp(Vector512<float> x)
    {
        var clamped = Vector512.Min(Vector512.Max(x, Vector512.Create(-87f)), Vector512.Create(88f));
        var n = Vector512.Round(clamped * Vector512.Create(1.44269504f));
        // ln 2 in two parts, so that the remainder is exact
        var r = Vector512.FusedMultiplyAdd(n, Vector512.Create(-0.693145752f), clamped);
        r = Vector512.FusedMultiplyAdd(n, Vector512.Create(-1.42860677e-6f), r);
        var p = Vector512.Create(1f / 5040);
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1f / 720));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1f / 120));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1f / 24));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1f / 6));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(0.5f));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512<float>.One);
        p = Vector512.FusedMultiplyAdd(p, r, Vector512<float>.One);
        var power = (Vector512.ConvertToInt32(n) + Vector512.Create(127)) << 23;
        return Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512.Create(-87f)), Vector512<float>.Zero, p * power.AsSingle());
    }

    /// <summary>1 / (1 + e^−x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Sigmoid(Vector512<float> x) => Vector512<float>.One / (Vector512<float>.One + Exp(-x));

    /// <summary>tanh x: (1 − e^−2|x|) / (1 + e^−2|x|) with the sign of x, and its series where that would cancel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Tanh(Vector512<float> x)
    {
        var size = Vector512.Abs(x);
        var e = Exp(size * Vector512.Create(-2f));
        var far = (Vector512<float>.One - e) / (Vector512<float>.One + e);
        var square = x * x;
        var near = Vector512.FusedMultiplyAdd(square, Vector512.Create(62f / 2835), Vector512.Create(-17f / 315));
        near = Vector512.FusedMultiplyAdd(near, square, Vector512.Create(2f / 15));
        near = Vector512.FusedMultiplyAdd(near, square, Vector512.Create(-1f / 3));
        near = Vector512.FusedMultiplyAdd(near * square, size, size);
        return Vector512.CopySign(Vector512.ConditionalSelect(Vector512.LessThan(size, Vector512.Create(0.3f)), near, far), x);
    }

    /// <summary>x · σ(x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Silu(Vector512<float> x) => x * Sigmoid(x);

    /// <summary>GELU by its tanh approximation, ½x(1 + tanh u) = x · σ(2u) with u = √(2/π)(x + 0.044715 x³).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> GeluTanh(Vector512<float> x)
    {
        var u = Vector512.FusedMultiplyAdd(x * x * x, Vector512.Create(0.044715f), x);
        return x * Sigmoid(u * Vector512.Create(1.59576912f));
    }

    /// <summary>GELU, ½x(1 + erf(x/√2)), by Abramowitz and Stegun 7.1.26: absolute error of erf below 2e-7.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Gelu(Vector512<float> x)
    {
        var z = Vector512.Abs(x) * Vector512.Create(0.707106781f);
        var t = Vector512<float>.One / Vector512.FusedMultiplyAdd(z, Vector512.Create(0.3275911f), Vector512<float>.One);
        var p = Vector512.Create(1.061405429f);
        p = Vector512.FusedMultiplyAdd(p, t, Vector512.Create(-1.453152027f));
        p = Vector512.FusedMultiplyAdd(p, t, Vector512.Create(1.421413741f));
        p = Vector512.FusedMultiplyAdd(p, t, Vector512.Create(-0.284496736f));
        p = Vector512.FusedMultiplyAdd(p, t, Vector512.Create(0.254829592f));
        // half the complement of erf |z|
        var tail = p * t * Exp(-z * z) * Vector512.Create(0.5f);
        return x * Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512<float>.Zero), tail, Vector512<float>.One - tail);
    }
}
