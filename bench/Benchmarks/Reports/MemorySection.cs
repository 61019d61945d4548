using System.Diagnostics;
using System.Globalization;
using DecodeAlign.Cpu;
using DecodeAlign.Models;

namespace DecodeAlign.Benchmarks;

/// <summary>Peak memory of a process that loads a bf16 folder and runs it, beside 1.25 times its file and the KV budget.</summary>
internal static class MemorySection
{
    private const string Shape = "SmolLM2-135M";
    private const long KvBudget = 16 << 20;

    public static IEnumerable<ContestResult> Run(EngineReport report)
    {
        const string Name = $"memory/{Shape}/BF16";
        if (!report.Wants(Name)) return [];
        var folder = Directory.CreateTempSubdirectory("decodealign-bench-").FullName;
        try
        {
            var file = ModelFolderFile.Write(folder, Shapes.Of(Shape));
            using var child = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [.. Self(), "memory-probe", folder, report.Threads.ToString(CultureInfo.InvariantCulture)]) { RedirectStandardOutput = true })!;
            var peak = long.Parse(child.StandardOutput.ReadToEnd(), CultureInfo.InvariantCulture);
            child.WaitForExit();
            var allowed = 1.25 * file + KvBudget;
            Console.WriteLine(FormattableString.Invariant(
                $"\nPeak memory of a process that loads and runs a bf16 folder of {Shape}'s shape: {peak / 1e6:0} MB, of which {KvBudget / 1e6:0} MB KV budget; the file has {file / 1e6:0} MB; without the KV budget {(peak - KvBudget) / (double)file:0.00} × the file."));
            return [new() { Name = Name, Ratio = allowed / peak }];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>What the child process does: loads, evaluates a prompt, decodes, and prints its peak.</summary>
    public static void Probe(string folder, int threads)
    {
        CpuEngine engine;
        using (var weights = ModelFolder.Open(folder).OpenWeights())
            engine = CpuEngine.Load(weights, new() { Threads = threads, WeightFormat = WeightFormat.BF16, KvBudgetBytes = KvBudget }, NumberedTokens.Fingerprint);
        using var run = new EngineCase(engine, 128, 8);
        for (var i = 0; i < 20; i++) run.Decode();
        using var process = Process.GetCurrentProcess();
        Console.WriteLine(process.PeakWorkingSet64.ToString(CultureInfo.InvariantCulture));
    }

    // run by the dotnet host, the program is its first argument
    private static string[] Self() => Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(MemorySection).Assembly.Location] : [];
}
