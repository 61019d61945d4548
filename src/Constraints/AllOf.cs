namespace DecodeAlign.Constraints;

/// <summary>All of several constraints at once: one automaton and one count of the tokens needed, not the greatest of the parts'.</summary>
public sealed class AllOf : TextConstraint
{
    /// <summary>Makes the constraint.</summary>
    /// <param name="constraints">What has to be met.</param>
    /// <exception cref="ArgumentException">There is none, or together they require too many keywords.</exception>
    public AllOf(params IEnumerable<TextConstraint> constraints)
        : this(constraints, default(CancellationToken))
    {
    }

    /// <summary>Makes the constraint.</summary>
    /// <param name="constraints">What has to be met.</param>
    /// <param name="cancellationToken">Ends the work, which may take seconds.</param>
    /// <exception cref="ArgumentException">There is none, or together they require too many keywords.</exception>
    /// <exception cref="OperationCanceledException">The work was ended.</exception>
    public AllOf(IEnumerable<TextConstraint> constraints, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(constraints);
        using var scope = Cancellation.By(cancellationToken);
        var parts = constraints.ToList();
        if (parts.Count == 0 || parts.Contains(null!)) throw new ArgumentException("at least one constraint is needed, and none may be null", nameof(constraints));
        Rules = parts.Select(part => part.Rules).Aggregate((all, part) => all.And(part));
        Name = string.Join("; ", parts.Select(part => part.Name));
        _ = new TextAutomaton(Rules);
    }

    /// <inheritdoc/>
    public override string Name { get; }

    internal override TextRules Rules { get; }
}
