using DecodeAlign.Cpu;
using DecodeAlign.Models;

namespace DecodeAlign.Benchmarks;

/// <summary>The files of a shape, written as they are asked for and deleted at the end, and what loads from them.</summary>
internal sealed class PeerFiles(string shape, int threads) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("decodealign-peers-").FullName;

    public string Path(GgufRounding rounding)
    {
        var path = System.IO.Path.Combine(_folder, $"{rounding.Name}.gguf");
        if (!File.Exists(path)) PeerModelFile.Write(path, Shapes.Of(shape), rounding);
        return path;
    }

    /// <param name="format">How weights are kept.</param>
    /// <param name="fingerprint">Of the tokenizer, where one is used with it.</param>
    public CpuEngine LoadOurs(PeerFormat format, string fingerprint = "") => LoadOurs(Path(format.Roundings[0]), format.Ours, threads, fingerprint);

    public static CpuEngine LoadOurs(string path, WeightFormat format, int threads, string fingerprint = "")
    {
        using var weights = ModelFolder.Open(path).OpenWeights();
        return CpuEngine.Load(weights, new() { Threads = threads, WeightFormat = format, KvBudgetBytes = 1L << 30 }, fingerprint);
    }

    public LlamaModel LoadLlama(GgufRounding rounding) => new(Path(rounding), threads);

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
