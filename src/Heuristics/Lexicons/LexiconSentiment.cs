using System.Runtime.CompilerServices;
using System.Text;
using DecodeAlign.Decoding;
using DecodeAlign.Text;

namespace DecodeAlign.Heuristics;

/// <summary>
/// The mood of the generated text by a lexicon of words with values: s/√(s² + 15) in (−1, 1), with s the sum over the words, which is VADER's normalisation (Hutto and
/// Gilbert, 2014) without its rules for negation, degree and capitals. A word counts once it has ended: as it stands between white space (":)"), or else
/// from its first to its last word character ("good!").
/// </summary>
public sealed class LexiconSentiment : Heuristic<LexiconSentiment.State>
{
    private const double Normalisation = 15;

    private readonly Dictionary<ulong, double> _values = [];
    private readonly ConditionalWeakTable<ITokenizer, Vocabulary> _vocabularies = [];
    private readonly double _least;
    private readonly double _greatest;

    /// <summary>Makes the heuristic.</summary>
    /// <param name="values">Words, in lower case, with their values, as <see cref="LexiconFile.ReadValues"/> reads them. Entries with white space never match.</param>
    /// <exception cref="ArgumentException">There is no word, or a value is not finite.</exception>
    public LexiconSentiment(IReadOnlyDictionary<string, double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Count == 0) throw new ArgumentException("a lexicon needs at least one word", nameof(values));
        foreach (var (word, value) in values)
        {
            if (!double.IsFinite(value)) throw new ArgumentException($"the value of '{word}' is {value}, which is not finite", nameof(values));
            _values[WordCursor.Hash(word)] = value;
        }
        (_least, _greatest) = (Math.Min(0, values.Values.Min()), Math.Max(0, values.Values.Max()));
    }

    /// <inheritdoc/>
    public override string Name => "sentiment";

    /// <inheritdoc/>
    protected override State Begin(GenerationContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        // what the table holds must not hold the table: it would stay as long as the tokenizer
        var (values, least, greatest) = (_values, _least, _greatest);
        return new(default, WordCursor.Begin(context.Prompt), 0, _vocabularies.GetValue(context.Tokenizer, tokenizer => Facts(tokenizer, values, least, greatest)));
    }

    /// <inheritdoc/>
    protected override State Advance(State state, int token, ReadOnlySpan<byte> bytes)
    {
        var (text, word, sum) = (state.Text, state.Word, state.Sum);
        foreach (var value in bytes)
        {
            var count = text.Read(value, out var first, out var second, out text);
            if (count > 0) word = Step(word, first, ref sum);
            if (count > 1) word = Step(word, second, ref sum);
        }
        return new(text, word, sum, state.Vocabulary);
    }

    /// <inheritdoc/>
    protected override double Score(State state, bool ended) => Value(ended ? Ended(state) : state.Sum);

    /// <inheritdoc/>
    protected override HeuristicBounds Bounds(State state, int tokensLeft)
    {
        var ended = Ended(state);
        if (tokensLeft == 0) return new(Value(Math.Min(state.Sum, ended)), Value(Math.Max(state.Sum, ended)));
        // wider than the rounding of as many additions
        var slack = 1e-12 * (Math.Abs(state.Sum) + (tokensLeft + 1.0) * state.Vocabulary.LongestToken * Math.Max(_greatest, -_least));
        return new(Value(state.Sum - Furthest(state, state.Vocabulary.Down.Value, state.Sum - ended, tokensLeft) - slack), Value(state.Sum + Furthest(state, state.Vocabulary.Up.Value, ended - state.Sum, tokensLeft) + slack));
    }

    // what a character that is not complete yet makes of its word is not known; of a word that the prompt began, that it counts nothing as it stands
    private static double Furthest(State state, LexiconReach reach, double pending, int tokens) =>
        state.Text.Count > 0 ? reach.FromWord(tokens) : state.Word == default ? reach.FromNone(tokens) : reach.FromWord(pending, tokens);

    private double Ended(State state)
    {
        // a character that the end cuts off stands in the text as U+FFFD
        var last = state.Text.Count > 0 ? state.Word.Step(Rune.ReplacementChar, out _) : state.Word;
        return state.Sum + (last.InWord ? ValueOf(_values, last) : 0);
    }

    private static Vocabulary Facts(ITokenizer tokenizer, Dictionary<ulong, double> values, double least, double greatest) => new(
        VocabularyFacts.Of(tokenizer).LongestToken, new(() => new(tokenizer, word => ValueOf(values, word), greatest)), new(() => new(tokenizer, word => -ValueOf(values, word), -least)));

    private WordCursor Step(WordCursor word, Rune character, ref double sum)
    {
        var next = word.Step(character, out var ended);
        if (ended) sum += ValueOf(_values, word);
        return next;
    }

    private static double ValueOf(Dictionary<ulong, double> values, WordCursor word)
    {
        var (run, inner) = word.Hashes;
        return values.TryGetValue(run, out var value) || values.TryGetValue(inner, out value) ? value : 0;
    }

    private static double Value(double sum) => double.IsInfinity(sum) ? Math.Sign(sum) : sum / Math.Sqrt(sum * sum + Normalisation);

    /// <summary>What a vocabulary can do for this lexicon's sum; read only where bounds are asked for.</summary>
    internal sealed record Vocabulary(int LongestToken, Lazy<LexiconReach> Up, Lazy<LexiconReach> Down);

    /// <summary>What is remembered of the text so far.</summary>
    public readonly record struct State
    {
        internal State(Utf8Cursor text, WordCursor word, double sum, Vocabulary vocabulary) => (Text, Word, Sum, Vocabulary) = (text, word, sum, vocabulary);

        internal Utf8Cursor Text { get; }

        internal WordCursor Word { get; }

        internal double Sum { get; }

        internal Vocabulary Vocabulary { get; }
    }
}
