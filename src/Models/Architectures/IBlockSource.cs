namespace DecodeAlign.Models;

/// <summary>A source some of whose matrices are stored in blocks of 32 small integers with a scale each, and for some an offset, which an engine may keep as they are.</summary>
internal interface IBlockSource
{
    /// <summary>Bits that hold the integers of a matrix; 0: it is not stored so.</summary>
    /// <param name="role">What it is for.</param>
    /// <param name="layer">Block index; 0 for roles that are not per layer.</param>
    int BlockBits(WeightRole role, int layer);

    /// <summary>Whether the blocks of a matrix have an offset each; then its integers begin at 0, else they are signed.</summary>
    /// <param name="role">What it is for.</param>
    /// <param name="layer">Block index; 0 for roles that are not per layer.</param>
    bool HasBlockOffsets(WeightRole role, int layer);

    /// <summary>Reads consecutive rows of a matrix that has <see cref="BlockBits"/> as they are stored: a weight is its integer times its block's scale, plus its block's offset. Safe for concurrent calls.</summary>
    /// <param name="role">What it is for.</param>
    /// <param name="layer">Block index; 0 for roles that are not per layer.</param>
    /// <param name="firstRow">First row.</param>
    /// <param name="integers">Receives whole rows.</param>
    /// <param name="scales">Receives one for each 32 of these.</param>
    /// <param name="offsets">Receives as many where the matrix <see cref="HasBlockOffsets"/>; else left alone.</param>
    void ReadBlocks(WeightRole role, int layer, int firstRow, Span<sbyte> integers, Span<float> scales, Span<float> offsets);
}
