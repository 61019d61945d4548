namespace DecodeAlign.Cpu;

/// <summary>Room for the columns of a product: rows of activations, normalised, and rounded where weights are integers.</summary>
internal sealed unsafe class ColumnRoom(int rows, int width, int roundedWidth) : IDisposable
{
    private readonly NativeBuffer _normed = NativeBuffer.OfFloats((long)rows * width);
    private readonly NativeBuffer _rounded = new((long)rows * roundedWidth * sizeof(short));
    private readonly NativeBuffer _steps = NativeBuffer.OfFloats((long)rows * roundedWidth / Sizes.Block);

    private readonly NativeBuffer _offsets = new((long)rows * roundedWidth / Sizes.Block * sizeof(int));
    private readonly NativeBuffer _sums = NativeBuffer.OfFloats((long)rows * SumsOf(roundedWidth));

    public float* Normed(int row) => _normed.Floats + (long)row * width;

    public int NormedStride => width;

    public short* Rounded(int row) => (short*)_rounded.Pointer + (long)row * roundedWidth;

    public int RoundedStride => roundedWidth;

    public float* Steps(int row) => _steps.Floats + (long)row * StepStride;

    public int* Offsets(int row) => (int*)_offsets.Pointer + (long)row * StepStride;

    public int StepStride => roundedWidth / Sizes.Block;

    /// <summary>Each block's sum, where the matrix has <see cref="PackedMatrix.BlockOffsets"/>; read to whole blocks of them.</summary>
    public float* Sums(int row) => _sums.Floats + (long)row * SumStride;

    public int SumStride => SumsOf(roundedWidth);

    /// <summary>Rounds a row of activations for a matrix.</summary>
    public void Round(PackedMatrix matrix, int row, float* x)
    {
        var steps = Steps(row);
        var offsets = Offsets(row);
        Rounding.Row(x, matrix.Blocks, Rounded(row), steps, offsets);
        if (matrix.BlockOffsets is not { } added) return;
        var sums = Sums(row);
        new Span<float>(sums, added.Blocks * Sizes.Block).Clear();
        for (var block = 0; block < matrix.Blocks; block++)
        {
            // -8 times the block's sum of integers, which nibbles from 0 don't need
            sums[block] = steps[block] * (offsets[block] / -8);
            offsets[block] = 0;
        }
    }

    public void Dispose()
    {
        _normed.Dispose();
        _rounded.Dispose();
        _steps.Dispose();
        _offsets.Dispose();
        _sums.Dispose();
    }

    private static int SumsOf(int width) => Sizes.RoundUp(width / Sizes.Block, Sizes.Block);
}

/// <summary>What the columns of a product are made from.</summary>
/// <param name="rows">The first row.</param>
/// <param name="stride">Floats from one row to the next.</param>
/// <param name="norm">Weights of the norm; null: the rows are taken as they are.</param>
/// <param name="normBias">Biases of the norm, where it has some.</param>
/// <param name="firstRead">Where only rows that are read are columns: the first of them; else −1.</param>
internal readonly unsafe struct ColumnSource(float* rows, int stride, NativeBuffer? norm = null, NativeBuffer? normBias = null, int firstRead = -1)
{
    public readonly NativeBuffer? Norm = norm;
    public readonly NativeBuffer? NormBias = normBias;

    public int Stride => stride;

    public float* Rows => rows;

    public int FirstRead => firstRead;
}
