namespace DecodeAlign.Cpu;

/// <summary>Memory of 16 slots, in parts as <see cref="KvLayout"/> says.</summary>
internal sealed unsafe class KvPage(KvChunk chunk, byte* start)
{
    public KvChunk Chunk => chunk;

    /// <summary>The first part.</summary>
    public byte* Start => start;

    /// <summary>Who uses it: sessions, and what is kept of prompts. Guarded by the pool's lock.</summary>
    public int Users { get; set; }

    /// <summary>Copies all that another page of the same pool holds.</summary>
    public void CopyFrom(KvPage other)
    {
        var layout = chunk.Layout;
        for (long part = 0, offset = 0; part < layout.Parts; part++, offset += layout.ValuesOffset)
            new Span<byte>(other.Start + offset, layout.PartBytes).CopyTo(new(start + offset, layout.PartBytes));
    }
}

/// <summary>Neighbouring pages in one piece of memory, so that they lie in huge pages of the system. Guarded by the pool's lock.</summary>
internal sealed unsafe class KvChunk(KvLayout layout) : IDisposable
{
    private readonly NativeBuffer _memory = new(layout.ChunkBytes);
    private int _taken;

    public KvLayout Layout => layout;

    /// <summary>Pages that nobody uses.</summary>
    public int Idle { get; set; }

    public bool IsFull => _taken == layout.ChunkPages;

    public bool IsUnused => Idle == _taken;

    /// <summary>A page not handed out before.</summary>
    public KvPage Take() => new(this, _memory.Pointer + (long)_taken++ * layout.PartBytes);

    public void Dispose() => _memory.Dispose();
}
