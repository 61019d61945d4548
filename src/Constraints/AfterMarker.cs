namespace DecodeAlign.Constraints;

/// <summary>
/// A constraint on what follows the first occurrence of a marker in the generated text, such as the end of a model's reasoning. What stands before the marker is free; the marker has
/// to occur, and is forced where the token limit comes near, or a limit of its own.
/// </summary>
public sealed class AfterMarker : TextConstraint
{
    /// <summary>Most bytes of a marker.</summary>
    public const int MostBytes = 1000;

    /// <summary>Makes the constraint.</summary>
    /// <param name="marker">The marker as it stands in the text; control tokens have no text and can't be one.</param>
    /// <param name="constraint">What holds after it.</param>
    /// <param name="mostTokens">Most tokens up to the end of the marker, those of the marker included; null (default): as many as the token limit leaves. A request is refused where the marker does not fit.</param>
    /// <exception cref="ArgumentException">The marker is empty or too long, <paramref name="mostTokens"/> is below 1, or the constraint begins after a marker itself.</exception>
    public AfterMarker(string marker, TextConstraint constraint, int? mostTokens = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(marker);
        ArgumentNullException.ThrowIfNull(constraint);
        if (System.Text.Encoding.UTF8.GetByteCount(marker) > MostBytes) throw new ArgumentException($"the marker is longer than {MostBytes} bytes", nameof(marker));
        if (mostTokens < 1) throw new ArgumentException($"at least one token stands before the end of the marker; {mostTokens} is too few", nameof(mostTokens));
        if (constraint.Rules.Marker is not null) throw new ArgumentException("the constraint begins after a marker already", nameof(constraint));
        Rules = constraint.Rules with { Marker = marker, MarkerTokens = mostTokens };
        Name = $"after {Short.Of(marker)}{(mostTokens is { } most ? $" within {most} tokens" : "")}: {constraint.Name}";
    }

    /// <inheritdoc/>
    public override string Name { get; }

    internal override TextRules Rules { get; }
}
