using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DecodeAlign.Cpu;

/// <summary>How a number of the KV cache is stored.</summary>
internal unsafe interface IKvNumber
{
    /// <summary>Bytes of a number.</summary>
    static abstract int Bytes { get; }

    /// <summary>16 neighbours.</summary>
    static abstract Vector512<float> Load(byte* numbers);

    static abstract void Store(byte* number, float value);
}

internal readonly unsafe struct F32Number : IKvNumber
{
    public static int Bytes => sizeof(float);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(byte* numbers) => Vector512.Load((float*)numbers);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(byte* number, float value) => *(float*)number = value;
}

internal readonly unsafe struct Bf16Number : IKvNumber
{
    public static int Bytes => sizeof(ushort);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(byte* numbers) => (Vector512.WidenLower(Vector256.Load((ushort*)numbers).ToVector512Unsafe()) << 16).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(byte* number, float value) => *(ushort*)number = Bf16.Of(value);
}
