using System.Globalization;
using DecodeAlign.Decoding;
using DecodeAlign.Text;

namespace DecodeAlign.Heuristics;

/// <summary>
/// The length of the generated text in words, sentences or tokens: 0 inside the range, −(units short)/least below it, −(units over)/most above it, so that
/// −1 is "all of it missing" or "twice as long". A target is a range of one length. Before the end a text is not yet short: a lookahead pays only for what is over.
/// </summary>
public sealed class LengthRange : Heuristic<LengthRange.State>
{
    private readonly int _least;
    private readonly int _most;
    private readonly LengthUnit _unit;

    /// <summary>Makes the heuristic.</summary>
    /// <param name="least">Least length, in units; at least 0.</param>
    /// <param name="most">Greatest length, in units; <see cref="int.MaxValue"/>: none.</param>
    /// <param name="unit">What is counted; default: words.</param>
    /// <exception cref="ArgumentOutOfRangeException">The least length is negative, or the greatest is lower.</exception>
    public LengthRange(int least, int most, LengthUnit unit = LengthUnit.Words)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(least);
        ArgumentOutOfRangeException.ThrowIfLessThan(most, least);
        (_least, _most, _unit) = (least, most, unit);
    }

    /// <inheritdoc/>
    public override string Name => "length";

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"length={_least}..{(_most == int.MaxValue ? "" : _most)}{_unit}");

    /// <summary>Whether the length is inside the range.</summary>
    public override bool? IsSatisfied(double value) => value >= 0;

    /// <inheritdoc/>
    protected override State Begin(GenerationContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var facts = VocabularyFacts.Of(context.Tokenizer);
        var mostPerToken = _unit switch { LengthUnit.Words => facts.MostWords, LengthUnit.Sentences => facts.LongestToken, _ => 1 };
        return new(0, WordCounter.Begin(context.Prompt), SentencePhase.Before, default, mostPerToken);
    }

    /// <inheritdoc/>
    protected override State Advance(State state, int token, ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty) return state;
        if (_unit == LengthUnit.Tokens) return state.With(state.Count + 1, state.Word, state.Sentence, default);
        var (count, word, sentence, text) = (state.Count, state.Word, state.Sentence, state.Text);
        foreach (var value in bytes)
        {
            var characters = text.Read(value, out var first, out var second, out text);
            for (var i = 0; i < characters; i++)
            {
                var character = i == 0 ? first : second;
                if (_unit == LengthUnit.Words) word = WordCounter.Step(word, character, ref count);
                else sentence = SentenceCounter.Step(sentence, character, ref count);
            }
        }
        return state.With(count, word, sentence, text);
    }

    /// <inheritdoc/>
    protected override double Score(State state, bool ended) => ended ? Value(AtEnd(state)) : Math.Min(0, Excess(state.Count));

    /// <inheritdoc/>
    protected override HeuristicBounds Bounds(State state, int tokensLeft)
    {
        var (now, passing) = (AtEnd(state), Math.Min(0, Excess(state.Count)));
        var furthest = (int)Math.Min(int.MaxValue, now + (long)tokensLeft * state.MostPerToken);
        // the value rises to the range and falls behind it, so that its least value lies at an end
        return new(Math.Min(Math.Min(Value(now), Value(furthest)), passing), passing);
    }

    private static int AtEnd(State state) => state.Count + (state.Sentence == SentencePhase.Before ? 0 : 1);

    private double Value(int count) => count < _least ? -(double)(_least - count) / _least : Excess(count);

    private double Excess(int count) => count > _most ? -(double)(count - _most) / Math.Max(1, _most) : 0;

    /// <summary>What is remembered of the text so far.</summary>
    public readonly record struct State
    {
        internal State(int count, WordRun word, SentencePhase sentence, Utf8Cursor text, int mostPerToken) =>
            (Count, Word, Sentence, Text, MostPerToken) = (count, word, sentence, text, mostPerToken);

        internal int Count { get; }

        internal WordRun Word { get; }

        internal SentencePhase Sentence { get; }

        internal Utf8Cursor Text { get; }

        internal int MostPerToken { get; }

        internal State With(int count, WordRun word, SentencePhase sentence, Utf8Cursor text) => new(count, word, sentence, text, MostPerToken);
    }
}

/// <summary>What a length counts.</summary>
public enum LengthUnit
{
    /// <summary>
    /// Runs of characters other than white space that hold a letter, digit or combining mark: "don't" and "well-known" are one word each, a lone dash is none.
    /// A word counts from its first such character on; one that the prompt began is not counted again.
    /// </summary>
    Words,

    /// <summary>
    /// Pieces that end in a full stop, exclamation mark, question mark or ellipsis (closing quotes and brackets may follow it) before white space, and hold a
    /// letter or digit; what stands after the last one counts where the text ends. Abbreviations such as "Mr. Fox" are read as ends.
    /// </summary>
    Sentences,

    /// <summary>Tokens that add text: special ones, the end-of-sequence token among them, are not counted.</summary>
    Tokens,
}
