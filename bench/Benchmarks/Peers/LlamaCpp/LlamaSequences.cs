using LLama;
using LLama.Native;

namespace DecodeAlign.Benchmarks;

/// <summary>The sequences of a llama.cpp context, and a batch of tokens to go on with.</summary>
internal sealed class LlamaSequences(LLamaContext context) : IDisposable
{
    private readonly LLamaBatch _batch = new();

    public SafeLLamaContextHandle Handle => context.NativeHandle;

    /// <summary>Starts sequence 0 anew.</summary>
    /// <param name="prompt">Its tokens; what follows the last one can be read at <c>prompt.Length − 1</c>.</param>
    public void Prefill(ReadOnlySpan<int> prompt)
    {
        Handle.MemoryClear(false);
        Begin();
        for (var i = 0; i < prompt.Length; i++) Add(prompt[i], i, 0, i == prompt.Length - 1);
        Decode();
    }

    public void Begin() => _batch.Clear();

    /// <summary>Another token of the batch.</summary>
    public void Add(int token, int position, int sequence, bool read = true) => _batch.Add(token, position, (LLamaSeqId)sequence, read);

    public void Decode()
    {
        var result = Handle.Decode(_batch);
        if (result != DecodeResult.Ok) throw new InvalidOperationException($"llama.cpp: {result}");
    }

    /// <summary>Logits after a token of the last batch, until the next.</summary>
    public Span<float> Logits(int place) => Handle.GetLogitsIth(place);

    /// <summary>A sequence becomes another's copy.</summary>
    public void Copy(int from, int to)
    {
        Handle.MemorySequenceRemove((LLamaSeqId)to, -1, -1);
        Handle.MemorySequenceCopy((LLamaSeqId)from, (LLamaSeqId)to, -1, -1);
    }

    /// <summary>Takes a sequence's tokens off from a position on.</summary>
    public void Cut(int sequence, int position) => Handle.MemorySequenceRemove((LLamaSeqId)sequence, position, -1);

    public void Dispose() => context.Dispose();
}
