using System.Runtime.Intrinsics.X86;

namespace DecodeAlign.Cli;

/// <summary>The levels of x86-64 that native builds are compiled for, each with more vector instructions than the one before.</summary>
internal static class InstructionLevel
{
    /// <summary>From the least to the most.</summary>
    public static readonly string[] Names = ["x86-64-v2", "x86-64-v3", "x86-64-v4"];

    /// <summary>The level whose kernels are the fastest here; null: the processor is no x86-64.</summary>
    public static string? OfProcessor() => !X86Base.X64.IsSupported ? null : HasV4() && !SlowsDownWithV4() ? Names[2] : HasV3() ? Names[1] : Names[0];

    /// <summary>What the kernels of a level are called.</summary>
    public static string Kernels(string? level) => level switch
    {
        null => "Vector128",
        "x86-64-v2" => "scalar",
        "x86-64-v3" => "Vector256",
        _ => "Vector512",
    };

    // FMA, MOVBE, OSXSAVE, AVX, F16C; BMI1, AVX2, BMI2; LZCNT
    private static bool HasV3() =>
        Has(Leaf(1).Ecx, 12, 22, 27, 28, 29) && Has(Leaf(7).Ebx, 3, 5, 8) && Has(Leaf(0x80000001).Ecx, 5) && IsSaved(2);

    // AVX-512: F, DQ, CD, BW, VL
    private static bool HasV4() => HasV3() && Has(Leaf(7).Ebx, 16, 17, 28, 30, 31) && IsSaved(5) && IsSaved(6) && IsSaved(7);

    // whether the system keeps a part of the registers: only then may it be used. The size of what is kept reaches to the end of the last part
    private static bool IsSaved(int part)
    {
        var (size, offset, _, _) = Leaf(0xD, part);
        return size > 0 && Leaf(0xD).Ebx >= offset + size;
    }

    // Skylake's, Cascade Lake's and Cooper Lake's servers lower their clock; the JIT compiler keeps to 256 bits there as well
    private static bool SlowsDownWithV4()
    {
        const uint Intel = 0x756E6547;
        var version = Leaf(1).Eax;
        return Leaf(0).Ebx == Intel && ((version >> 8) & 0xF) == 6 && ((version >> 12 & 0xF0) | (version >> 4 & 0xF)) == 0x55;
    }

    private static bool Has(uint register, params ReadOnlySpan<int> bits)
    {
        foreach (var bit in bits)
            if ((register >> bit & 1) == 0) return false;
        return true;
    }

    private static (uint Eax, uint Ebx, uint Ecx, uint Edx) Leaf(uint leaf, int part = 0)
    {
        // what lies above the highest leaf has no meaning
        if (leaf > (uint)X86Base.CpuId((int)(leaf & 0x80000000), 0).Eax) return default;
        var (eax, ebx, ecx, edx) = X86Base.CpuId((int)leaf, part);
        return ((uint)eax, (uint)ebx, (uint)ecx, (uint)edx);
    }
}
