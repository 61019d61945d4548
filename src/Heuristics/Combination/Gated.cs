using DecodeAlign.Decoding;

namespace DecodeAlign.Heuristics;

/// <summary>A weighted sum whose weights a gate reads from the prompt (ArmoRM, arXiv 2406.12845): one request may ask for truth, another for warmth.</summary>
/// <remarks>The gate is called once for each request; it must be safe for concurrent calls. The gate of the paper is itself learned; this takes any function.</remarks>
public sealed class Gated : IHeuristic
{
    private readonly IHeuristic[] _parts;
    private readonly Func<string, IReadOnlyList<double>> _gate;

    /// <summary>Makes the combination.</summary>
    /// <param name="gate">The weights for a prompt: a finite number for each part.</param>
    /// <param name="parts">The objectives.</param>
    /// <exception cref="ArgumentException">There is no part.</exception>
    public Gated(Func<string, IReadOnlyList<double>> gate, params IEnumerable<IHeuristic> parts)
    {
        ArgumentNullException.ThrowIfNull(gate);
        ArgumentNullException.ThrowIfNull(parts);
        (_gate, _parts) = (gate, [.. parts]);
        if (_parts.Length == 0 || _parts.Contains(null!)) throw new ArgumentException("a combination needs at least one part, and none may be null", nameof(parts));
    }

    /// <summary><c>gated</c>.</summary>
    public string Name => "gated";

    /// <inheritdoc/>
    public async ValueTask ReadyAsync(CancellationToken cancellationToken = default)
    {
        foreach (var part in _parts) await part.ReadyAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public IEnumerable<SessionNeed> Needs(GenerationContext context) => _parts.SelectMany(part => part.Needs(context));

    /// <inheritdoc/>
    /// <exception cref="HeuristicException">The gate threw, or gave weights that are too few, too many or not finite.</exception>
    public ValueTask<IHeuristicSession> OpenAsync(GenerationContext context, ModelSessions sessions, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        return For(context.Prompt).OpenAsync(context, sessions, cancellationToken);
    }

    /// <summary>The sum that a prompt gets.</summary>
    /// <exception cref="HeuristicException">As <see cref="OpenAsync"/>.</exception>
    public WeightedSum For(string prompt)
    {
        try
        {
            var weights = _gate(prompt);
            if (weights is null || weights.Count != _parts.Length) throw new HeuristicException(Name, $"the gate gave {weights?.Count ?? 0} weights for {_parts.Length} parts");
            return new(_parts.Zip(weights));
        }
        catch (Exception fault) when (fault is not HeuristicException)
        {
            throw new HeuristicException(Name, $"the gate failed: {fault.Message}", fault);
        }
    }
}
