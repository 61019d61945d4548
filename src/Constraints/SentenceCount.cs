namespace DecodeAlign.Constraints;

/// <summary>
/// The generated text has so many sentences: a full stop, exclamation mark, question mark or ellipsis that white space follows ends one (closing quotes and brackets may stand
/// between), and so does the end of the text after at least one letter or digit. Abbreviations such as "Mr. Fox" are read as ends.
/// </summary>
public sealed class SentenceCount : TextConstraint
{
    /// <summary>Makes the constraint.</summary>
    /// <param name="least">Least number of sentences; at least 0.</param>
    /// <param name="most">Greatest number; <see cref="int.MaxValue"/>: none.</param>
    /// <exception cref="ArgumentOutOfRangeException">The least number is negative, or the greatest is lower.</exception>
    public SentenceCount(int least, int most)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(least);
        ArgumentOutOfRangeException.ThrowIfLessThan(most, least);
        Rules = new() { Sentences = new(least, most) };
    }

    /// <inheritdoc/>
    public override string Name => $"sentences {Rules.Sentences}";

    internal override TextRules Rules { get; }
}
