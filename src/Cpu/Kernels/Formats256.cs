using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DecodeAlign.Cpu;

/// <summary>Reads the weights of a pair of inputs from half a panel, 8 outputs at a time.</summary>
internal unsafe interface IFormat256
{
    /// <summary>Bytes of a pair of inputs.</summary>
    static abstract int PairBytes { get; }

    /// <summary>Bytes from a panel's first half to its second.</summary>
    static abstract int StripBytes { get; }

    /// <summary>Blocks of 32 inputs to fetch ahead of their use.</summary>
    static abstract int BlocksAhead { get; }

    /// <summary>The even input's weights for the outputs of a vector, counted from 0.</summary>
    static abstract Vector256<float> Even(byte* pair, int vector);

    /// <summary>The odd input's weights.</summary>
    static abstract Vector256<float> Odd(byte* pair, int vector);
}

internal readonly unsafe struct F32Format256 : IFormat256
{
    public static int PairBytes => 2 * Sizes.Panel * sizeof(float);

    public static int StripBytes => Sizes.Panel / 2 * sizeof(float);

    public static int BlocksAhead => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Even(byte* pair, int vector) => Vector256.Load((float*)pair + vector * 8);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Odd(byte* pair, int vector) => Vector256.Load((float*)pair + Sizes.Panel + vector * 8);
}

internal readonly unsafe struct Bf16Format256 : IFormat256
{
    public static int PairBytes => Sizes.Panel * sizeof(uint);

    public static int StripBytes => Sizes.Panel / 2 * sizeof(uint);

    public static int BlocksAhead => 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Even(byte* pair, int vector) => (Vector256.Load((uint*)pair + vector * 8) << 16).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Odd(byte* pair, int vector) => (Vector256.Load((uint*)pair + vector * 8) & Vector256.Create(0xFFFF0000u)).AsSingle();
}
