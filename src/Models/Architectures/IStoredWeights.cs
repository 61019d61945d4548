namespace DecodeAlign.Models;

/// <summary>How a file holds the numbers of a matrix.</summary>
internal enum StoredNumbers
{
    /// <summary>In 16 or 32 bits, of which bf16 can't hold all.</summary>
    Wide,

    /// <summary>As bf16.</summary>
    BFloat16,

    /// <summary>As integers of 5 to 8 bits.</summary>
    Integers,

    /// <summary>As integers of 4 bits.</summary>
    FourBits,
}

/// <summary>A source that knows how its file holds a matrix.</summary>
internal interface IStoredWeights
{
    /// <param name="role">What it is for; it must be there.</param>
    /// <param name="layer">Block index; 0 for roles that are not per layer.</param>
    StoredNumbers StoredAs(WeightRole role, int layer);
}
