using DecodeAlign.Decoding;
using DecodeAlign.Heuristics;
using DecodeAlign.Models;

namespace DecodeAlign.Onnx;

/// <summary>
/// The heuristics of ONNX models by name, for command lines and configuration: <c>onnx-label=DIR#LABEL</c>, <c>onnx-relevance=DIR</c>, <c>onnx-nearness=DIR#FILE</c> and <c>onnx-distance=DIR#FILE</c>. Each model is opened once, with the
/// defaults of <see cref="OnnxOptions"/> and <see cref="Pooling"/>, and stays open as long as the process runs. Safe for concurrent use.
/// </summary>
public static class OnnxHeuristics
{
    private const string Needs = "an ONNX model, and ONNX Runtime's native part: a build with -p:Onnx=cpu";
    private const string Model = "a folder with model.onnx and a tokenizer's files, or the .onnx file";

    private static readonly Lock Gate = new();
    private static readonly Dictionary<string, TextClassifier> Classifiers = new(StringComparer.Ordinal);
    private static readonly Dictionary<string, TextEmbedder> Embedders = new(StringComparer.Ordinal);

    /// <summary>Adds them to <see cref="HeuristicCatalogue"/>. Call it once, before specifications are read; again changes nothing.</summary>
    public static void Register()
    {
        HeuristicCatalogue.Add(new("onnx-distance", "How far the text's meaning is from the nearest of some texts: 1 minus the greatest cosine of a sentence embedder's vectors, 0 to 2.", $"{Model}, # and a file with a text on each line", Needs, "onnx-distance=path/to/embedder#cliches.txt@2"),
            argument => OfExamples(argument, (embedder, texts) => embedder.Distance(texts, "onnx-distance")));
        HeuristicCatalogue.Add(new("onnx-label", "The probability that a text classifier gives a label, 0 to 1.", $"{Model}, and, if it has several labels, # and one of them", Needs, "onnx-label=path/to/classifier#joy@2"),
            argument => Label(argument));
        HeuristicCatalogue.Add(new("onnx-nearness", "How near the text's meaning is to the nearest of some texts: the greatest cosine of a sentence embedder's vectors, -1 to 1.", $"{Model}, # and a file with a text on each line", Needs, "onnx-nearness=path/to/embedder#examples.txt@2"),
            argument => OfExamples(argument, (embedder, texts) => embedder.Nearness(texts, "onnx-nearness")));
        HeuristicCatalogue.Add(new("onnx-relevance", "How near the text's meaning is to the prompt's: the cosine of a sentence embedder's vectors, -1 to 1.", Model, Needs, "onnx-relevance=path/to/embedder@2"),
            argument => Open(Embedders, argument, path => TextEmbedder.Open(path)).Relevance("onnx-relevance"));
    }

    private static IHeuristic Label(string argument)
    {
        var (path, label) = Split(argument);
        var classifier = Open(Classifiers, path, folder => TextClassifier.Open(folder));
        if (label is null && classifier.Labels.Count > 1) throw new FormatException($"{path} has several labels, of which one must be named after #: {string.Join(", ", classifier.Labels)}");
        return classifier.Label(label ?? classifier.Labels[0]);
    }

    private static IHeuristic OfExamples(string argument, Func<TextEmbedder, IReadOnlyList<string>, IHeuristic> create)
    {
        var (path, file) = Split(argument);
        if (file is null) throw new FormatException("the file with the examples is missing, after #");
        string[] texts = [.. File.ReadLines(file).Select(line => line.Trim()).Where(line => line.Length > 0)];
        return texts.Length > 0 ? create(Open(Embedders, path, folder => TextEmbedder.Open(folder)), texts) : throw new FormatException($"{file} holds no text");
    }

    private static (string Path, string? After) Split(string argument)
    {
        var cut = argument.LastIndexOf('#');
        return cut < 0 ? (argument, null) : (argument[..cut], argument[(cut + 1)..]);
    }

    // a model that can't be opened is tried again by whoever asks next
    private static T Open<T>(Dictionary<string, T> opened, string path, Func<string, T> open)
    {
        if (path.Length == 0) throw new FormatException("the model is missing");
        var full = Path.GetFullPath(path);
        lock (Gate)
        {
            if (opened.TryGetValue(full, out var known)) return known;
            try
            {
                return opened[full] = open(full);
            }
            catch (ModelFormatException fault)
            {
                throw new FormatException(fault.Message, fault);
            }
        }
    }
}
