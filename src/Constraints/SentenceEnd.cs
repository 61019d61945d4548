namespace DecodeAlign.Constraints;

/// <summary>The text ends where a sentence does: with a full stop, exclamation mark, question mark or ellipsis, which closing quotes and brackets may follow. At least one word stands before it.</summary>
public sealed class SentenceEnd : TextConstraint
{
    /// <summary>Default of the tokens before the limit within which the end of a sentence is the end of the text.</summary>
    public const int DefaultEndingTokens = 16;

    /// <summary>Default of the words before the greatest number within which the end of a sentence is the end of the text.</summary>
    public const int DefaultEndingWords = 8;

    /// <summary>Tokens that are kept for the word under way, where words are to be whole.</summary>
    public const int DefaultWordTokens = 4;

    /// <summary>Characters that are kept for it.</summary>
    public const int DefaultWordCharacters = 12;

    /// <summary>Characters before the greatest number within which the end of a sentence is the end of the text, where words are to be whole.</summary>
    public const int DefaultEndingCharacters = 40;

    /// <summary>Makes the constraint.</summary>
    /// <param name="endingTokens">
    /// With so many tokens left or fewer, the text ends at the first sentence that does, where all else is met, instead of beginning one that would be cut off.
    /// At most a quarter of the token limit; at least 0; default 16.
    /// </param>
    /// <param name="endingWords">
    /// The same in words, where a <see cref="WordCount"/> limits them; so many are also kept free for the end when required keywords are placed. At most a quarter of the greatest number; at least 0; default 8.
    /// </param>
    /// <param name="wholeWords">
    /// Whether a text that a limit ends is closed well: where no word is left, where few characters are (<see cref="DefaultWordCharacters"/>) or few tokens (<see cref="DefaultWordTokens"/>), the word under
    /// way is finished and none begun, no marks fill the room, and a quotation that is open is closed. With few characters left (<see cref="DefaultEndingCharacters"/>) the text ends at the first sentence that
    /// does, as with words. Each at most a quarter of its limit. Default false.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative.</exception>
    public SentenceEnd(int endingTokens = DefaultEndingTokens, int endingWords = DefaultEndingWords, bool wholeWords = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(endingTokens);
        ArgumentOutOfRangeException.ThrowIfNegative(endingWords);
        Rules = new()
        {
            EndsSentence = true,
            EndingTokens = endingTokens,
            EndingWords = endingWords,
            ClosesQuotations = wholeWords,
            WordTokens = wholeWords ? DefaultWordTokens : 0,
            WordCharacters = wholeWords ? DefaultWordCharacters : 0,
            EndingCharacters = wholeWords ? DefaultEndingCharacters : 0,
        };
    }

    /// <inheritdoc/>
    public override string Name => "ends a sentence";

    internal override TextRules Rules { get; }
}
