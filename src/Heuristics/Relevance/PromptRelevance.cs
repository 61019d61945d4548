using System.Collections.Immutable;
using System.Text;
using DecodeAlign.Decoding;
using DecodeAlign.Text;

namespace DecodeAlign.Heuristics;

/// <summary>
/// How far the generated text speaks of what the prompt speaks of, in [0, 1], guarded against the two cheap ways to it. With P and T the distinct content words of prompt and text and N
/// the number of content words in the text: |P ∩ T|/√(|P|·|T|), the cosine of the two sets, so that length alone gains nothing, times |T|/N, so that saying a word again costs.
/// </summary>
/// <remarks>Words are compared in lower case from their first to their last word character; a list of English function words is left out (<see cref="ContentWords"/>). A word at the end of a lookahead does not count yet.</remarks>
public sealed class PromptRelevance : Heuristic<PromptRelevance.State>
{
    private const double Rounding = 1e-12;

    /// <inheritdoc/>
    public override string Name => "relevance";

    /// <inheritdoc/>
    protected override State Begin(GenerationContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new() { Prompt = ContentWords.Of(context.Prompt), Word = WordCursor.Begin(context.Prompt), MostWords = VocabularyFacts.Of(context.Tokenizer).MostWords };
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
    protected override double Score(State state, bool ended)
    {
        var at = ended ? AtEnd(state) : state;
        return Value(at, 0, 0);
    }

    /// <inheritdoc/>
    protected override HeuristicBounds Bounds(State state, int tokensLeft)
    {
        if (tokensLeft == 0)
        {
            var (now, end) = (Score(state, false), Score(state, true));
            return new(Math.Min(now, end), Math.Max(now, end));
        }
        // words that tokens to come begin, and the one that waits for its end: some new ones of the prompt's, some new others, which lift the share of distinct words
        var more = (int)Math.Min(int.MaxValue / 2, (long)tokensLeft * state.MostWords + 1);
        var greatest = 0.0;
        for (var found = 0; found <= Math.Min(more, state.Prompt.Count - state.Matched); found++)
        {
            // √(d + u)/(n + u) is greatest where n + u = 2(d + u)
            var (distinct, words) = (state.Seen.Count + found, state.Words + found);
            greatest = Math.Max(greatest, Value(state, found, Math.Clamp(words - 2 * distinct, 0, more - found)));
        }
        return new(0, Math.Min(1, greatest + Rounding));
    }

    private static double Value(State state, int found, int others)
    {
        double matched = state.Matched + found, distinct = state.Seen.Count + found + others, words = state.Words + found + others;
        return matched == 0 ? 0 : matched * Math.Sqrt(distinct / state.Prompt.Count) / words;
    }

    private static State Step(State state, Rune character)
    {
        var word = state.Word.Step(character, out var ended);
        return (ended ? AtEnd(state) : state) with { Word = word };
    }

    private static State AtEnd(State state)
    {
        var (_, word) = state.Word.Hashes;
        if (!state.Word.InWord || word == 0) return state;
        state = state with { Word = default };
        if (ContentWords.IsFunctionWord(word)) return state;
        var isNew = !state.Seen.Contains(word);
        return state with { Words = state.Words + 1, Seen = isNew ? state.Seen.Add(word) : state.Seen, Matched = state.Matched + (isNew && state.Prompt.Contains(word) ? 1 : 0) };
    }

    /// <summary>What is remembered of the text so far.</summary>
    public sealed record State
    {
        internal State()
        {
        }

        internal HashSet<ulong> Prompt { get; init; } = [];

        internal Utf8Cursor Text { get; init; }

        internal WordCursor Word { get; init; }

        internal ImmutableHashSet<ulong> Seen { get; init; } = [];

        internal int Words { get; init; }

        internal int Matched { get; init; }

        internal int MostWords { get; init; }
    }
}
