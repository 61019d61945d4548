using DecodeAlign.Decoding;
using DecodeAlign.Text;

namespace DecodeAlign.Heuristics;

/// <summary>
/// How often the generated text holds what it shall not: −(number of occurrences), 0 being best. Occurrences that overlap count each, and one that the
/// keywords' forms give several times counts for each keyword. At the end of a lookahead a word that waits for its boundary does not count yet.
/// </summary>
public sealed class ForbiddenKeywords : Heuristic<ForbiddenKeywords.State>
{
    private readonly PhraseAutomaton _automaton;

    /// <summary>Makes the heuristic.</summary>
    /// <param name="keywords">What to avoid, at most 64.</param>
    /// <param name="caseSensitive">Whether "Fox" and "fox" differ; default: no.</param>
    /// <param name="name">The name by which results and errors speak of it; default <c>avoid</c>.</param>
    /// <exception cref="ArgumentException">There is no keyword, there are too many, or one is not valid text.</exception>
    public ForbiddenKeywords(IEnumerable<Keyword> keywords, bool caseSensitive = false, string name = "avoid")
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        (Name, _automaton) = (name, Keyword.Automaton(Keyword.Checked(keywords), caseSensitive));
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <summary>Whether nothing forbidden occurs.</summary>
    public override bool? IsSatisfied(double value) => value >= 0;

    /// <inheritdoc/>
    protected override State Begin(GenerationContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new(PhraseAutomaton.Begin(context.Prompt), default, 0, VocabularyFacts.Of(context.Tokenizer).LongestToken);
    }

    /// <inheritdoc/>
    protected override State Advance(State state, int token, ReadOnlySpan<byte> bytes)
    {
        var (phrase, text, hits) = (state.Phrase, state.Text, new PhraseHits(0, state.Occurrences));
        foreach (var value in bytes)
        {
            var count = text.Read(value, out var first, out var second, out text);
            if (count > 0) phrase = _automaton.Step(phrase, first, ref hits);
            if (count > 1) phrase = _automaton.Step(phrase, second, ref hits);
        }
        return new(phrase, text, hits.Occurrences, state.LongestToken);
    }

    /// <inheritdoc/>
    protected override double Score(State state, bool ended)
    {
        var hits = new PhraseHits(0, state.Occurrences);
        if (ended) _automaton.End(state.Phrase, ref hits);
        return -hits.Occurrences;
    }

    /// <inheritdoc/>
    protected override HeuristicBounds Bounds(State state, int tokensLeft)
    {
        // a character completes at most one boundary and one symbol of its own, and the text's end one boundary more
        var moves = 2L * tokensLeft * state.LongestToken + 1;
        var least = tokensLeft == 0 ? Score(state, true) : -(state.Occurrences + (double)moves * _automaton.MostOccurrencesAtOnce);
        return new(least, -state.Occurrences);
    }

    /// <summary>What is remembered of the text so far.</summary>
    public readonly record struct State
    {
        internal State(PhraseState phrase, Utf8Cursor text, int occurrences, int longestToken) =>
            (Phrase, Text, Occurrences, LongestToken) = (phrase, text, occurrences, longestToken);

        internal PhraseState Phrase { get; }

        internal Utf8Cursor Text { get; }

        internal int Occurrences { get; }

        internal int LongestToken { get; }
    }
}
