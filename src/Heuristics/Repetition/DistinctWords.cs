using System.Collections.Immutable;
using System.Text;
using DecodeAlign.Decoding;
using DecodeAlign.Text;

namespace DecodeAlign.Heuristics;

/// <summary>
/// distinct-n: the share of the generated text's n-grams of words that differ from each other, in (0, 1]; 1 for a text without n-grams. Words are compared in
/// lower case from their first to their last word character. A word at the end of a lookahead does not count yet. A token costs O(log n) for n words.
/// </summary>
public sealed class DistinctWords : Heuristic<DistinctWords.State>
{
    private readonly int _length;

    /// <summary>Makes the heuristic.</summary>
    /// <param name="length">Words in an n-gram, 1 to 4; default 3.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is not in 1 to 4.</exception>
    public DistinctWords(int length = 3)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, 4);
        _length = length;
    }

    /// <inheritdoc/>
    public override string Name => "distinct";

    /// <inheritdoc/>
    protected override State Begin(GenerationContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new() { Word = WordCursor.Begin(context.Prompt), MostWords = VocabularyFacts.Of(context.Tokenizer).MostWords };
    }

    /// <inheritdoc/>
    protected override State Advance(State state, int token, ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
        {
            var count = state.Text.Read(value, out var first, out var second, out var text);
            state = state with { Text = text };
            if (count > 0) state = Step(state, first);
            if (count > 1) state = Step(state, second);
        }
        return state;
    }

    /// <inheritdoc/>
    protected override double Score(State state, bool ended) => Value(ended ? AtEnd(state) : state);

    /// <inheritdoc/>
    protected override HeuristicBounds Bounds(State state, int tokensLeft)
    {
        // words that tokens to come begin, the one that waits for its end, and those that n-grams still lack
        var more = (double)tokensLeft * state.MostWords + 1;
        var total = state.Total + more;
        return new(Math.Min(Value(state), (state.Grams.Count == 0 ? 1 : state.Grams.Count) / total), Math.Max(Value(state), (state.Grams.Count + more) / total));
    }

    private State Step(State state, Rune character)
    {
        var word = state.Word.Step(character, out var ended);
        return (ended ? AtEnd(state) : state) with { Word = word };
    }

    private State AtEnd(State state)
    {
        var (_, word) = state.Word.Hashes;
        if (!state.Word.InWord || word == 0) return state;
        var words = Math.Min(state.Words + 1, _length);
        var (a, b, c) = (state.Last.A, state.Last.B, state.Last.C);
        state = state with { Words = words, Last = (b, c, word), Word = default };
        if (words < _length) return state;
        var gram = word;
        if (_length > 1) gram = Randomness.Mix(gram, c);
        if (_length > 2) gram = Randomness.Mix(gram, b);
        if (_length > 3) gram = Randomness.Mix(gram, a);
        return state with { Total = state.Total + 1, Grams = state.Grams.Add(gram) };
    }

    private static double Value(State state) => state.Total == 0 ? 1 : (double)state.Grams.Count / state.Total;

    /// <summary>What is remembered of the text so far.</summary>
    public sealed record State
    {
        internal State()
        {
        }

        internal Utf8Cursor Text { get; init; }

        internal WordCursor Word { get; init; }

        internal (ulong A, ulong B, ulong C) Last { get; init; }

        internal int Words { get; init; }

        internal int Total { get; init; }

        internal ImmutableHashSet<ulong> Grams { get; init; } = [];

        internal int MostWords { get; init; }
    }
}
