using DecodeAlign.Decoding;

namespace DecodeAlign.Heuristics;

/// <summary>
/// An ensemble with pessimism: mean − β·deviation of the gains (rᵢ − refᵢ)/scaleᵢ, weighted; a lower confidence bound, which a text reaches only where the rewards agree that it is good (reward-model ensembles against
/// overoptimisation, arXiv 2310.02743; their variance there is the deviation here, so that β has no unit). The deviation is that of the parts as they are (divided by their number, or the sum of their weights).
/// </summary>
/// <remarks>With β·√(n − 1) ≤ 1 the value never falls as a part rises; with more it may, and its bounds are then wider: what the mean can reach, less what the deviation can.</remarks>
public sealed class Pessimistic : Combination
{
    private readonly CentredPart[] _parts;
    private readonly double _beta;
    private readonly double[] _shares;

    /// <summary>Makes the ensemble.</summary>
    /// <param name="beta">β: what a unit of deviation costs; a finite number, at least 0.</param>
    /// <param name="parts">The rewards with their references, scales and weights; on one scale, for a deviation between different units says nothing.</param>
    /// <exception cref="ArgumentException">There is no part; β, a reference, a scale or a weight is out of its range.</exception>
    public Pessimistic(double beta, params IEnumerable<CentredPart> parts)
        : base(parts?.Select(part => part.Heuristic)!)
    {
        if (!(double.IsFinite(beta) && beta >= 0)) throw new ArgumentException($"β must be a finite number, at least 0; it is {beta}", nameof(beta));
        (_beta, _parts) = (beta, CentredPart.Checked(parts!));
        var sum = _parts.Sum(part => part.Weight);
        _shares = [.. _parts.Select(part => part.Weight / sum)];
    }

    /// <summary><c>pessimistic</c>.</summary>
    public override string Name => "pessimistic";

    /// <inheritdoc/>
    public override double Combine(ReadOnlySpan<double> values)
    {
        var mean = Mean(values);
        return double.IsInfinity(mean) ? mean : mean - _beta * Deviation(values, mean);
    }

    /// <inheritdoc/>
    protected override double Rounding => 1e-12;

    // the mean rises with a part by its share p, the deviation by at most √(p·(1 − p)): with β·√((1 − p)/p) ≤ 1 for each the whole rises
    private protected override (double Least, double Greatest) Within(ReadOnlySpan<double> least, ReadOnlySpan<double> greatest)
    {
        if (Array.TrueForAll(_shares, share => _beta * Math.Sqrt((1 - share) / share) <= 1)) return base.Within(least, greatest);
        var (low, high) = (double.PositiveInfinity, double.NegativeInfinity);
        for (var i = 0; i < _parts.Length; i++) (low, high) = (Math.Min(low, _parts[i].Gain(least[i])), Math.Max(high, _parts[i].Gain(greatest[i])));
        // a deviation is at most half the range
        return (Mean(least) - _beta * (high - low) / 2, Mean(greatest));
    }

    private double Mean(ReadOnlySpan<double> values)
    {
        var mean = 0.0;
        for (var i = 0; i < _parts.Length; i++) mean += _shares[i] * _parts[i].Gain(values[i]);
        return mean;
    }

    private double Deviation(ReadOnlySpan<double> values, double mean)
    {
        var variance = 0.0;
        for (var i = 0; i < _parts.Length; i++)
        {
            var apart = _parts[i].Gain(values[i]) - mean;
            variance += _shares[i] * apart * apart;
        }
        return Math.Sqrt(variance);
    }
}
