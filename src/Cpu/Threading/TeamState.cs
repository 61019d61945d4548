using System.Runtime.InteropServices;

namespace DecodeAlign.Cpu;

/// <summary>What the members of a team share, on cache lines of their own.</summary>
[StructLayout(LayoutKind.Explicit, Size = 512)]
internal struct TeamState
{
    private const int PhaseBits = 16;

    /// <summary>Number of the present job.</summary>
    [FieldOffset(128)] public int Job;

    /// <summary>The phase in progress.</summary>
    [FieldOffset(256)] public long Phase;

    /// <summary>Items of the phase that are reported done.</summary>
    [FieldOffset(384)] public int Done;

    public static long FirstPhase(int job) => (long)(job & 0x7FFFFF) << PhaseBits;

    /// <summary>A phase that no member ever is in: nothing can be claimed.</summary>
    public static long Closed(int job) => FirstPhase(job) | (1L << PhaseBits) - 1;
}

/// <summary>How far a member's share of a phase is claimed, by it or by others, on a cache line of its own.</summary>
[StructLayout(LayoutKind.Explicit, Size = 128)]
internal struct Claim
{
    /// <summary>Bits that count items.</summary>
    public const int ItemBits = 24;

    /// <summary>The phase, and below it how many items of the share are claimed; an earlier phase: none yet.</summary>
    [FieldOffset(0)] public long Value;
}
