namespace DecodeAlign.Tests;

/// <summary>A folder with a vocabulary of some words and a table of random rows, as an ONNX model.</summary>
internal sealed class MadeModel : IDisposable
{
    public const int Width = 5;

    public static readonly string[] Words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "fox", "river", "red", "blue", "##s", "."];

    private readonly TempFolder _folder = new();

    public MadeModel(int seed = 1, float[]? bias = null, string? config = null)
    {
        var random = new Random(seed);
        Table = Rows(Words.Length, Width);
        Weights = Rows(Width, bias?.Length ?? 2);
        Bias = bias ?? [0.3f, -0.2f];
        _folder.Write("vocab.txt", string.Join('\n', Words) + "\n");
        if (config is not null) _folder.Write("config.json", config);

        float[][] Rows(int count, int width) => [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, width).Select(_ => (float)(random.NextDouble() * 2 - 1)).ToArray())];
    }

    public float[][] Table { get; }

    public float[][] Weights { get; }

    public float[] Bias { get; }

    public string Folder => _folder.Path;

    public MadeModel WithEmbedder(string[]? inputs = null, string output = "last_hidden_state") => With(OnnxFile.Embedder(Table, inputs, output));

    public MadeModel WithClassifier() => With(OnnxFile.Classifier(Table, Weights, Bias));

    public MadeModel With(byte[] model)
    {
        File.WriteAllBytes(_folder.File("model.onnx"), model);
        return this;
    }

    /// <summary>A text's ids by hand, of words of the vocabulary with spaces between.</summary>
    public static int[] Ids(string text) => [2, .. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => Array.IndexOf(Words, word) is >= 0 and var id ? id : 1), 3];

    /// <summary>The mean of the rows, in double precision.</summary>
    public double[] Mean(string text) => [.. Enumerable.Range(0, Width).Select(d => Ids(text).Average(id => (double)Table[id][d]))];

    /// <summary>The cosine of two texts' means.</summary>
    public double Cosine(string text, string other)
    {
        var (left, right) = (Mean(text), Mean(other));
        return left.Zip(right, (a, b) => a * b).Sum() / Math.Sqrt(left.Sum(a => a * a) * right.Sum(b => b * b));
    }

    public void Dispose() => _folder.Dispose();
}
