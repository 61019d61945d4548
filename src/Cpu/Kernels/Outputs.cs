using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DecodeAlign.Cpu;

/// <summary>What kernels do with the sums of a column.</summary>
internal static unsafe class Outputs
{
    /// <summary>Stores three vectors of sums, added to what is there where asked.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* y, Vector128<float> v0, Vector128<float> v1, Vector128<float> v2, bool add)
    {
        if (add)
        {
            v0 += Vector128.Load(y);
            v1 += Vector128.Load(y + 4);
            v2 += Vector128.Load(y + 8);
        }
        v0.Store(y);
        v1.Store(y + 4);
        v2.Store(y + 8);
    }

    /// <inheritdoc cref="Store(float*, Vector128{float}, Vector128{float}, Vector128{float}, bool)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* y, Vector256<float> v0, Vector256<float> v1, Vector256<float> v2, bool add)
    {
        if (add)
        {
            v0 += Vector256.Load(y);
            v1 += Vector256.Load(y + 8);
            v2 += Vector256.Load(y + 16);
        }
        v0.Store(y);
        v1.Store(y + 8);
        v2.Store(y + 16);
    }

    /// <inheritdoc cref="Store(float*, Vector128{float}, Vector128{float}, Vector128{float}, bool)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* y, Vector512<float> v0, Vector512<float> v1, Vector512<float> v2, bool add)
    {
        if (add)
        {
            v0 += Vector512.Load(y);
            v1 += Vector512.Load(y + 16);
            v2 += Vector512.Load(y + 32);
        }
        v0.Store(y);
        v1.Store(y + 16);
        v2.Store(y + 32);
    }
}
