using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace DecodeAlign.Cpu;

/// <summary>Where to fetch weights ahead of their use, block by block: first in the present panel, then in the one its member uses next, which may belong to another matrix.</summary>
internal unsafe struct PanelStream
{
    /// <summary>Bytes of a cache line.</summary>
    public const int Line = 64;

    private readonly byte* _next;
    private readonly int _blockBytes;
    private byte* _ahead;
    private int _left;

    /// <param name="a">The panel and the next one.</param>
    /// <param name="blockBytes">Bytes of a block.</param>
    /// <param name="distance">Blocks to be ahead: far enough to cover the latency of memory.</param>
    public PanelStream(in PanelArguments a, int blockBytes, int distance)
    {
        _blockBytes = blockBytes;
        _next = a.NextPanel is null ? a.Panel : a.NextPanel;
        _left = Math.Max(0, a.Blocks - distance);
        _ahead = a.Panel + (nint)distance * blockBytes;
    }

    private PanelStream(byte* first, int blockBytes)
    {
        _ahead = first;
        _next = first;
        _blockBytes = blockBytes;
        _left = -1;
    }

    /// <summary>Where a panel is used for several groups of columns: each group fetches its share of the whole next panel, so that none waits for memory.</summary>
    /// <param name="a">The panel and the next one.</param>
    /// <param name="lines">Cache lines that each group fetches a block.</param>
    /// <param name="group">Groups before.</param>
    public static PanelStream Share(in PanelArguments a, int lines, int group)
    {
        var blockBytes = lines * Line;
        return new((a.NextPanel is null ? a.Panel : a.NextPanel) + (nint)group * a.Blocks * blockBytes, blockBytes);
    }

    /// <summary>What to fetch while a block is used.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte* NextBlock()
    {
        if (_left-- == 0) _ahead = _next;
        var block = _ahead;
        _ahead += _blockBytes;
        return block;
    }

    /// <summary>Fetches so many cache lines.</summary>
    /// <returns>What follows them.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* Fetch(byte* data, int lines)
    {
        if (Sse.IsSupported)
            for (; lines > 0; lines--, data += Line) Sse.Prefetch0(data);
        return data;
    }
}
