using DecodeAlign.Decoding;
using DecodeAlign.Text;

namespace DecodeAlign.Heuristics;

/// <summary>
/// One of the objectives by which the embedded model can be steered, as a clipped z-score against plain answers of the model: (measure − mean) / deviation in [−3, 3], and as a reward no more than
/// <see cref="Enough"/>: what hardly any plain answer reaches is seldom more of what is meant, and a search with a large λ would pay for it with the text.
/// The generated text alone is measured, as it stands; the prompt is not. A text without words scores 0. Immutable and safe for concurrent use.
/// </summary>
public sealed class Objective : Heuristic<Objective.State>
{
    /// <summary>Scores are clipped to [−Clip, Clip].</summary>
    public const double Clip = 3;

    private readonly ObjectiveMeasure _measure;
    private readonly Dictionary<ulong, int> _values = [];

    /// <summary>Makes the objective.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="measure">What is measured.</param>
    /// <param name="mean">The measure's mean over plain answers.</param>
    /// <param name="deviation">Its standard deviation over them.</param>
    /// <param name="values">For <see cref="ObjectiveMeasure.WordValues"/>: words in lower case with their values.</param>
    /// <param name="enough">The z-score from which on a text is worth no more, above 0 and at most <see cref="Clip"/>, which is the default.</param>
    /// <exception cref="ArgumentException">The name is empty, the mean is not finite, the deviation is not positive, word values are missing, or <paramref name="enough"/> is out of range.</exception>
    public Objective(string name, ObjectiveMeasure measure, double mean, double deviation, IReadOnlyDictionary<string, int>? values = null, double enough = Clip)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (!double.IsFinite(mean)) throw new ArgumentException($"the mean of {name} is {mean}, which is not finite", nameof(mean));
        if (!double.IsFinite(deviation) || deviation <= 0) throw new ArgumentException($"the deviation of {name} is {deviation}, which is not positive and finite", nameof(deviation));
        if (measure == ObjectiveMeasure.WordValues && values is not { Count: > 0 }) throw new ArgumentException($"{name} needs words with values", nameof(values));
        if (!(enough > 0 && enough <= Clip)) throw new ArgumentException($"enough of {name} is {enough}, which is not above 0 and at most {Clip}", nameof(enough));
        (Name, _measure, Mean, Deviation, Enough) = (name, measure, mean, deviation, enough);
        foreach (var (word, value) in values ?? new Dictionary<string, int>()) _values[WordCursor.Hash(word)] = value;
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <summary>The measure's mean over plain answers of the model.</summary>
    public double Mean { get; }

    /// <summary>The measure's standard deviation over plain answers of the model.</summary>
    public double Deviation { get; }

    /// <summary>The z-score from which on a text is worth no more.</summary>
    public double Enough { get; }

    /// <summary>The measure of a whole text in its own unit; null for a text without words.</summary>
    public double? Measure(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var counts = default(ObjectiveCounts);
        foreach (var character in text.EnumerateRunes()) counts = counts.Step(character, _values);
        return counts.Words == 0 ? null : Measure(counts);
    }

    /// <summary>The clipped z-score of a whole text, which is the heuristic's value; 0 for a text without words.</summary>
    public double ZScore(string text) => ZScore(Measure(text));

    /// <inheritdoc/>
    protected override State Begin(GenerationContext context) => default;

    /// <inheritdoc/>
    protected override State Advance(State state, int token, ReadOnlySpan<byte> bytes)
    {
        var (text, counts) = (state.Text, state.Counts);
        foreach (var value in bytes)
        {
            var count = text.Read(value, out var first, out var second, out text);
            if (count > 0) counts = counts.Step(first, _values);
            if (count > 1) counts = counts.Step(second, _values);
        }
        return new(text, counts);
    }

    /// <inheritdoc/>
    protected override double Score(State state, bool ended) => ZScore(state.Counts.Words == 0 ? null : Measure(state.Counts));

    /// <inheritdoc/>
    protected override HeuristicBounds Bounds(State state, int tokensLeft) =>
        tokensLeft == 0 ? new(Score(state, true), Score(state, true)) : new(-Clip, Enough);

    private double Measure(in ObjectiveCounts counts) => _measure switch
    {
        ObjectiveMeasure.Brevity => -(double)counts.Words / Math.Max(1, counts.Sentences),
        ObjectiveMeasure.Dialogue => 100.0 * counts.Spoken / counts.Words,
        _ => 100.0 * counts.Sum(_values) / counts.Words,
    };

    private double ZScore(double? measured) => measured is { } value ? Math.Clamp((value - Mean) / Deviation, -Clip, Enough) : 0;

    /// <summary>What is remembered of the text so far.</summary>
    public readonly record struct State
    {
        internal State(Utf8Cursor text, ObjectiveCounts counts) => (Text, Counts) = (text, counts);

        internal Utf8Cursor Text { get; }

        internal ObjectiveCounts Counts { get; }
    }
}
