namespace DecodeAlign.Constraints;

/// <summary>The generated text has so many characters (Unicode scalar values), white space included.</summary>
public sealed class CharacterCount : TextConstraint
{
    private static readonly Dfa WholeCharacters = Cancellation.Never(() => Determiniser.Compile(Pattern.Anything));

    /// <summary>Makes the constraint.</summary>
    /// <param name="least">Least number of characters; at least 0.</param>
    /// <param name="most">Greatest number; <see cref="int.MaxValue"/>: none.</param>
    /// <exception cref="ArgumentOutOfRangeException">The least number is negative, or the greatest is lower.</exception>
    public CharacterCount(int least, int most)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(least);
        ArgumentOutOfRangeException.ThrowIfLessThan(most, least);
        Rules = new() { Characters = new(least, most), Pattern = WholeCharacters };
    }

    /// <inheritdoc/>
    public override string Name => $"characters {Rules.Characters}";

    internal override TextRules Rules { get; }
}
