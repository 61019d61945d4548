using DecodeAlign.Models;

namespace DecodeAlign.Torch;

/// <summary>
/// Rotary positions as products of complex numbers: the loader puts the two halves of each head side by side, so that a pair is a complex number.
/// Angles are computed in double precision.
/// </summary>
internal sealed class Rotary : IDisposable
{
    private readonly Tensor _frequencies;
    private readonly Tensor _ones;

    public Rotary(RopeDescription rope, int headSize, torch.Device device)
    {
        using var frequencies = torch.tensor(rope.Frequencies(headSize), ScalarType.Float64);
        _frequencies = frequencies.to(device);
        _ones = torch.ones([headSize / 2], ScalarType.Float64, device);
    }

    /// <summary>(rows) positions become (rows, 1, head size / 2) complex numbers of length 1.</summary>
    public Tensor Turns(Tensor positions, int rows)
    {
        using var column = positions.view(rows, 1, 1);
        using var exact = column.to_type(ScalarType.Float64);
        using var angles = exact.mul(_frequencies);
        using var turns = torch.polar(_ones, angles);
        return turns.to_type(ScalarType.ComplexFloat32);
    }

    public void Dispose()
    {
        _frequencies.Dispose();
        _ones.Dispose();
    }
}
