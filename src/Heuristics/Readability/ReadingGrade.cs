using System.Text;
using DecodeAlign.Decoding;
using DecodeAlign.Text;

namespace DecodeAlign.Heuristics;

/// <summary>
/// How far the generated text is from a school grade by the Flesch–Kincaid formula (Kincaid et al., 1975), 0.39·words/sentences + 11.8·syllables/words − 15.59:
/// −|grade − target|, 0 being best, and 0 for a text without words. Words and sentences are counted as <see cref="LengthUnit"/> says; a sentence that is under
/// way counts as one. Syllables are runs of the vowels a, e, i, o, u, y, a final silent e left out (not after l), at least one a word: a rule for English, and a rough one.
/// </summary>
public sealed class ReadingGrade : Heuristic<ReadingGrade.State>
{
    private readonly double _target;

    /// <summary>Makes the heuristic.</summary>
    /// <param name="target">The grade wished for; a child of ten reads 5.</param>
    /// <exception cref="ArgumentOutOfRangeException">The grade is not finite.</exception>
    public ReadingGrade(double target)
    {
        if (!double.IsFinite(target)) throw new ArgumentOutOfRangeException(nameof(target), target, "a grade is a finite number");
        _target = target;
    }

    /// <inheritdoc/>
    public override string Name => "grade";

    /// <inheritdoc/>
    protected override State Begin(GenerationContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new() { Word = WordCounter.Begin(context.Prompt) };
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
        if (state.Words == 0) return 0;
        double sentences = Math.Max(1, state.Sentences + (state.Sentence == SentencePhase.Before ? 0 : 1));
        var grade = 0.39 * (state.Words / sentences) + 11.8 * ((double)Syllables(state) / state.Words) - 15.59;
        return -Math.Abs(grade - _target);
    }

    /// <summary>At most 0: long words have no least value.</summary>
    protected override HeuristicBounds Bounds(State state, int tokensLeft) =>
        tokensLeft == 0 ? new(Score(state, true), Score(state, true)) : new(double.NegativeInfinity, 0);

    private static State Step(State state, Rune character)
    {
        var (words, sentences) = (state.Words, state.Sentences);
        var word = WordCounter.Step(state.Word, character, ref words);
        // what goes on a word of the prompt is no word of the text, and has no syllables
        if (word == WordRun.None || words > state.Words) state = state with { Syllables = Syllables(state), Letters = default, IsTexts = words > state.Words };
        if (state.IsTexts) state = state with { Letters = state.Letters.Step(character) };
        var sentence = SentenceCounter.Step(state.Sentence, character, ref sentences);
        return state with { Words = words, Word = word, Sentences = sentences, Sentence = sentence };
    }

    private static int Syllables(State state) => state.Syllables + (state.IsTexts ? state.Letters.Syllables : 0);

    /// <summary>What is remembered of the text so far.</summary>
    public readonly record struct State
    {
        internal Utf8Cursor Text { get; init; }

        internal WordRun Word { get; init; }

        internal SentencePhase Sentence { get; init; }

        internal int Words { get; init; }

        internal int Sentences { get; init; }

        internal int Syllables { get; init; }

        internal SyllableCounter Letters { get; init; }

        internal bool IsTexts { get; init; }
    }
}
