using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace DecodeAlign.Heuristics;

/// <summary>
/// Reads preferred and refused texts: JSON lines with <c>chosen</c>, <c>rejected</c> and, where the texts go on from one, <c>prompt</c>; gzip where the name ends with .gz. Without a prompt, what a pair's texts share up
/// to the last <c>Assistant:</c> is taken for it, as HH-RLHF writes dialogues. Files are not trusted: their size and lines are bounded.
/// </summary>
public static class PreferencePairFile
{
    /// <summary>Most pairs of a file.</summary>
    public const int MostPairs = 1_000_000;

    /// <summary>Most bytes of a file, unpacked.</summary>
    public const long MostBytes = 1L << 30;

    private const int MostCharacters = 1 << 20;
    private const string Turn = "\n\nAssistant:";

    /// <summary>Reads a file. Pairs of equal texts are kept: they say nothing, which is told.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FormatException">A line is broken, or there is none; the message names file and line.</exception>
    /// <exception cref="IOException">The file can't be read, or is too large.</exception>
    public static IReadOnlyList<PreferencePair> Read(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        using var file = File.OpenRead(path);
        using Stream plain = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(file, CompressionMode.Decompress) : file;
        using var reader = new StreamReader(plain, new UTF8Encoding(false, throwOnInvalidBytes: true));
        var pairs = new List<PreferencePair>();
        var characters = 0L;
        try
        {
            for (var number = 1; ReadLine(reader, path, number) is { } line; number++)
            {
                if ((characters += line.Length) > MostBytes) throw new IOException($"{path}: holds more than {MostBytes:N0} bytes");
                if (string.IsNullOrWhiteSpace(line)) continue;
                if (pairs.Count == MostPairs) throw new IOException($"{path}: holds more than {MostPairs:N0} pairs");
                pairs.Add(Parse(line, path, number));
            }
        }
        catch (Exception fault) when (fault is DecoderFallbackException or InvalidDataException)
        {
            throw new FormatException($"{path}: after {pairs.Count} pairs: {fault.Message}", fault);
        }
        return pairs.Count > 0 ? pairs : throw new FormatException($"{path}: holds no pairs; a line is {{\"prompt\": \"…\", \"chosen\": \"…\", \"rejected\": \"…\"}}");
    }

    private static string? ReadLine(StreamReader reader, string path, int number)
    {
        var line = new StringBuilder();
        for (int character; (character = reader.Read()) != '\n'; line.Append((char)character))
        {
            if (character < 0) return line.Length > 0 ? line.ToString() : null;
            if (line.Length == MostCharacters) throw new IOException($"{path}, line {number}: is longer than {MostCharacters:N0} characters");
        }
        return line.ToString();
    }

    private static PreferencePair Parse(string line, string path, int number)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var (chosen, rejected) = (Text(document, "chosen"), Text(document, "rejected"));
            if (chosen is null || rejected is null) throw new FormatException($"{path}, line {number}: needs the texts 'chosen' and 'rejected'");
            return Text(document, "prompt") is { } prompt ? new(prompt, chosen, rejected) : Split(chosen, rejected);
        }
        catch (JsonException fault)
        {
            throw new FormatException($"{path}, line {number}: {fault.Message}", fault);
        }
    }

    private static string? Text(JsonDocument document, string name) =>
        document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static PreferencePair Split(string chosen, string rejected)
    {
        var shared = chosen.AsSpan().CommonPrefixLength(rejected);
        var turn = chosen.AsSpan(0, shared).LastIndexOf(Turn);
        return turn < 0 ? new("", chosen, rejected) : new(chosen[..(turn + Turn.Length)], chosen[(turn + Turn.Length)..], rejected[(turn + Turn.Length)..]);
    }
}
