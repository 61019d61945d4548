using DecodeAlign.Text;

namespace DecodeAlign.Constraints;

/// <summary>Every keyword occurs in one of its forms. A word counts once its boundary is reached or the text ends.</summary>
public sealed class RequiredPhrases : TextConstraint
{
    /// <summary>Default of the tokens kept free for each keyword that is missing.</summary>
    public const int DefaultReservedTokens = 8;

    /// <summary>Makes the constraint.</summary>
    /// <param name="keywords">What has to occur; at most 63, and as many as can be planned together (2^n states).</param>
    /// <param name="reservedTokens">
    /// Tokens kept free for each missing keyword beyond what spelling it takes, so that words are not dumped side by side at the end: with this much room left,
    /// the next one is forced. The same holds where a <see cref="WordCount"/> leaves few words, a word being two tokens. Cut down where the token limit is too low for it; at least 0; default 8.
    /// </param>
    /// <exception cref="ArgumentException">There is no keyword, there are too many, or one is not valid text.</exception>
    public RequiredPhrases(IEnumerable<Keyword> keywords, int reservedTokens = DefaultReservedTokens)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(reservedTokens);
        Rules = new() { Required = Keyword.Checked(keywords), ReservedTokens = reservedTokens };
        _ = new TextAutomaton(Rules);
    }

    /// <inheritdoc/>
    public override string Name => "must include " + string.Join(", ", Rules.Required);

    internal override TextRules Rules { get; }
}
