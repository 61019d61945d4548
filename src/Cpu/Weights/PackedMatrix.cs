namespace DecodeAlign.Cpu;

/// <summary>
/// A matrix (outputs × inputs) in panels of 48 outputs, each panel input by input, so that one vector load brings the weights of neighbouring
/// outputs for one input and every output has one accumulation chain. Inputs are padded to blocks of 32, outputs to whole panels, with zeros.
/// </summary>
internal sealed unsafe class PackedMatrix : IDisposable
{
    private readonly NativeArena? _own;
    private readonly byte* _data;
    private readonly NativeBuffer? _bias;

    /// <param name="panels">Panels of 48 outputs.</param>
    /// <param name="inputs">Columns of the matrix.</param>
    /// <param name="format">How weights are stored.</param>
    /// <param name="bias">Whether there are biases.</param>
    /// <param name="arena">Where the weights go; null: memory of its own.</param>
    /// <param name="blockOffsets">Whether integers have an offset for each block beside the scale.</param>
    public PackedMatrix(int panels, int inputs, WeightFormat format, bool bias, NativeArena? arena = null, bool blockOffsets = false)
    {
        Panels = panels;
        Format = format;
        Inputs = inputs;
        Blocks = Sizes.RoundUp(inputs, Sizes.Block) / Sizes.Block;
        PanelBytes = (long)Blocks * PanelFormat.BlockBytes(format);
        if (arena is null) arena = _own = new(PanelBytes * panels);
        _data = arena.Take(PanelBytes * panels);
        if (blockOffsets) BlockOffsets = new(panels, Blocks, WeightFormat.F32, bias: false, _own is null ? arena : null);
        if (bias) _bias = NativeBuffer.OfFloats((long)panels * Sizes.Panel);
    }

    public WeightFormat Format { get; }

    public int Panels { get; }

    public int Inputs { get; }

    /// <summary>Blocks of 32 inputs.</summary>
    public int Blocks { get; }

    public long PanelBytes { get; }

    /// <summary>Panels that are used together: 2 where gate and up alternate.</summary>
    public int Step { get; init; } = 1;

    /// <summary>
    /// Where integers have an offset for each block: these offsets, a matrix that has the blocks for inputs. What it gives for the blocks' sums of activations is added to the products,
    /// and nibbles are the integers themselves, from 0.
    /// </summary>
    public PackedMatrix? BlockOffsets { get; }

    /// <summary>The matrix that a pass uses after this one.</summary>
    public PackedMatrix? After { get; set; }

    public byte* Panel(int panel) => _data + panel * PanelBytes;

    /// <summary>The biases of a panel; null where the matrix has none.</summary>
    public float* Bias(int panel) => _bias is null ? null : _bias.Floats + (long)panel * Sizes.Panel;

    /// <summary>Packs the 48 rows of a panel of numbers.</summary>
    /// <param name="panel">Index of the panel.</param>
    /// <param name="rows">48 rows of whole blocks, row-major; what lies past the matrix is 0.</param>
    public void Pack(int panel, ReadOnlySpan<float> rows)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(rows.Length, Sizes.Panel * Blocks * Sizes.Block);
        fixed (float* first = rows)
            for (var block = 0; block < Blocks; block++)
            {
                var source = first + block * Sizes.Block;
                var destination = Panel(panel) + (long)block * PanelFormat.BlockBytes(Format);
                if (Format == WeightFormat.F32) PanelFormat.EncodeF32(source, Blocks * Sizes.Block, (float*)destination);
                else PanelFormat.EncodeBf16(source, Blocks * Sizes.Block, (uint*)destination);
            }
    }

    /// <summary>Packs the 48 rows of a panel of integers.</summary>
    /// <param name="panel">Index of the panel.</param>
    /// <param name="rows">48 rows of whole blocks, row-major; what lies past the matrix is 0.</param>
    /// <param name="scales">For each row a scale for each block.</param>
    /// <param name="offsets">Where there are <see cref="BlockOffsets"/>: 48 rows of these, whole blocks of them.</param>
    public void Pack(int panel, ReadOnlySpan<sbyte> rows, ReadOnlySpan<float> scales, ReadOnlySpan<float> offsets = default)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(rows.Length, Sizes.Panel * Blocks * Sizes.Block);
        ArgumentOutOfRangeException.ThrowIfNotEqual(scales.Length, Sizes.Panel * Blocks);
        fixed (sbyte* first = rows)
        fixed (float* firstScale = scales)
            for (var block = 0; block < Blocks; block++)
            {
                var destination = Panel(panel) + (long)block * PanelFormat.BlockBytes(Format);
                if (Format == WeightFormat.Q8) PanelFormat.EncodeQ8(first + block * Sizes.Block, Blocks * Sizes.Block, firstScale + block, Blocks, destination);
                else PanelFormat.EncodeQ4(first + block * Sizes.Block, Blocks * Sizes.Block, firstScale + block, Blocks, destination, Zero);
            }
        BlockOffsets?.Pack(panel, offsets);
    }

    /// <summary>One row of the matrix as f32, padded with zeros to whole blocks.</summary>
    public void Unpack(int row, float* destination)
    {
        var lane = row % Sizes.Panel;
        var block = Panel(row / Sizes.Panel);
        var offset = BlockOffsets is null ? null : (float*)BlockOffsets.Panel(row / Sizes.Panel) + lane;
        for (var b = 0; b < Blocks; b++, block += PanelFormat.BlockBytes(Format), destination += Sizes.Block)
            if (PanelFormat.IntegerBits(Format) == 0) PanelFormat.DecodeLane(Format, block, lane, destination);
            else PanelFormat.DecodeIntegers(Format, block, lane, Zero, offset is null ? 0 : offset[b * Sizes.Panel], destination);
    }

    /// <summary>What stands for 0 in a panel of 4 bits: 8 where integers are signed.</summary>
    private int Zero => Format == WeightFormat.Q4 && BlockOffsets is null ? 8 : 0;

    public void Dispose()
    {
        _own?.Dispose();
        _bias?.Dispose();
        if (_own is not null) BlockOffsets?.Dispose();
    }
}
