namespace DecodeAlign.Cpu;

/// <summary>Native memory of arbitrary content, handed out piece by piece from large chunks, so that neighbours share huge pages; freed all at once. The system gives it where it is first written, by whichever thread does.</summary>
internal sealed unsafe class NativeArena(long chunkBytes) : IDisposable
{
    private readonly List<NativeBuffer> _chunks = [];
    private long _used;

    /// <summary>Memory on a cache-line boundary, valid until the arena is freed.</summary>
    public byte* Take(long bytes)
    {
        var rounded = (bytes + NativeBuffer.Alignment - 1) / NativeBuffer.Alignment * NativeBuffer.Alignment;
        if (_chunks.Count == 0 || _used + rounded > _chunks[^1].Bytes)
        {
            _chunks.Add(NativeBuffer.Untouched(Math.Max(rounded, chunkBytes)));
            _used = 0;
        }
        var pointer = _chunks[^1].Pointer + _used;
        _used += rounded;
        return pointer;
    }

    /// <summary>Frees all pieces; new ones can be taken.</summary>
    public void Dispose()
    {
        foreach (var chunk in _chunks) chunk.Dispose();
        _chunks.Clear();
    }
}
