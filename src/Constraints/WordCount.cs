namespace DecodeAlign.Constraints;

/// <summary>The generated text has so many words: runs of characters other than white space that hold a letter or digit; "well-known" is one word. One that the prompt began is not counted again.</summary>
public sealed class WordCount : TextConstraint
{
    /// <summary>Default of the tokens after which a text that may begin no further word is closed.</summary>
    public const int DefaultClosingTokens = 6;

    /// <summary>Makes the constraint.</summary>
    /// <param name="least">Least number of words; at least 0.</param>
    /// <param name="most">Greatest number; <see cref="int.MaxValue"/>: none.</param>
    /// <param name="closingTokens">
    /// Tokens that may follow the one that began the last word; then only those that bring the end nearer are allowed, so that a model that has no words left does not
    /// fill its tokens with dashes and quotes. At least 1; default 6; <see cref="int.MaxValue"/>: never.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The least number is negative, the greatest is lower, or no closing token is left.</exception>
    public WordCount(int least, int most, int closingTokens = DefaultClosingTokens)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(closingTokens, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(least);
        ArgumentOutOfRangeException.ThrowIfLessThan(most, least);
        Rules = new() { Words = new(least, most), ClosingTokens = closingTokens };
    }

    /// <inheritdoc/>
    public override string Name => $"words {Rules.Words}";

    internal override TextRules Rules { get; }
}
