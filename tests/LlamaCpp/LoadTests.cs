using System.Diagnostics;
using System.Globalization;
using DecodeAlign.Cpu;
using DecodeAlign.Decoding;
using DecodeAlign.Models;

// one test at a time: memory is measured
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace DecodeAlign.Tests;

/// <summary>Time and memory of loading the same file and of the first token, ours and llama.cpp's (which maps the file and reads it when it is used), one after the other in this process. Times are told, not judged; memory is bounded.</summary>
public sealed class LoadTests : IDisposable
{
    private static readonly TransformerDescription Shape = new()
    {
        Architecture = "llama", VocabularySize = 16384, HiddenSize = 512, IntermediateSize = 1536, LayerCount = 10, HeadCount = 8, KvHeadCount = 4, HeadSize = 64, ContextLength = 512,
        Norm = NormKind.Rms, NormEpsilon = 1e-5f, Activation = ActivationKind.SiluGated, Rope = new() { Theta = 10000 }, TiedEmbeddings = true, EosIds = [2],
    };

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("Q8_0", WeightFormat.Q8)]
    [InlineData("Q4_K", WeightFormat.Q8)]
    [InlineData("Q4_K", WeightFormat.Q4)]
    [InlineData("BF16", WeightFormat.BF16)]
    [InlineData("F32", WeightFormat.F32)]
    public void Load_SameFile_TakesNoMoreThanItsWeightsInTheChosenFormat(string type, WeightFormat format)
    {
        Assert.SkipUnless(File.Exists("/proc/self/clear_refs"), "peak memory is read from Linux's /proc");
        var path = _folder.File("model.gguf");
        Export(path, type);
        var parameters = 0L;
        var ours = Measure(() =>
        {
            using var weights = ModelFolder.Open(path).OpenWeights();
            var engine = CpuEngine.Load(weights, new() { Threads = 2, WeightFormat = format, KvBudgetBytes = 1 << 26 }, "");
            parameters = engine.Facts.ParameterCount;
            return engine;
        }, First);
        var theirs = Measure(() => new LlamaCppModel(path, 512), model => model.LogProbabilities([1]));
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{type}, {parameters / 1e6:0.0}M parameters, file {new FileInfo(path).Length >> 20} MiB: here as {format} {ours}; llama.cpp {theirs}"));
        // integers, a scale for each 32, and an offset where the type has them
        var perWeight = format switch { WeightFormat.F32 => 4, WeightFormat.BF16 => 2, WeightFormat.Q8 => 1.125, _ => 0.625 } + (type == "Q4_K" ? 0.125 : 0);
        Assert.InRange(ours.Bytes, 0, (long)(parameters * perWeight * 1.1) + (48 << 20));
    }

    // on its own, so that nothing of it is still alive when memory is measured
    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static void Export(string path, string type)
    {
        using var weights = new RandomWeights(Shape, 1, deviation: 0.03);
        File.WriteAllBytes(path, GgufExport.Write(weights, "llama", type, GgufVocabulary.Numbered(Shape.VocabularySize)));
    }

    private static void First(CpuEngine engine)
    {
        var tree = new TokenTree();
        using var session = engine.Open(tree, 16);
        var node = tree.AddRoot([1]);
        engine.Forward([new(session, node, 0, 1)], [new() { Node = node, LogProbabilities = new double[engine.Facts.VocabularySize] }]);
    }

    private sealed record Cost(double Loaded, double First, double Processor, long Bytes)
    {
        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"loaded after {Loaded:0.000} s, first token after {First:0.000} s ({Processor:0.000} s of processor), peak +{Bytes >> 20} MiB");
    }

    private static Cost Measure<T>(Func<T> load, Action<T> useOnce) where T : IDisposable
    {
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        var before = Status("VmRSS:");
        File.WriteAllText("/proc/self/clear_refs", "5");
        var (started, processor) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        using var loaded = load();
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        useOnce(loaded);
        return new(seconds, Stopwatch.GetElapsedTime(started).TotalSeconds, (Environment.CpuUsage.TotalTime - processor).TotalSeconds, Status("VmHWM:") - before);
    }

    private static long Status(string field) =>
        long.Parse(File.ReadLines("/proc/self/status").First(line => line.StartsWith(field, StringComparison.Ordinal))[field.Length..].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture) << 10;
}
