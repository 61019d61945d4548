using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DecodeAlign.Cpu;

/// <summary>Reads the weights of a pair of inputs from half a panel, 4 outputs at a time.</summary>
internal unsafe interface IFormat128
{
    /// <summary>Bytes of a pair of inputs.</summary>
    static abstract int PairBytes { get; }

    /// <summary>Bytes from a panel's first half to its second.</summary>
    static abstract int StripBytes { get; }

    /// <summary>The even input's weights for the outputs of a vector, counted from 0.</summary>
    static abstract Vector128<float> Even(byte* pair, int vector);

    /// <summary>The odd input's weights.</summary>
    static abstract Vector128<float> Odd(byte* pair, int vector);
}

internal readonly unsafe struct F32Format128 : IFormat128
{
    public static int PairBytes => 2 * Sizes.Panel * sizeof(float);

    public static int StripBytes => Sizes.Panel / 2 * sizeof(float);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Even(byte* pair, int vector) => Vector128.Load((float*)pair + vector * 4);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Odd(byte* pair, int vector) => Vector128.Load((float*)pair + Sizes.Panel + vector * 4);
}

internal readonly unsafe struct Bf16Format128 : IFormat128
{
    public static int PairBytes => Sizes.Panel * sizeof(uint);

    public static int StripBytes => Sizes.Panel / 2 * sizeof(uint);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Even(byte* pair, int vector) => (Vector128.Load((uint*)pair + vector * 4) << 16).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Odd(byte* pair, int vector) => (Vector128.Load((uint*)pair + vector * 4) & Vector128.Create(0xFFFF0000u)).AsSingle();
}
