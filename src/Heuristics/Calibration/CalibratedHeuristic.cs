using DecodeAlign.Decoding;

namespace DecodeAlign.Heuristics;

/// <summary>
/// A reward in standard deviations of the base model's samples: z = (r − mean)/deviation, clipped where asked. Multiplying the reward by a positive number, or adding one, changes nothing
/// any more, so λ means nats per standard deviation on any model.
/// </summary>
/// <remarks>By position, mean and deviation are those of unfinished texts of the same length, interpolated linearly: a text is then compared with others as long as it, not with finished ones.</remarks>
public sealed class CalibratedHeuristic : IHeuristic
{
    // interpolation rounds; a bound must not be below a value by that
    private const double Rounding = 1e-12;

    private readonly IHeuristic _heuristic;
    private readonly RewardScale _scale;
    private readonly PositionScale[] _positions;
    private readonly double _clip;

    /// <summary>Puts a heuristic on a scale.</summary>
    /// <param name="heuristic">The heuristic.</param>
    /// <param name="scale">Its scale, as measured.</param>
    /// <param name="byPosition">Whether to use the scale's positions, where it has any. Default: the scale of finished texts at every length.</param>
    /// <param name="clip">Values beyond ±clip become ±clip, above 0; default: none do.</param>
    /// <exception cref="ArgumentException">The scale is not finite, or the clip is not above 0.</exception>
    public CalibratedHeuristic(IHeuristic heuristic, RewardScale scale, bool byPosition = false, double clip = double.PositiveInfinity)
    {
        ArgumentNullException.ThrowIfNull(heuristic);
        ArgumentNullException.ThrowIfNull(scale);
        if (!(clip > 0)) throw new ArgumentException($"the clip of '{heuristic.Name}' must be above 0; it is {clip}", nameof(clip));
        if (!double.IsFinite(scale.Mean) || !double.IsFinite(scale.Unit)) throw new ArgumentException($"the scale of '{heuristic.Name}' is not finite", nameof(scale));
        (_heuristic, _scale, _clip) = (heuristic, scale, clip);
        // where all unfinished texts of a length had one value, the unit of finished ones serves
        _positions = byPosition ? [.. scale.Positions.Select(place => place with { StandardDeviation = place.StandardDeviation > 0 ? place.StandardDeviation : scale.Unit })] : [];
    }

    /// <summary>The heuristic's own name.</summary>
    public string Name => _heuristic.Name;

    /// <inheritdoc/>
    public string? AlignmentInstruction => _heuristic.AlignmentInstruction;

    /// <inheritdoc/>
    public ValueTask ReadyAsync(CancellationToken cancellationToken = default) => _heuristic.ReadyAsync(cancellationToken);

    /// <inheritdoc/>
    public IEnumerable<SessionNeed> Needs(GenerationContext context) => _heuristic.Needs(context);

    /// <inheritdoc/>
    public async ValueTask<IHeuristicSession> OpenAsync(GenerationContext context, ModelSessions sessions, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new Session(this, await _heuristic.OpenAsync(context, sessions, cancellationToken).ConfigureAwait(false), context);
    }

    private double Z(double value, int tokens)
    {
        var (mean, deviation) = At(tokens);
        return Math.Clamp((value - mean) / deviation, -_clip, _clip);
    }

    private (double Mean, double Deviation) At(int tokens)
    {
        if (_positions.Length == 0) return (_scale.Mean, _scale.Unit);
        var after = Array.FindIndex(_positions, place => place.Tokens >= tokens);
        if (after < 0) return (_positions[^1].Mean, _positions[^1].StandardDeviation);
        var high = _positions[after];
        if (after == 0 || high.Tokens == tokens) return (high.Mean, high.StandardDeviation);
        var low = _positions[after - 1];
        var share = (double)(tokens - low.Tokens) / (high.Tokens - low.Tokens);
        return (low.Mean + share * (high.Mean - low.Mean), low.StandardDeviation + share * (high.StandardDeviation - low.StandardDeviation));
    }

    // between two measured lengths z is a quotient of straight lines, which has its extremes at the ends
    private HeuristicBounds Bounds(HeuristicBounds raw, int tokens, int tokensLeft)
    {
        var (least, greatest) = (Z(raw.Least, tokens), Z(raw.Greatest, tokens));
        if (_positions.Length == 0 || tokensLeft == 0) return new(least, greatest);
        foreach (var place in _positions.Where(place => place.Tokens > tokens && place.Tokens < tokens + tokensLeft).Select(place => place.Tokens).Append(tokens + tokensLeft))
            (least, greatest) = (Math.Min(least, Z(raw.Least, place)), Math.Max(greatest, Z(raw.Greatest, place)));
        return new(least - Rounding * Math.Max(1, Math.Abs(least)), greatest + Rounding * Math.Max(1, Math.Abs(greatest)));
    }

    private sealed class Session(CalibratedHeuristic calibrated, IHeuristicSession inner, GenerationContext context) : IHeuristicSession
    {
        private readonly int _root = context.Tree.Depth(context.Root);

        public SessionStatistics Work => inner.Work;

        public async ValueTask ScoreAsync(ReadOnlyMemory<ScoreRequest> requests, Memory<double> values, CancellationToken cancellationToken)
        {
            await inner.ScoreAsync(requests, values, cancellationToken).ConfigureAwait(false);
            for (var i = 0; i < requests.Length; i++)
            {
                // clipping would make a number of what is none
                if (!double.IsFinite(values.Span[i])) throw new HeuristicException(calibrated.Name, $"it returned {values.Span[i]}; a value must be finite");
                values.Span[i] = calibrated.Z(values.Span[i], Tokens(requests.Span[i].Node));
            }
        }

        public HeuristicBounds Bounds(int node, int tokensLeft) => calibrated.Bounds(inner.Bounds(node, tokensLeft), Tokens(node), tokensLeft);

        public int Progress(int node) => inner.Progress(node);

        public void Suggest(int node, ICollection<int> tokens) => inner.Suggest(node, tokens);

        public void Dispose() => inner.Dispose();

        private int Tokens(int node) => context.Tree.Depth(node) - _root;
    }
}
