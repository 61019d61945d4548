using DecodeAlign.Models;

namespace DecodeAlign.Torch;

/// <summary>
/// Rotary positions as products of complex numbers: the loader puts the two halves of what turns of each head side by side, so that a pair is a complex number.
/// Angles are computed in double precision.
/// </summary>
internal sealed class Rotary : IDisposable
{
    private readonly Tensor _frequencies;
    private readonly Tensor _lengths;

    public Rotary(RopeDescription rope, int headSize, torch.Device device)
    {
        using var frequencies = torch.tensor(rope.Frequencies(headSize), ScalarType.Float64);
        _frequencies = frequencies.to(device);
        using var lengths = torch.tensor(Enumerable.Repeat(rope.Magnitude, rope.TurnedOf(headSize) / 2).ToArray());
        _lengths = lengths.to(device);
    }

    /// <summary>(rows) positions become (rows, 1, turned numbers / 2) complex numbers whose length is the magnitude.</summary>
    public Tensor Turns(Tensor positions, int rows)
    {
        using var column = positions.view(rows, 1, 1);
        using var exact = column.to_type(ScalarType.Float64);
        using var angles = exact.mul(_frequencies);
        using var turns = torch.polar(_lengths, angles);
        return turns.to_type(ScalarType.ComplexFloat32);
    }

    public void Dispose()
    {
        _frequencies.Dispose();
        _lengths.Dispose();
    }
}
