using DecodeAlign.Models;

namespace DecodeAlign.Cpu;

/// <summary>The angles of rotary positions, computed in double precision.</summary>
internal sealed unsafe class Rotary(RopeDescription rope, int headSize)
{
    private readonly double[] _frequencies = rope.Frequencies(headSize);

    /// <summary>Pairs of a head that turn.</summary>
    public int Pairs => _frequencies.Length;

    /// <summary>The cosines of all pairs, then the sines.</summary>
    public void Angles(int position, float* destination)
    {
        for (var i = 0; i < _frequencies.Length; i++)
        {
            var (sine, cosine) = Math.SinCos(position * _frequencies[i]);
            destination[i] = (float)(cosine * rope.Magnitude);
            destination[_frequencies.Length + i] = (float)(sine * rope.Magnitude);
        }
    }
}
