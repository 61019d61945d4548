namespace DecodeAlign.Cpu;

/// <summary>
/// What each pass over a panel fetches, where strips and groups of columns take several: its share of the next panel, so that none waits for memory; or where two panels are too large to stay near,
/// or there is one pass, the first fetches what it uses next.
/// </summary>
internal unsafe struct PanelPasses
{
    // half of the caches of the second level that are common
    private const int Room = 256 << 10;

    private readonly int _blockBytes;
    private readonly int _steps;
    private readonly int _distance;
    private readonly int _share;
    private int _left;
    private int _pass;

    /// <param name="a">The panel and the next one.</param>
    /// <param name="blockBytes">Bytes of a block.</param>
    /// <param name="steps">Steps that a block is fetched in.</param>
    /// <param name="distance">Blocks to be ahead, where the first pass fetches what it uses next.</param>
    /// <param name="passes">Passes.</param>
    public PanelPasses(in PanelArguments a, int blockBytes, int steps, int distance, int passes)
    {
        _blockBytes = blockBytes;
        _steps = steps;
        _distance = passes == 1 || 2L * a.Blocks * blockBytes > Room ? distance : 0;
        _left = blockBytes / steps / PanelStream.Line;
        _share = _distance > 0 ? _left : (_left + passes - 1) / passes;
    }

    /// <summary>The next pass.</summary>
    /// <param name="a">The panel and the next one.</param>
    /// <param name="lines">Cache lines that it fetches in each step.</param>
    public PanelStream Next(in PanelArguments a, out int lines)
    {
        lines = Math.Min(_share, _left);
        _left -= lines;
        return _distance > 0 ? new(a, _blockBytes, _distance) : PanelStream.Share(a, _share * _steps, _pass++);
    }
}
