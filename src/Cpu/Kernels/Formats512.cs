using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DecodeAlign.Cpu;

/// <summary>Reads the weights of a pair of inputs from a block, 16 outputs at a time.</summary>
internal unsafe interface IFormat512
{
    /// <summary>Bytes of a pair of inputs.</summary>
    static abstract int PairBytes { get; }

    /// <summary>Cache lines of a pair.</summary>
    static abstract int StreamLines { get; }

    /// <summary>Blocks to fetch ahead.</summary>
    static abstract int BlocksAhead { get; }

    /// <summary>The even input's weights for the outputs of a vector (0, 1 or 2).</summary>
    static abstract Vector512<float> Even(byte* pair, int vector);

    /// <summary>The odd input's weights.</summary>
    static abstract Vector512<float> Odd(byte* pair, int vector);
}

internal readonly unsafe struct F32Format512 : IFormat512
{
    public static int PairBytes => 2 * Sizes.Panel * sizeof(float);

    public static int StreamLines => 6;

    public static int BlocksAhead => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Even(byte* pair, int vector) => Vector512.Load((float*)pair + vector * 16);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Odd(byte* pair, int vector) => Vector512.Load((float*)pair + Sizes.Panel + vector * 16);
}

internal readonly unsafe struct Bf16Format512 : IFormat512
{
    public static int PairBytes => Sizes.Panel * sizeof(uint);

    public static int StreamLines => 3;

    public static int BlocksAhead => 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Even(byte* pair, int vector) => (Vector512.Load((uint*)pair + vector * 16) << 16).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Odd(byte* pair, int vector) => (Vector512.Load((uint*)pair + vector * 16) & Vector512.Create(0xFFFF0000u)).AsSingle();
}
