using LLama;
using LLama.Common;
using LLama.Native;

namespace DecodeAlign.Tests;

/// <summary>llama.cpp on a GGUF file, through LLamaSharp.</summary>
internal sealed class LlamaCppModel : IDisposable
{
    private readonly LLamaWeights _weights;
    private readonly LLamaContext _context;

    static LlamaCppModel() => NativeLogConfig.llama_log_set((level, message) =>
    {
        if (level == LLamaLogLevel.Error) Console.Error.Write(message);
    });

    public LlamaCppModel(string path, int context)
    {
        var options = new ModelParams(path) { ContextSize = (uint)context, Threads = 2, BatchThreads = 2, GpuLayerCount = 0, FlashAttention = false, TypeK = GGMLType.GGML_TYPE_F32, TypeV = GGMLType.GGML_TYPE_F32 };
        _weights = LLamaWeights.LoadFromFile(options);
        _context = _weights.CreateContext(options);
    }

    public int[] Tokenize(string text, bool addSpecial) => [.. _context.Tokenize(text, addBos: addSpecial, special: true).Select(token => (int)token)];

    /// <summary>Log-probabilities of what follows each token of a path.</summary>
    public double[][] LogProbabilities(int[] path)
    {
        _context.NativeHandle.MemoryClear();
        var batch = new LLamaBatch();
        for (var i = 0; i < path.Length; i++) batch.Add(path[i], i, LLamaSeqId.Zero, logits: true);
        var result = _context.NativeHandle.Decode(batch);
        if (result != DecodeResult.Ok) throw new InvalidOperationException($"llama.cpp: {result}");
        return [.. Enumerable.Range(0, path.Length).Select(i => LogSoftmax(_context.NativeHandle.GetLogitsIth(i)))];
    }

    public void Dispose()
    {
        _context.Dispose();
        _weights.Dispose();
    }

    private static double[] LogSoftmax(ReadOnlySpan<float> logits)
    {
        var values = new double[logits.Length];
        var greatest = double.NegativeInfinity;
        foreach (var logit in logits) greatest = Math.Max(greatest, logit);
        var sum = 0.0;
        foreach (var logit in logits) sum += Math.Exp(logit - greatest);
        for (var i = 0; i < values.Length; i++) values[i] = logits[i] - greatest - Math.Log(sum);
        return values;
    }
}
