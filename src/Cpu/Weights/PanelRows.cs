using DecodeAlign.Models;

namespace DecodeAlign.Cpu;

/// <summary>The 48 rows of a panel on their way into it, as numbers or as integers with a scale for each block. One thread at a time.</summary>
internal sealed unsafe class PanelRows(IWeightSource source)
{
    private readonly IBlockSource? _blockSource = source as IBlockSource;
    private int _bits;
    private int _inputs;
    private int _blocks;
    private int _filled;
    private float[] _read = [];
    private float[] _numbers = [];
    private sbyte[] _integers = [];
    private float[] _scales = [];

    /// <summary>Begins an empty panel.</summary>
    public void Begin(PackedMatrix matrix)
    {
        _bits = PanelFormat.IntegerBits(matrix.Format);
        (_inputs, _blocks) = (matrix.Inputs, matrix.Blocks);
        _filled = 0;
        if (_numbers.Length < Sizes.Panel * Stride) _numbers = new float[Sizes.Panel * Stride];
        if (_bits > 0 && _integers.Length < Sizes.Panel * Stride) (_integers, _scales) = (new sbyte[Sizes.Panel * Stride], new float[Sizes.Panel * _blocks]);
    }

    /// <summary>Reads rows of a tensor, which follow those that were read before.</summary>
    public void Read(WeightRole role, int layer, int row, int lane, int count)
    {
        _filled = lane + count;
        if (_bits > 0 && Stride == _inputs && _blockSource?.BlockBits(role, layer) is > 0 and var stored && stored <= _bits)
        {
            _blockSource.ReadBlocks(role, layer, row, _integers.AsSpan(lane * Stride, count * Stride), _scales.AsSpan(lane * _blocks, count * _blocks));
            return;
        }
        var numbers = _numbers.AsSpan(lane * Stride, count * Stride);
        if (Stride == _inputs) source.ReadRows(role, layer, row, numbers);
        else ReadPadded(role, layer, row, numbers, count);
        if (_bits == 0) return;
        fixed (float* first = numbers)
        fixed (sbyte* integers = &_integers[lane * Stride])
        fixed (float* scales = &_scales[lane * _blocks])
            if (_bits == 8) PanelFormat.Round(first, count * _blocks, integers, scales);
            else NibbleRounding.Round(first, count * _blocks, integers, scales);
    }

    /// <summary>Packs what was read; rows that are missing are 0.</summary>
    public void Pack(PackedMatrix matrix, int panel)
    {
        if (_bits > 0)
        {
            _integers.AsSpan(_filled * Stride, (Sizes.Panel - _filled) * Stride).Clear();
            _scales.AsSpan(_filled * _blocks, (Sizes.Panel - _filled) * _blocks).Clear();
            matrix.Pack(panel, _integers.AsSpan(0, Sizes.Panel * Stride), _scales.AsSpan(0, Sizes.Panel * _blocks));
            return;
        }
        _numbers.AsSpan(_filled * Stride, (Sizes.Panel - _filled) * Stride).Clear();
        matrix.Pack(panel, _numbers.AsSpan(0, Sizes.Panel * Stride));
    }

    private int Stride => _blocks * Sizes.Block;

    private void ReadPadded(WeightRole role, int layer, int row, Span<float> numbers, int count)
    {
        if (_read.Length < Sizes.Panel * _inputs) _read = new float[Sizes.Panel * _inputs];
        var read = _read.AsSpan(0, count * _inputs);
        source.ReadRows(role, layer, row, read);
        numbers.Clear();
        for (var i = 0; i < count; i++) read.Slice(i * _inputs, _inputs).CopyTo(numbers[(i * Stride)..]);
    }
}
