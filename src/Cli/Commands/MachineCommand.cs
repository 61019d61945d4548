using System.CommandLine;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using DecodeAlign.Cpu;

namespace DecodeAlign.Cli;

/// <summary><c>machine</c>: what this build is, and the kernels that it computes with here.</summary>
internal static class MachineCommand
{
    private const string Examples = """
        decodealign machine
        decodealign machine --json
        """;

    public static Command Create(Terminal terminal, Option<bool> json)
    {
        var command = new HelpfulCommand("machine", "Shows what this build is, the kernels that it computes with, and the best that this processor runs.", Examples);
        command.SetAction(parsed =>
        {
            var machine = Describe();
            if (parsed.GetValue(json)) terminal.Out.WriteLine(JsonSerializer.Serialize(machine, CliJson.Readable.MachineOutput));
            else Write(machine, terminal.Out);
            return ExitCode.Done;
        });
        return command;
    }

    private static MachineOutput Describe() => new(
        typeof(MachineCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion,
        RuntimeFeature.IsDynamicCodeSupported ? "managed" : "native",
        NativeBuilds.InstructionSet,
        CpuEngine.Kernels,
        InstructionLevel.Kernels(InstructionLevel.OfProcessor()),
        Environment.ProcessorCount,
        GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);

    private static void Write(MachineOutput machine, TextWriter writer)
    {
        writer.WriteLine($"decodealign {machine.Version}");
        writer.WriteLine($"  build       {machine.Build}, {(machine.InstructionSet is { } compiled ? $"compiled for {compiled}" : "compiled for this processor as it runs")}");
        writer.WriteLine($"  kernels     {machine.Kernels}{(machine.Kernels == machine.BestKernels ? ", the best that this processor runs" : $"; this processor runs {machine.BestKernels}")}");
        writer.WriteLine(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"  processors  {machine.Processors}"));
        writer.WriteLine(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"  memory      {machine.Bytes / 1e9:0.0} GB"));
        if (NativeBuilds.FindLack() is { } lack) writer.WriteLine($"  - {lack}");
    }
}
