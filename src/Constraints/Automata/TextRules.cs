using System.Globalization;
using DecodeAlign.Text;

namespace DecodeAlign.Constraints;

/// <summary>What constraints on the generated text ask for, taken together.</summary>
internal sealed record TextRules
{
    private const int MostFlat = 600;

    /// <summary>Each has to occur in one of its forms.</summary>
    public IReadOnlyList<Keyword> Required { get; init; } = [];

    /// <summary>None may occur in any form.</summary>
    public IReadOnlyList<Keyword> Forbidden { get; init; } = [];

    /// <summary>How many words.</summary>
    public CountRange Words { get; init; } = CountRange.Any;

    /// <summary>How many sentences.</summary>
    public CountRange Sentences { get; init; } = CountRange.Any;

    /// <summary>How many characters. Needs a <see cref="Pattern"/>, so that there are no others.</summary>
    public CountRange Characters { get; init; } = CountRange.Any;

    /// <summary>What the whole text has to match; null: anything.</summary>
    public Dfa? Pattern { get; init; }

    /// <summary>What the whole text has to be derived from; null: anything.</summary>
    public Grammar? Grammar { get; init; }

    /// <summary>The tokens that the grammar names.</summary>
    public IReadOnlyList<TokenName> Tokens { get; init; } = [];

    /// <summary>The grammar of the texts that are left where the tokens that it names may have no text; null: it names none.</summary>
    public Grammar? WithoutTokens { get; init; }

    /// <summary>The grammar as one automaton, where that is small; null: it was not asked for.</summary>
    public Lazy<Dfa?>? Regular { get; init; }

    /// <summary>The rules hold for what follows its first occurrence; null: for the whole text.</summary>
    public string? Marker { get; init; }

    /// <summary>Most tokens up to the end of the marker.</summary>
    public int? MarkerTokens { get; init; }

    /// <summary>Whether the text has to end where a sentence does.</summary>
    public bool EndsSentence { get; init; }

    /// <summary>Whether a quotation that is open has to be closed before the text ends.</summary>
    public bool ClosesQuotations { get; init; }

    /// <summary>Tokens that are left to finish a word before the limit: with fewer, and where no word or too few characters are left, none is begun. 0: words may be cut.</summary>
    public int WordTokens { get; init; }

    /// <summary>Characters that are left to finish a word, likewise.</summary>
    public int WordCharacters { get; init; }

    /// <summary>With no more characters left than this, a text that may end ends.</summary>
    public int EndingCharacters { get; init; }

    /// <summary>With no more tokens left than this, a text that may end ends.</summary>
    public int EndingTokens { get; init; }

    /// <summary>With no more words left than this, a text that may end ends.</summary>
    public int EndingWords { get; init; }

    /// <summary>Tokens kept free for each required keyword that is still missing.</summary>
    public int ReservedTokens { get; init; }

    /// <summary>Tokens that may follow the one that began the last word; <see cref="int.MaxValue"/>: any number.</summary>
    public int ClosingTokens { get; init; } = int.MaxValue;

    /// <summary>Whether the rules speak of characters, and not of bytes alone.</summary>
    public bool ReadsCharacters => Required.Count > 0 || Forbidden.Count > 0 || !Words.IsAny || !Sentences.IsAny || EndsSentence;

    /// <summary>Whether there is nothing to hold beside the grammar.</summary>
    public bool IsFree => !ReadsCharacters && Pattern is null && Characters.IsAny;

    /// <summary>Whether there is a pattern or a grammar, and nothing else.</summary>
    public bool IsRegularOrGrammar => (Grammar is null ? Pattern is not null : Pattern is null) && !ReadsCharacters && Characters.IsAny && Marker is null && Tokens.Count == 0;

    /// <summary>The same rules without a grammar, where it is a small automaton; null: it is none.</summary>
    private TextRules? Flat() => Regular?.Value is { Count: <= MostFlat } flat ? this with { Grammar = null, Regular = null, Pattern = Pattern is null ? flat : Pattern.And(flat) } : null;

    /// <summary>Both at once.</summary>
    /// <exception cref="ArgumentException">Both are context-free, or they begin at different places.</exception>
    public TextRules And(TextRules other)
    {
        if (Grammar is not null && other.Grammar is not null && other.Flat() is { } flat) return And(flat);
        if (Grammar is not null && other.Grammar is not null && Flat() is { } mine) return mine.And(other);
        if (Grammar is not null && other.Grammar is not null) throw new ArgumentException("at most one of the constraints may be context-free (a grammar, or a schema too large for an automaton)");
        if (Marker != other.Marker) throw new ArgumentException("constraints that begin after a marker can be joined only with constraints that begin after the same one");
        return new()
        {
            Required = [.. Required, .. other.Required],
            Forbidden = [.. Forbidden, .. other.Forbidden],
            Words = Words.And(other.Words),
            Sentences = Sentences.And(other.Sentences),
            Characters = Characters.And(other.Characters),
            Pattern = Pattern is null ? other.Pattern : other.Pattern is null ? Pattern : Pattern.And(other.Pattern),
            Grammar = Grammar ?? other.Grammar,
            Tokens = Grammar is null ? other.Tokens : Tokens,
            WithoutTokens = Grammar is null ? other.WithoutTokens : WithoutTokens,
            Regular = Grammar is null ? other.Regular : Regular,
            Marker = Marker,
            MarkerTokens = MarkerTokens is { } tokens && other.MarkerTokens is { } others ? Math.Min(tokens, others) : MarkerTokens ?? other.MarkerTokens,
            EndsSentence = EndsSentence || other.EndsSentence,
            ClosesQuotations = ClosesQuotations || other.ClosesQuotations,
            WordTokens = Math.Max(WordTokens, other.WordTokens),
            WordCharacters = Math.Max(WordCharacters, other.WordCharacters),
            EndingCharacters = Math.Max(EndingCharacters, other.EndingCharacters),
            ReservedTokens = Math.Max(ReservedTokens, other.ReservedTokens),
            EndingTokens = Math.Max(EndingTokens, other.EndingTokens),
            EndingWords = Math.Max(EndingWords, other.EndingWords),
            ClosingTokens = Math.Min(ClosingTokens, other.ClosingTokens),
        };
    }
}

/// <summary>A least and a greatest number; <see cref="int.MaxValue"/>: no greatest.</summary>
internal readonly record struct CountRange(int Least, int Most)
{
    public static CountRange Any { get; } = new(0, int.MaxValue);

    public bool IsAny => this == Any;

    /// <summary>The number past which counting changes nothing, or may not go on.</summary>
    public int Limit => Most == int.MaxValue ? Least : Most;

    public bool Holds(int count) => count >= Least && count <= Most;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Least}..{(Most == int.MaxValue ? "" : Most)}");

    public CountRange And(CountRange other) => new(Math.Max(Least, other.Least), Math.Min(Most, other.Most));

    /// <summary>Brings a count down to the limit where more makes no difference.</summary>
    /// <returns>False: it is too high.</returns>
    public bool Clip(ref int count)
    {
        if (count <= Limit) return true;
        count = Limit;
        return Most == int.MaxValue;
    }
}
