using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using DecodeAlign.Cli;
using DecodeAlign.Cpu;

namespace DecodeAlign.Tests;

public class InstructionLevelTests
{
    // the runtime finds out by itself what the processor has and the system keeps
    [Fact]
    public void OfProcessor_OnThisMachine_IsWhatTheRuntimeUses() =>
        Assert.Equal(!X86Base.X64.IsSupported ? null : Vector512.IsHardwareAccelerated ? "x86-64-v4" : Avx2.IsSupported && Fma.IsSupported && Bmi2.IsSupported && Lzcnt.IsSupported ? "x86-64-v3" : "x86-64-v2", InstructionLevel.OfProcessor());

    [Fact]
    public void Kernels_OfTheProcessorsLevel_AreTheEngines() => Assert.Equal(CpuEngine.Kernels, InstructionLevel.Kernels(InstructionLevel.OfProcessor()));

    [Theory]
    [InlineData("x86-64-v4", "x86-64-v2 x86-64-v3 x86-64-v4", "x86-64-v4")]
    [InlineData("x86-64-v3", "x86-64-v2 x86-64-v3 x86-64-v4", "x86-64-v3")]
    [InlineData("x86-64-v2", "x86-64-v2 x86-64-v3 x86-64-v4", "x86-64-v2")]
    [InlineData("x86-64-v4", "x86-64-v2 x86-64-v3", "x86-64-v3")]
    [InlineData("x86-64-v3", "x86-64-v2 x86-64-v4", "x86-64-v2")]
    [InlineData("x86-64-v2", "x86-64-v3", null)]
    public void Find_OfTheBuildsBesideEachOther_IsTheBestThatTheProcessorRuns(string best, string builds, string? expected)
    {
        using var folder = new TempFolder();
        var suffix = OperatingSystem.IsWindows() ? ".exe" : "";
        foreach (var level in builds.Split(' ')) File.WriteAllText(folder.File($"decodealign-{level}{suffix}"), "");
        Assert.Equal(expected is null ? null : folder.File($"decodealign-{expected}{suffix}"), NativeBuilds.Find(folder.Path, best));
    }
}
