namespace DecodeAlign.Constraints;

/// <summary>The whole generated text is derived from a context-free grammar, written in GBNF (the notation of llama.cpp).</summary>
/// <remarks>
/// <code>
/// root  ::= "a " thing ("," " " thing)*     # the text is what root derives
/// thing ::= [a-z]+ | "(" root ")"
/// </code>
/// A rule is <c>name ::= …</c>, names of letters, digits, <c>-</c> and <c>_</c>; line breaks mean nothing. Parts: <c>"text"</c>, character classes <c>[a-z] [^…]</c>, <c>.</c> (any character),
/// names, groups, <c>|</c>, and <c>* + ? {m} {m,} {m,n}</c>. Escapes in texts: <c>\n \t \r \" \\ \xHH \uHHHH \UHHHHHHHH</c>; in classes those of <see cref="RegexMatch"/>. Comments begin with <c>#</c>.
/// <c>&lt;think&gt;</c> is the token with this text, angle brackets included, and <c>&lt;[151648]&gt;</c> the one with this id, control tokens too; at most 13 of them. Such a token is read as the one that is named where that is legal, and otherwise as its text.
/// Any context-free grammar will do, left-recursive and ambiguous ones too.
/// </remarks>
public sealed class GrammarMatch : TextConstraint
{
    /// <summary>Most characters of a grammar.</summary>
    public const int MostCharacters = 1 << 20;

    /// <summary>Makes the constraint.</summary>
    /// <param name="grammar">The grammar's text; at most 2^20 characters.</param>
    /// <param name="cancellationToken">Ends the work, which may take seconds.</param>
    /// <exception cref="ArgumentException">The grammar is not understood or too large; the message names the line.</exception>
    /// <exception cref="OperationCanceledException">The work was ended.</exception>
    public GrammarMatch(string grammar, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(grammar);
        using var scope = Cancellation.By(cancellationToken);
        try
        {
            var rules = GbnfParser.Parse(grammar, out var tokens);
            Rules = tokens.Count == 0 ? CompiledRules.Of(rules) : new() { Grammar = Grammar.Compile(rules), Tokens = tokens, WithoutTokens = Grammar.Compile(GbnfParser.ParseTexts(grammar)) };
        }
        catch (PatternException fault)
        {
            throw new ArgumentException($"grammar: {fault.Message}", nameof(grammar));
        }
    }

    /// <inheritdoc/>
    public override string Name => "grammar";

    internal override TextRules Rules { get; }
}
