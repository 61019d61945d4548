namespace DecodeAlign.Constraints;

/// <summary>
/// A constraint on what follows the first occurrence of a marker in the generated text, such as the end of a model's reasoning. What stands before the marker is free; the marker has
/// to occur, and is forced where the token limit comes near.
/// </summary>
public sealed class AfterMarker : TextConstraint
{
    /// <summary>Most bytes of a marker.</summary>
    public const int MostBytes = 1000;

    /// <summary>Makes the constraint.</summary>
    /// <param name="marker">The marker as it stands in the text; control tokens have no text and can't be one.</param>
    /// <param name="constraint">What holds after it.</param>
    /// <exception cref="ArgumentException">The marker is empty or too long, or the constraint begins after a marker itself.</exception>
    public AfterMarker(string marker, TextConstraint constraint)
    {
        ArgumentException.ThrowIfNullOrEmpty(marker);
        ArgumentNullException.ThrowIfNull(constraint);
        if (System.Text.Encoding.UTF8.GetByteCount(marker) > MostBytes) throw new ArgumentException($"the marker is longer than {MostBytes} bytes", nameof(marker));
        if (constraint.Rules.Marker is not null) throw new ArgumentException("the constraint begins after a marker already", nameof(constraint));
        Rules = constraint.Rules with { Marker = marker };
        Name = $"after {Short.Of(marker)}: {constraint.Name}";
    }

    /// <inheritdoc/>
    public override string Name { get; }

    internal override TextRules Rules { get; }
}
