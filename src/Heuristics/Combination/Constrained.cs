using DecodeAlign.Decoding;

namespace DecodeAlign.Heuristics;

/// <summary>
/// One reward, subject to thresholds on others, as its Lagrangian: min(r, cap) + Σ μᵢ·min(0, rᵢ − tᵢ) (constrained reward maximisation, arXiv 2310.04373). A part that has reached its
/// threshold adds nothing more, and the objective counts only up to the cap, the point until which it is a good proxy. The multipliers are fixed here; <see cref="DualAscent"/> adapts them over rounds of answers.
/// </summary>
public sealed class Constrained : Combination, IThresholdHeuristic
{
    private readonly double _cap;
    private readonly Threshold[] _thresholds;

    /// <summary>Makes the combination.</summary>
    /// <param name="objective">The reward to maximise.</param>
    /// <param name="thresholds">What the others must reach, and how much a unit that is missing costs.</param>
    /// <param name="cap">The objective counts up to this value; default: without end.</param>
    /// <exception cref="ArgumentException">A threshold is not finite, a multiplier is negative or not finite, or the cap is NaN or −∞.</exception>
    public Constrained(IHeuristic objective, IEnumerable<Threshold> thresholds, double cap = double.PositiveInfinity)
        : base(thresholds is null ? null! : [objective, .. thresholds.Select(threshold => threshold.Heuristic)])
    {
        _thresholds = [.. thresholds!];
        _cap = cap > double.NegativeInfinity ? cap : throw new ArgumentException($"the cap of '{objective.Name}' must be a number; it is {cap}", nameof(cap));
        IHeuristic[] parts = [.. _thresholds.Select(threshold => threshold.Heuristic)];
        CentredPart.Check(parts, [.. _thresholds.Select(threshold => threshold.Least)], double.IsFinite, "threshold", "a finite number");
        CentredPart.Check(parts, [.. _thresholds.Select(threshold => threshold.Multiplier)], value => value >= 0 && double.IsFinite(value), "multiplier", "a finite number, at least 0");
    }

    /// <inheritdoc/>
    public IHeuristic Objective => Parts[0];

    /// <inheritdoc/>
    public IReadOnlyList<HeuristicThreshold> Thresholds => [.. _thresholds.Select(threshold => new HeuristicThreshold(threshold.Heuristic, threshold.Least, threshold.Multiplier))];

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">There are not as many as thresholds, or one is negative or not finite.</exception>
    public IHeuristic WithMultipliers(IReadOnlyList<double> multipliers)
    {
        ArgumentNullException.ThrowIfNull(multipliers);
        return multipliers.Count == _thresholds.Length
            ? new Constrained(Objective, _thresholds.Zip(multipliers, (threshold, multiplier) => threshold with { Multiplier = multiplier }), _cap)
            : throw new ArgumentException($"{multipliers.Count} multipliers for {_thresholds.Length} thresholds", nameof(multipliers));
    }

    /// <summary><c>constrained</c>.</summary>
    public override string Name => "constrained";

    /// <inheritdoc/>
    public override double Combine(ReadOnlySpan<double> values)
    {
        var sum = Math.Min(values[0], _cap);
        for (var i = 0; i < _thresholds.Length; i++)
            if (_thresholds[i].Multiplier > 0) sum += _thresholds[i].Multiplier * Math.Min(0, values[i + 1] - _thresholds[i].Least);
        return sum;
    }
}

/// <summary>What a reward must reach.</summary>
/// <param name="Heuristic">The reward.</param>
/// <param name="Least">The value that suffices; any finite number.</param>
/// <param name="Multiplier">What a unit below it costs, in units of the objective; at least 0. Default 10.</param>
public readonly record struct Threshold(IHeuristic Heuristic, double Least, double Multiplier = 10);
