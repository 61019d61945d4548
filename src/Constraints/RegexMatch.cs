namespace DecodeAlign.Constraints;

/// <summary>The whole generated text matches a regular expression.</summary>
/// <remarks>
/// The dialect: characters as themselves, <c>.</c> (any but a line feed), classes <c>[a-z]</c> <c>[^…]</c>, groups <c>( )</c> <c>(?: )</c> <c>(?&lt;name&gt; )</c>, <c>|</c>,
/// <c>* + ? {m} {m,} {m,n}</c> (a lazy <c>?</c> after them changes nothing), <c>\d</c> [0-9], <c>\w</c> [A-Za-z0-9_], <c>\s</c> (ASCII white space) and their negations, general categories
/// <c>\p{L}</c> <c>\P{Lu}</c>, <c>\t \n \r \f \v \0 \xHH \uHHHH \u{H…}</c>, and a backslash before any punctuation. A character is a Unicode scalar value, however many bytes and tokens
/// it takes. The expression is matched against the whole text; <c>^</c> and <c>$</c> may stand at the ends of it and of its alternatives. Back-references, lookaround,
/// word boundaries, atomic groups, possessive quantifiers, inline options, conditionals and class arithmetic are refused by name.
/// It becomes one deterministic automaton, whose size is capped: matching never backtracks.
/// </remarks>
public sealed class RegexMatch : TextConstraint
{
    /// <summary>Makes the constraint.</summary>
    /// <param name="pattern">The regular expression; at most 20,000 characters.</param>
    /// <param name="cancellationToken">Ends the work, which may take seconds.</param>
    /// <exception cref="ArgumentException">The expression is not understood or too large; the message says what and where.</exception>
    /// <exception cref="OperationCanceledException">The work was ended.</exception>
    public RegexMatch(string pattern, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        using var scope = Cancellation.By(cancellationToken);
        try
        {
            Rules = new() { Pattern = Determiniser.Compile(RegexParser.Parse(pattern)) };
        }
        catch (PatternException fault)
        {
            throw new ArgumentException($"regular expression {Short.Of(pattern)}: {fault.Message}", nameof(pattern));
        }
        Name = $"matches {Short.Of(pattern)}";
    }

    /// <inheritdoc/>
    public override string Name { get; }

    internal override TextRules Rules { get; }
}
