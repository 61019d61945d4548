using System.Text;
using DecodeAlign.Decoding;
using DecodeAlign.Text;

namespace DecodeAlign.Heuristics;

/// <summary>
/// The probability that a linear classifier gives the generated text, in [0, 1], or minus it where the class is unwanted. Words are runs of word characters (<see cref="WordRule"/>) in
/// lower case, each counted as often as it occurs; one that the prompt began is left out, and at the end of a lookahead one that may go on.
/// </summary>
public sealed class LinearClassifier : Heuristic<LinearClassifier.State>
{
    // sums round; a bound must not be below a value by that
    private const double Rounding = 1e-12;

    private readonly LinearWeights _weights;
    private readonly Dictionary<ulong, IReadOnlyList<double>> _words = [];
    private readonly double[] _least;
    private readonly double[] _greatest;
    private readonly bool _unwanted;

    /// <summary>Makes the heuristic.</summary>
    /// <param name="weights">The classifier, as <see cref="LinearWeightsFile"/> reads it.</param>
    /// <param name="unwanted">Whether the value is minus the probability: for toxicity and the like. Default false.</param>
    /// <param name="name">The name by which results and errors speak of it. Default <c>classifier</c>.</param>
    /// <exception cref="ArgumentException">There is no member, or the members are not equally many everywhere.</exception>
    public LinearClassifier(LinearWeights weights, bool unwanted = false, string name = "classifier")
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        var members = weights.Bias.Count;
        if (members == 0 || weights.Slope.Count != members || weights.Offset.Count != members) throw new ArgumentException("bias, slope and offset need one number for each member", nameof(weights));
        (_weights, _unwanted, Name, _least, _greatest) = (weights, unwanted, name, new double[members], new double[members]);
        foreach (var (word, values) in weights.Words)
        {
            if (values.Count != members) throw new ArgumentException($"'{word}' has {values.Count} weights, expected {members}", nameof(weights));
            _words[WordCursor.Hash(word)] = values;
            for (var k = 0; k < members; k++) (_least[k], _greatest[k]) = (Math.Min(_least[k], values[k]), Math.Max(_greatest[k], values[k]));
        }
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    protected override State Begin(GenerationContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var insideWord = WordRule.LastKind(context.Prompt) == CharacterKind.Word;
        return new() { IsPrompts = insideWord, Sums = [.. _weights.Bias], LongestToken = VocabularyFacts.Of(context.Tokenizer).LongestToken };
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
    protected override double Score(State state, bool ended) => Value(ended ? AtEnd(state).Sums : state.Sums);

    /// <inheritdoc/>
    protected override HeuristicBounds Bounds(State state, int tokensLeft)
    {
        // a word needs a character and another that parts it from the next
        var words = tokensLeft * ((state.LongestToken + 1.0) / 2) + 1;
        var (now, end) = (Score(state, false), Score(state, true));
        if (tokensLeft == 0) return new(Math.Min(now, end), Math.Max(now, end));
        var (low, high) = (0.0, 0.0);
        for (var k = 0; k < _least.Length; k++)
        {
            var (one, other) = (Probability(k, state.Sums[k] + words * _least[k]), Probability(k, state.Sums[k] + words * _greatest[k]));
            low += Math.Min(one, other);
            high += Math.Max(one, other);
        }
        (low, high) = (Math.Max(0, low / _least.Length - Rounding), Math.Min(1, high / _least.Length + Rounding));
        return _unwanted ? new(-high, -low) : new(low, high);
    }

    private State Step(State state, Rune character)
    {
        if (!WordRule.IsWordCharacter(character)) return AtEnd(state) with { IsPrompts = false };
        return state.IsPrompts ? state : state with { Word = WordCursor.Append(state.Word, character), Characters = state.Characters + 1 };
    }

    private State AtEnd(State state)
    {
        if (state.Characters == 0) return state;
        var counts = state.Characters >= _weights.LeastCharacters && _words.ContainsKey(state.Word);
        return state with { Word = 0, Characters = 0, Sums = counts ? [.. state.Sums.Zip(_words[state.Word], (sum, weight) => sum + weight)] : state.Sums };
    }

    private double Value(double[] sums)
    {
        var sum = 0.0;
        for (var k = 0; k < sums.Length; k++) sum += Probability(k, sums[k]);
        return _unwanted ? -(sum / sums.Length) : sum / sums.Length;
    }

    private double Probability(int k, double margin)
    {
        var x = _weights.Slope[k] * margin + _weights.Offset[k];
        var power = Math.Exp(-Math.Abs(x));
        return x >= 0 ? 1 / (1 + power) : power / (1 + power);
    }

    /// <summary>What is remembered of the text so far.</summary>
    public sealed record State
    {
        internal State()
        {
        }

        internal Utf8Cursor Text { get; init; }

        internal bool IsPrompts { get; init; }

        internal ulong Word { get; init; }

        internal int Characters { get; init; }

        internal double[] Sums { get; init; } = [];

        internal int LongestToken { get; init; }
    }
}
