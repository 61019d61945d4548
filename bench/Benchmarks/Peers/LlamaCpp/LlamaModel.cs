using LLama;
using LLama.Common;
using LLama.Native;

namespace DecodeAlign.Benchmarks;

/// <summary>A GGUF file in llama.cpp, through LLamaSharp.</summary>
internal sealed class LlamaModel : IDisposable
{
    private readonly ModelParams _options;
    private readonly LLamaWeights _weights;

    static LlamaModel() => NativeLogConfig.llama_log_set((level, message) =>
    {
        if (level == LLamaLogLevel.Error) Console.Error.Write(message);
    });

    public LlamaModel(string path, int threads)
    {
        _options = new(path) { Threads = threads, BatchThreads = threads, GpuLayerCount = 0 };
        _weights = LLamaWeights.LoadFromFile(_options);
    }

    /// <summary>A context for so many sequences of so many tokens at most, which have <paramref name="shared"/> in common.</summary>
    public LlamaSequences Open(LlamaSettings settings, int sequences, int tokens, int shared = 0)
    {
        var room = settings.Unified ? shared + sequences * (tokens - shared) : sequences * Pages(tokens);
        var options = _options with
        {
            ContextSize = (uint)Pages(room), SeqMax = (uint)sequences, BatchSize = 2048, UBatchSize = 512, FlashAttention = settings.Flash, KVUnified = settings.Unified, TypeK = settings.Kv, TypeV = settings.Kv,
        };
        return new(_weights.CreateContext(options));
    }

    public void Dispose() => _weights.Dispose();

    // llama.cpp rounds up by itself: said here so that each sequence has its share
    private static int Pages(int tokens) => (tokens + 255) / 256 * 256;
}
