namespace DecodeAlign.Models;

/// <summary>The weights of one model, read by role in pieces as large as the reader likes, so that an engine can stream them into its own layout. Reading is safe for concurrent calls.</summary>
public interface IWeightSource : IDisposable
{
    /// <summary>The architecture; every tensor's shape has been checked against it.</summary>
    TransformerDescription Description { get; }

    /// <summary>A name for people, such as the folder's.</summary>
    string Name { get; }

    /// <summary>What its files say that was read otherwise than it is written, one sentence each, naming file and field; mostly empty.</summary>
    IReadOnlyList<string> Warnings => [];

    /// <summary>Whether a tensor is there. Those that the description demands always are.</summary>
    /// <param name="role">What it is for.</param>
    /// <param name="layer">Block index; 0 for roles that are not per layer.</param>
    bool Has(WeightRole role, int layer = 0);

    /// <summary>Reads consecutive rows, converted to f32.</summary>
    /// <param name="role">What it is for.</param>
    /// <param name="layer">Block index; 0 for roles that are not per layer.</param>
    /// <param name="firstRow">First row; vectors have one row.</param>
    /// <param name="destination">Receives whole rows: its length is a multiple of the row length.</param>
    /// <exception cref="KeyNotFoundException">The tensor is not there.</exception>
    /// <exception cref="IOException">The file can't be read.</exception>
    void ReadRows(WeightRole role, int layer, int firstRow, Span<float> destination);
}
