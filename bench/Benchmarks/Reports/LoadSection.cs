using DecodeAlign.Cpu;
using DecodeAlign.Models;

namespace DecodeAlign.Benchmarks;

/// <summary>Loading a bf16 folder in each format, beside reading its file into memory on one thread. The file lies in the system's cache.</summary>
internal static class LoadSection
{
    private const string Shape = "SmolLM2-135M";

    public static IEnumerable<ContestResult> Run(EngineReport report)
    {
        var formats = Enum.GetValues<WeightFormat>().Where(format => report.Wants(Name(format))).ToArray();
        if (formats.Length == 0) yield break;
        var folder = Directory.CreateTempSubdirectory("decodealign-bench-").FullName;
        try
        {
            var file = ModelFolderFile.Write(folder, Shapes.Of(Shape));
            Console.WriteLine(FormattableString.Invariant($"\n| loading {file / 1e6:0} MB of bf16 as | seconds | best | × reading |\n|---|---|---|---|"));
            foreach (var format in formats)
            {
                // a token is a call here
                var contest = new Contest(Name(format), 1, () => Load(folder, format, report.Threads), 1, () => Read(Path.Combine(folder, "model.safetensors")));
                contest.WarmUp();
                for (var round = 0; round < report.Rounds; round++) contest.Round(1);
                var result = contest.Result();
                Console.WriteLine(FormattableString.Invariant($"| {Shape} {format} | {1 / result.TokensPerSecond:0.000} | {1 / result.BestTokensPerSecond:0.000} | {1 / result.Ratio:0.0} |"));
                yield return result;
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Name(WeightFormat format) => $"load/{Shape}/{format}";

    private static void Load(string folder, WeightFormat format, int threads)
    {
        using var weights = ModelFolder.Open(folder).OpenWeights();
        CpuEngine.Load(weights, new() { Threads = threads, WeightFormat = format, KvBudgetBytes = 1 << 24 }, NumberedTokens.Fingerprint).Dispose();
    }

    private static unsafe void Read(string path)
    {
        using var file = File.OpenHandle(path);
        using var memory = NativeBuffer.Untouched(RandomAccess.GetLength(file));
        for (var offset = 0L; offset < memory.Bytes;) offset += RandomAccess.Read(file, new Span<byte>(memory.Pointer + offset, (int)Math.Min(1 << 20, memory.Bytes - offset)), offset);
    }
}
