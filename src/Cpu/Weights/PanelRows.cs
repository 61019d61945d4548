using DecodeAlign.Models;

namespace DecodeAlign.Cpu;

/// <summary>The 48 rows of a panel on their way into it, as numbers or as integers with a scale, and perhaps an offset, for each block. One thread at a time.</summary>
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
    private float[] _readOffsets = [];
    private float[] _offsets = [];
    private int _offsetStride;

    /// <summary>Begins an empty panel.</summary>
    public void Begin(PackedMatrix matrix)
    {
        _bits = PanelFormat.IntegerBits(matrix.Format);
        (_inputs, _blocks) = (matrix.Inputs, matrix.Blocks);
        _filled = 0;
        if (_numbers.Length < Sizes.Panel * Stride) _numbers = new float[Sizes.Panel * Stride];
        if (_bits > 0 && _integers.Length < Sizes.Panel * Stride) (_integers, _scales) = (new sbyte[Sizes.Panel * Stride], new float[Sizes.Panel * _blocks]);
        _offsetStride = matrix.BlockOffsets is { } offsets ? offsets.Blocks * Sizes.Block : 0;
        if (_offsets.Length < Sizes.Panel * _offsetStride) (_offsets, _readOffsets) = (new float[Sizes.Panel * _offsetStride], new float[Sizes.Panel * _offsetStride]);
        _offsets.AsSpan(0, Sizes.Panel * _offsetStride).Clear();
    }

    /// <summary>Reads rows of a tensor, which follow those that were read before.</summary>
    public void Read(WeightRole role, int layer, int row, int lane, int count)
    {
        _filled = lane + count;
        if (_bits > 0 && Stride == _inputs && _blockSource?.BlockBits(role, layer) is > 0 and var stored && stored <= _bits)
        {
            var hasOffsets = _blockSource.HasBlockOffsets(role, layer);
            _blockSource.ReadBlocks(role, layer, row, _integers.AsSpan(lane * Stride, count * Stride), _scales.AsSpan(lane * _blocks, count * _blocks), _readOffsets.AsSpan(0, hasOffsets ? count * _blocks : 0));
            if (!hasOffsets) Lift(lane, count);
            else
                for (var i = 0; i < count; i++) _readOffsets.AsSpan(i * _blocks, _blocks).CopyTo(_offsets.AsSpan((lane + i) * _offsetStride));
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
        Lift(lane, count);
    }

    /// <summary>Signed integers of 4 bits beside others with offsets: from 0 too, with an offset that takes it back.</summary>
    private void Lift(int lane, int count)
    {
        if (_offsetStride == 0 || _bits > 4) return;
        foreach (ref var integer in _integers.AsSpan(lane * Stride, count * Stride)) integer += 8;
        for (var i = lane; i < lane + count; i++)
            for (var block = 0; block < _blocks; block++) _offsets[i * _offsetStride + block] = -8 * _scales[i * _blocks + block];
    }

    /// <summary>Packs what was read; rows that are missing are 0.</summary>
    public void Pack(PackedMatrix matrix, int panel)
    {
        if (_bits > 0)
        {
            _integers.AsSpan(_filled * Stride, (Sizes.Panel - _filled) * Stride).Clear();
            _scales.AsSpan(_filled * _blocks, (Sizes.Panel - _filled) * _blocks).Clear();
            matrix.Pack(panel, _integers.AsSpan(0, Sizes.Panel * Stride), _scales.AsSpan(0, Sizes.Panel * _blocks), _offsets.AsSpan(0, Sizes.Panel * _offsetStride));
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
