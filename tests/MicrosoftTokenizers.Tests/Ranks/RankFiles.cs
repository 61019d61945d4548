using System.IO.Compression;
using System.Reflection;
using System.Text;

namespace DecodeAlign.Tests;

/// <summary>Rank files as OpenAI publishes them, made of those in Microsoft's data packages, which leave out the ranks.</summary>
public sealed class RankFiles : IDisposable
{
    private readonly TempFolder _folder = new();

    public RankFiles()
    {
        foreach (var (name, package) in new[] { ("r50k_base", "R50kBase"), ("cl100k_base", "Cl100kBase"), ("o200k_base", "O200kBase") })
        {
            var assembly = Assembly.Load($"Microsoft.ML.Tokenizers.Data.{package}");
            using var packed = new DeflateStream(assembly.GetManifestResourceStream($"{name}.tiktoken.deflate")!, CompressionMode.Decompress);
            using var reader = new StreamReader(packed);
            var lines = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)[1..];
            _folder.Write($"{name}.tiktoken", Lines(lines.Select(Convert.FromBase64String)));
        }
    }

    public string this[string name] => _folder.File($"{name}.tiktoken");

    /// <summary>The text of a rank file.</summary>
    internal static string Lines(IEnumerable<byte[]> tokens)
    {
        var text = new StringBuilder();
        foreach (var token in tokens.Select((bytes, rank) => (Bytes: bytes, Rank: rank))) text.Append(Convert.ToBase64String(token.Bytes)).Append(' ').Append(token.Rank).Append('\n');
        return text.ToString();
    }

    public void Dispose() => _folder.Dispose();
}
