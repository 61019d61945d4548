using System.Text.Json;
using DecodeAlign.Decoding;
using DecodeAlign.Models;

namespace DecodeAlign.Onnx;

/// <summary>A text classifier as an ONNX file (toxicity, sentiment, topic, …): probabilities of labels, as heuristics. Safe for concurrent calls; a heuristic must not be used after it is disposed of.</summary>
/// <remarks>
/// The output is <c>logits</c>, or the first of two dimensions. Labels are <c>id2label</c> of the folder's config.json, otherwise LABEL_0, LABEL_1, …. Where <c>problem_type</c> is <c>multi_label_classification</c>, or there is one
/// label, a probability is the logistic function of a label's logit; otherwise they are the softmax of all. A model for <c>regression</c> is refused. Each text is a run of its own. The file is read and run by
/// ONNX Runtime's native code: open what you trust.
/// </remarks>
public sealed class TextClassifier : IDisposable
{
    private readonly TextRunner _runner;
    private readonly string _output;
    private readonly bool _independent;

    private TextClassifier(TextRunner runner, string folder)
    {
        _runner = runner;
        var outputs = runner.Outputs;
        _output = outputs.ContainsKey("logits") ? "logits" : outputs.FirstOrDefault(output => output.Value.Length == 2).Key ?? throw new ModelFormatException(runner.Path, null, "has no output of two dimensions to read labels from");
        var count = outputs[_output][^1];
        var config = Path.Combine(folder, "config.json");
        var labels = File.Exists(config) ? RewardLabels.Read(folder) : null;
        if (count < 1) count = labels?.Count ?? throw new ModelFormatException(runner.Path, _output, "does not say how many labels there are, and there is no config.json with id2label");
        if (labels is not null && labels.Count != count) throw new ModelFormatException(config, "id2label", $"has {labels.Count} labels, and the model {count}");
        Labels = labels ?? [.. Enumerable.Range(0, count).Select(i => FormattableString.Invariant($"LABEL_{i}"))];
        var problem = File.Exists(config) ? Problem(config) : null;
        if (problem == "regression") throw new ModelFormatException(config, "problem_type", "is regression, whose outputs are no probabilities of labels");
        _independent = count == 1 || problem == "multi_label_classification";
    }

    /// <summary>The labels, in the order of the model's outputs.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>Opens a model.</summary>
    /// <param name="path">A folder with model.onnx or onnx/model.onnx, or the file; config.json and the tokenizer's files (tokenizer.json or vocab.txt) lie in the folder.</param>
    /// <param name="options">Null: the defaults.</param>
    /// <exception cref="FileNotFoundException">There is no model, or no tokenizer.</exception>
    /// <exception cref="ModelFormatException">The file is no classifier of texts; the message says why.</exception>
    /// <exception cref="NotSupportedException">ONNX Runtime's native part is missing.</exception>
    public static TextClassifier Open(string path, OnnxOptions? options = null)
    {
        var runner = TextRunner.Open(path, options ?? new());
        try
        {
            return new(runner, File.Exists(path) ? Path.GetDirectoryName(Path.GetFullPath(path))! : path);
        }
        catch
        {
            runner.Dispose();
            throw;
        }
    }

    /// <summary>The labels' probabilities for a text, in the order of <see cref="Labels"/>, each in [0, 1].</summary>
    public double[] Classify(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Classify(text, out _);
    }

    /// <summary>The probability that the generated text has a label, in [0, 1].</summary>
    /// <param name="label">One of <see cref="Labels"/>.</param>
    /// <param name="name">The name by which results and errors speak of it; null: the label's.</param>
    /// <exception cref="ArgumentException">There is no such label; the message lists them.</exception>
    public IHeuristic Label(string label, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(label);
        var at = Labels.ToList().IndexOf(label);
        if (at < 0) throw new ArgumentException($"there is no label '{label}'; there are {string.Join(", ", Labels)}", nameof(label));
        return new OnnxHeuristic(name ?? label, new(0, 1), _ => (text => (Classify(text, out var tokens)[at], tokens), 0));
    }

    /// <inheritdoc/>
    public void Dispose() => _runner.Dispose();

    private double[] Classify(string text, out int tokens)
    {
        var ids = _runner.Encode(text);
        tokens = ids.Length;
        if (ids.Length == 0) throw new ArgumentException("the tokenizer makes no token of the text, so that there is nothing to classify", nameof(text));
        var (logits, shape) = _runner.Run(ids, _output);
        if (shape.Length != 1 || logits.Length != Labels.Count) throw new ModelFormatException(_runner.Path, _output, $"has the shape (1, {string.Join(", ", shape)}) for a text, and there are {Labels.Count} labels");
        if (_independent) return [.. logits.Select(logit => 1 / (1 + Math.Exp(-logit)))];
        var most = logits.Max();
        var sum = logits.Sum(logit => Math.Exp((double)logit - most));
        return [.. logits.Select(logit => Math.Exp((double)logit - most) / sum)];
    }

    private static string? Problem(string config)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(config));
        return document.RootElement.TryGetProperty("problem_type", out var type) && type.ValueKind == JsonValueKind.String ? type.GetString() : null;
    }
}
