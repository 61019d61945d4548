namespace DecodeAlign.Cli;

/// <summary>The native builds of this program: one for each level of instructions, beside each other and beside the launcher, which runs the best for the processor.</summary>
internal static class NativeBuilds
{
    /// <summary>The property that the project gives a native build.</summary>
    private const string Property = "DecodeAlign.InstructionSet";

    /// <summary>The instructions that this program was compiled for; null: it is compiled as it runs, for the processor that there is.</summary>
    public static string? InstructionSet { get; } = AppContext.GetData(Property) as string;

    /// <summary>The build that is to run; null: there is none that the processor runs.</summary>
    /// <param name="folder">Where the builds lie.</param>
    /// <param name="best">The best level that the processor runs.</param>
    public static string? Find(string folder, string best)
    {
        for (var level = Array.IndexOf(InstructionLevel.Names, best); level >= 0; level--)
            if (Path.Combine(folder, NameOf(InstructionLevel.Names[level])) is var path && File.Exists(path)) return path;
        return null;
    }

    /// <summary>What is to be said where the processor runs vectors and this build has none; null: nothing.</summary>
    public static string? FindLack() => InstructionSet == InstructionLevel.Names[0] && InstructionLevel.OfProcessor() is { } best && best != InstructionSet
        ? $"this build's kernels are those of {InstructionSet}, and this processor runs those of {best}, which are many times faster: run {NameOf(best)} of the same release, or decodealign, which chooses"
        : null;

    private static string NameOf(string level) => $"decodealign-{level}{(OperatingSystem.IsWindows() ? ".exe" : "")}";
}
