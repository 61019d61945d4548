namespace DecodeAlign.Constraints;

/// <summary>The text ends where a sentence does: with a full stop, exclamation mark, question mark or ellipsis, which closing quotes and brackets may follow. At least one word stands before it.</summary>
public sealed class SentenceEnd : TextConstraint
{
    /// <summary>Default of the tokens before the limit within which the end of a sentence is the end of the text.</summary>
    public const int DefaultEndingTokens = 16;

    /// <summary>Default of the words before the greatest number within which the end of a sentence is the end of the text.</summary>
    public const int DefaultEndingWords = 8;

    /// <summary>Makes the constraint.</summary>
    /// <param name="endingTokens">
    /// With so many tokens left or fewer, the text ends at the first sentence that does, where all else is met, instead of beginning one that would be cut off.
    /// At most a quarter of the token limit; at least 0; default 16.
    /// </param>
    /// <param name="endingWords">
    /// The same in words, where a <see cref="WordCount"/> limits them; so many are also kept free for the end when required keywords are placed. At most a quarter of the greatest number; at least 0; default 8.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative.</exception>
    public SentenceEnd(int endingTokens = DefaultEndingTokens, int endingWords = DefaultEndingWords)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(endingTokens);
        ArgumentOutOfRangeException.ThrowIfNegative(endingWords);
        Rules = new() { EndsSentence = true, EndingTokens = endingTokens, EndingWords = endingWords };
    }

    /// <inheritdoc/>
    public override string Name => "ends a sentence";

    internal override TextRules Rules { get; }
}
