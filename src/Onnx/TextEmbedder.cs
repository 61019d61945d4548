using System.Collections.Concurrent;
using DecodeAlign.Decoding;
using DecodeAlign.Models;

namespace DecodeAlign.Onnx;

/// <summary>
/// A sentence embedder as an ONNX file (sentence-transformers, BERT and its kin): texts as vectors of length 1, whose inner product says how near their meanings are. It makes heuristics, and the similarity for
/// <see cref="MinimumBayesRisk"/> and for the diversity of a set. Safe for concurrent calls; a heuristic or similarity must not be used after it is disposed of.
/// </summary>
/// <remarks>
/// A model with an output <c>sentence_embedding</c> says itself what a text's vector is; otherwise <c>last_hidden_state</c> is pooled, or the first output of that shape. Each text is a run of its own, so that
/// its vector does not depend on what is embedded beside it. The file is read and run by ONNX Runtime's native code: open what you trust.
/// </remarks>
public sealed class TextEmbedder : IDisposable
{
    // similarity asks for each text as often as there are others
    private const int MostRemembered = 1_024;

    private readonly ConcurrentDictionary<string, float[]> _remembered = new(StringComparer.Ordinal);
    private readonly TextRunner _runner;
    private readonly string _output;
    private readonly Pooling _pooling;

    private TextEmbedder(TextRunner runner, Pooling pooling)
    {
        (_runner, _pooling) = (runner, pooling);
        var outputs = runner.Outputs;
        _output = outputs.ContainsKey("sentence_embedding") ? "sentence_embedding" : outputs.ContainsKey("last_hidden_state") ? "last_hidden_state"
            : outputs.FirstOrDefault(output => output.Value.Length is 2 or 3).Key ?? throw new ModelFormatException(runner.Path, null, "has no output of two or three dimensions to make a vector of");
        Dimensions = outputs[_output][^1];
        if (Dimensions < 1) throw new ModelFormatException(runner.Path, _output, "does not say how long its vectors are");
        Similarity = TextSimilarity.Of("embedding", (text, other) => Cosine(Remember(text), Remember(other)));
    }

    /// <summary>Length of the vectors.</summary>
    public int Dimensions { get; }

    /// <summary>How near the meanings of two texts are: the cosine of their vectors, in [−1, 1]. Vectors of the last texts are remembered.</summary>
    public TextSimilarity Similarity { get; }

    /// <summary>Opens a model.</summary>
    /// <param name="path">A folder with model.onnx or onnx/model.onnx, or the file; the tokenizer's files (tokenizer.json or vocab.txt) lie in the folder.</param>
    /// <param name="pooling">How tokens' vectors become a text's, where the model does not say.</param>
    /// <param name="options">Null: the defaults.</param>
    /// <exception cref="FileNotFoundException">There is no model, or no tokenizer.</exception>
    /// <exception cref="ModelFormatException">The file is no model of texts; the message says why.</exception>
    /// <exception cref="NotSupportedException">ONNX Runtime's native part is missing.</exception>
    public static TextEmbedder Open(string path, Pooling pooling = Pooling.Mean, OnnxOptions? options = null)
    {
        if (!Enum.IsDefined(pooling)) throw new ArgumentOutOfRangeException(nameof(pooling), pooling, "must be one of the poolings");
        var runner = TextRunner.Open(path, options ?? new());
        try
        {
            return new(runner, pooling);
        }
        catch
        {
            runner.Dispose();
            throw;
        }
    }

    /// <summary>A text's vector, of length 1; all zeros where the tokenizer makes no token of the text.</summary>
    public float[] Embed(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Embed(text, out _);
    }

    /// <summary>How near the generated text's meaning is to the prompt's: the cosine of their vectors, in [−1, 1].</summary>
    /// <param name="name">The name by which results and errors speak of it.</param>
    public IHeuristic Relevance(string name = "embedding-relevance") => new OnnxHeuristic(name, new(-1, 1), context =>
    {
        var prompt = Embed(context.Prompt, out var tokens);
        return (Score: text => (Cosine(prompt, Embed(text, out var own)), own), tokens);
    });

    /// <summary>How near the generated text's meaning is to the nearest of some texts: the greatest cosine, in [−1, 1].</summary>
    /// <param name="examples">The texts, at least one.</param>
    /// <param name="name">The name by which results and errors speak of it.</param>
    public IHeuristic Nearness(IReadOnlyList<string> examples, string name = "embedding-nearness") => Nearest(examples, name, 1, 0, new(-1, 1));

    /// <summary>How far the generated text's meaning is from the nearest of some texts: 1 minus the greatest cosine, in [0, 2].</summary>
    /// <param name="examples">The texts, at least one.</param>
    /// <param name="name">The name by which results and errors speak of it.</param>
    public IHeuristic Distance(IReadOnlyList<string> examples, string name = "embedding-distance") => Nearest(examples, name, -1, 1, new(0, 2));

    /// <inheritdoc/>
    public void Dispose() => _runner.Dispose();

    private OnnxHeuristic Nearest(IReadOnlyList<string> examples, string name, double sign, double origin, HeuristicBounds bounds)
    {
        ArgumentNullException.ThrowIfNull(examples);
        if (examples.Count == 0) throw new ArgumentException("must be at least one text", nameof(examples));
        float[][] vectors = [.. examples.Select(Embed)];
        return new(name, bounds, _ => (text =>
        {
            var vector = Embed(text, out var tokens);
            return (origin + sign * vectors.Max(example => Cosine(example, vector)), tokens);
        }, 0));
    }

    private float[] Remember(string text)
    {
        if (_remembered.TryGetValue(text, out var known)) return known;
        if (_remembered.Count >= MostRemembered) _remembered.Clear();
        return _remembered[text] = Embed(text);
    }

    private float[] Embed(string text, out int tokens)
    {
        var ids = _runner.Encode(text);
        tokens = ids.Length;
        if (ids.Length == 0) return new float[Dimensions];
        var (values, shape) = _runner.Run(ids, _output);
        if (shape[^1] != Dimensions || values.Length != Dimensions * (shape.Length == 2 ? shape[0] : 1)) throw new ModelFormatException(_runner.Path, _output, $"has the shape (1, {string.Join(", ", shape)}) for a text");
        return Unit(shape.Length == 2 && _pooling == Pooling.Mean ? Mean(values, Dimensions) : values[..Dimensions]);
    }

    private static float[] Mean(float[] values, int dimensions)
    {
        var mean = new float[dimensions];
        for (var d = 0; d < dimensions; d++)
        {
            var sum = 0.0;
            for (var i = d; i < values.Length; i += dimensions) sum += values[i];
            mean[d] = (float)(sum / (values.Length / dimensions));
        }
        return mean;
    }

    private static float[] Unit(float[] vector)
    {
        var length = Math.Sqrt(vector.Sum(value => (double)value * value));
        return length == 0 ? vector : [.. vector.Select(value => (float)(value / length))];
    }

    private static double Cosine(float[] left, float[] right)
    {
        var sum = 0.0;
        for (var i = 0; i < left.Length; i++) sum += (double)left[i] * right[i];
        return Math.Clamp(sum, -1, 1);
    }
}
