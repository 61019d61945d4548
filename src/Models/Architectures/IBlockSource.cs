namespace DecodeAlign.Models;

/// <summary>A source some of whose matrices are stored in blocks of 32 small integers with a scale each, which an engine may keep as they are.</summary>
internal interface IBlockSource
{
    /// <summary>Reads consecutive rows of a matrix as they are stored: a weight is its integer times its block's scale. Safe for concurrent calls.</summary>
    /// <param name="role">What it is for.</param>
    /// <param name="layer">Block index; 0 for roles that are not per layer.</param>
    /// <param name="firstRow">First row.</param>
    /// <param name="integers">Receives whole rows.</param>
    /// <param name="scales">Receives one for each 32 of these.</param>
    /// <returns>False: it is not stored so, and nothing was written.</returns>
    bool TryReadBlocks(WeightRole role, int layer, int firstRow, Span<sbyte> integers, Span<float> scales);
}
