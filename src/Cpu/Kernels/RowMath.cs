using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using DecodeAlign.Models;

namespace DecodeAlign.Cpu;

/// <summary>Norms, rotations and activations of one row.</summary>
internal static unsafe class RowMath
{
    private const int Lanes = 16;

    /// <summary>y = x / rms(x) · weight. In place where y is x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void RmsNorm(float* x, float* weight, float* y, int width, float epsilon)
    {
        var squares = Vector512<float>.Zero;
        var i = 0;
        for (; i + Lanes <= width; i += Lanes)
        {
            var v = Vector512.Load(x + i);
            squares = Vector512.FusedMultiplyAdd(v, v, squares);
        }
        var sum = Vector512.Sum(squares);
        for (; i < width; i++) sum += x[i] * x[i];
        var scale = 1 / MathF.Sqrt(sum / width + epsilon);
        for (i = 0; i + Lanes <= width; i += Lanes) (Vector512.Load(x + i) * scale * Vector512.Load(weight + i)).Store(y + i);
        for (; i < width; i++) y[i] = x[i] * scale * weight[i];
    }

    /// <summary>y = (x − mean) / deviation · weight + bias.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void LayerNorm(float* x, float* weight, float* bias, float* y, int width, float epsilon)
    {
        var total = Vector512<float>.Zero;
        var i = 0;
        for (; i + Lanes <= width; i += Lanes) total += Vector512.Load(x + i);
        var sum = Vector512.Sum(total);
        for (; i < width; i++) sum += x[i];
        var mean = sum / width;
        var squares = Vector512<float>.Zero;
        for (i = 0; i + Lanes <= width; i += Lanes)
        {
            var v = Vector512.Load(x + i) - Vector512.Create(mean);
            squares = Vector512.FusedMultiplyAdd(v, v, squares);
        }
        var variance = Vector512.Sum(squares);
        for (; i < width; i++) variance += (x[i] - mean) * (x[i] - mean);
        var scale = 1 / MathF.Sqrt(variance / width + epsilon);
        for (i = 0; i < width; i++) y[i] = (x[i] - mean) * scale * weight[i] + (bias is null ? 0 : bias[i]);
    }

    /// <summary>Rotates the pairs (i, i + half) of a head by the row's angles.</summary>
    /// <param name="head">One head.</param>
    /// <param name="half">Half the head's size.</param>
    /// <param name="cosines">One for each pair.</param>
    /// <param name="sines">One for each pair.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rotate(float* head, int half, float* cosines, float* sines)
    {
        var i = 0;
        for (; i + Lanes <= half; i += Lanes)
        {
            var (a, b) = (Vector512.Load(head + i), Vector512.Load(head + half + i));
            var (c, s) = (Vector512.Load(cosines + i), Vector512.Load(sines + i));
            (a * c - b * s).Store(head + i);
            (b * c + a * s).Store(head + half + i);
        }
        for (; i < half; i++)
        {
            var (a, b) = (head[i], head[half + i]);
            head[i] = a * cosines[i] - b * sines[i];
            head[half + i] = b * cosines[i] + a * sines[i];
        }
    }

    /// <summary>head ·= factor.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Scale(float* head, int size, float factor)
    {
        var i = 0;
        for (; i + Lanes <= size; i += Lanes) (Vector512.Load(head + i) * factor).Store(head + i);
        for (; i < size; i++) head[i] *= factor;
    }

    /// <summary>y = SiLU(gate) · up, for 48 values.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SiluGated(float* gate, float* up, float* y)
    {
        for (var i = 0; i < Sizes.Panel; i += Lanes) (VectorMath.Silu(Vector512.Load(gate + i)) * Vector512.Load(up + i)).Store(y + i);
    }

    /// <summary>y = GELU(gate) · up by the tanh approximation, for 48 values.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void GeluGated(float* gate, float* up, float* y)
    {
        for (var i = 0; i < Sizes.Panel; i += Lanes) (VectorMath.GeluTanh(Vector512.Load(gate + i)) * Vector512.Load(up + i)).Store(y + i);
    }

    /// <summary>x += factor · y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddScaled(float* x, float* y, int width, float factor)
    {
        var i = 0;
        for (; i + Lanes <= width; i += Lanes) Vector512.FusedMultiplyAdd(Vector512.Load(y + i), Vector512.Create(factor), Vector512.Load(x + i)).Store(x + i);
        for (; i < width; i++) x[i] = MathF.FusedMultiplyAdd(y[i], factor, x[i]);
    }

    /// <summary>x = cap · tanh(x / cap), in place; what lies past the width, to whole vectors, must be readable and is overwritten.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Cap(float* x, int width, float cap)
    {
        var inverse = Vector512.Create(1 / cap);
        for (var i = 0; i < width; i += Lanes) (VectorMath.Tanh(Vector512.Load(x + i) * inverse) * cap).Store(x + i);
    }

    /// <summary>GELU of 48 values in place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gelu(float* y, ActivationKind kind)
    {
        for (var i = 0; i < Sizes.Panel; i += Lanes)
        {
            var v = Vector512.Load(y + i);
            (kind == ActivationKind.Gelu ? VectorMath.Gelu(v) : VectorMath.GeluTanh(v)).Store(y + i);
        }
    }
}
