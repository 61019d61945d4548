using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace DecodeAlign.Evaluation;

/// <summary>
/// What judges without a download: models of words and bytes that <c>experiments judges</c> trained on the two kinds of texts the embedded model was trained on too, <c>stories</c> (TinyStories excerpts and open children's
/// stories) and <c>books</c> (children's books of Project Gutenberg); no text itself is shipped.
/// </summary>
internal static class ShippedData
{
    private static readonly Dictionary<string, Lazy<WordOdds>> Styles = Sources.SelectMany(source => Heuristics.ObjectiveSet.Names.Select(objective => $"{objective}.{source}"))
        .ToDictionary(name => name, name => new Lazy<WordOdds>(() => WordOdds.Read(Text($"style.{name}"))), StringComparer.Ordinal);

    private static readonly Dictionary<string, Lazy<(ByteModel, double)>> Bytes = Sources.ToDictionary(source => source, source => new Lazy<(ByteModel, double)>(() =>
    {
        using var stream = Open($"bytes.{source}");
        using var reader = new BinaryReader(stream, Encoding.UTF8, leaveOpen: true);
        var human = reader.ReadDouble();
        return (ByteModel.Read(stream), human);
    }), StringComparer.Ordinal);

    /// <summary>The kinds of texts.</summary>
    public static IReadOnlyList<string> Sources => ["stories", "books"];

    /// <summary>Naive Bayes between passages of books or stories in which an objective is in the upper third and those where it is in the lower.</summary>
    public static WordOdds Style(string objective, string source) => Styles[$"{objective}.{source}"].Value;

    /// <summary>A byte model of the texts, and the bits per byte under it of held-out human passages of about 40 tokens.</summary>
    public static (ByteModel Model, double HumanBits) ByteModelOf(string source) => Bytes[source].Value;

    /// <summary>Packs a text as it is embedded.</summary>
    public static void Pack(string path, Action<Stream> write)
    {
        using var stream = new BrotliStream(File.Create(path), CompressionLevel.SmallestSize);
        write(stream);
    }

    private static string Text(string name)
    {
        using var reader = new StreamReader(Open(name), Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private static BrotliStream Open(string name)
    {
        var resource = string.Create(CultureInfo.InvariantCulture, $"DecodeAlign.Evaluation.Judges.Data.{name}.br");
        return new(typeof(ShippedData).Assembly.GetManifestResourceStream(resource) ?? throw new FileNotFoundException($"this build lacks {resource}"), CompressionMode.Decompress);
    }
}
