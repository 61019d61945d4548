using System.Numerics;
using System.Runtime.CompilerServices;

namespace DecodeAlign.Models;

/// <summary>The upper 16 bits of f32.</summary>
internal static class BFloat16
{
    /// <summary>As the bits of f32.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Widen(ReadOnlySpan<ushort> source, Span<uint> destination)
    {
        var i = 0;
        for (; i <= source.Length - Vector<ushort>.Count; i += Vector<ushort>.Count)
        {
            Vector.Widen(new Vector<ushort>(source[i..]), out var low, out var high);
            (low << 16).CopyTo(destination[i..]);
            (high << 16).CopyTo(destination[(i + Vector<uint>.Count)..]);
        }
        for (; i < source.Length; i++) destination[i] = (uint)source[i] << 16;
    }
}
