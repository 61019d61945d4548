using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace DecodeAlign.Experiments;

/// <summary>A schema of MaskBench and its instances.</summary>
/// <param name="Id">Its name; the family comes first.</param>
/// <param name="Schema">Its text.</param>
/// <param name="Tests">Instances, written as Python's <c>json.dumps(…, ensure_ascii=False)</c> does, and whether they are valid.</param>
internal sealed record MaskBenchCase(string Id, string Schema, IReadOnlyList<(bool IsValid, string Text)> Tests)
{
    public string Family => Id.StartsWith("BFCL", StringComparison.Ordinal) ? "BFCL" : Id.StartsWith("JME", StringComparison.Ordinal) ? "JME" : Id.Split("---")[0];

    /// <summary>Reads a file of one case a line, <c>.gz</c> or not.</summary>
    public static IEnumerable<MaskBenchCase> Read(string path)
    {
        using var file = File.OpenRead(path);
        using var text = new StreamReader(path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file);
        while (text.ReadLine() is { } line)
        {
            using var json = JsonDocument.Parse(line, new() { MaxDepth = 512 });
            var root = json.RootElement;
            yield return new(root.GetProperty("id").GetString()!, root.GetProperty("schema").GetRawText(),
                [.. root.GetProperty("tests").EnumerateArray().Select(test => (test.GetProperty("valid").GetBoolean(), Write(test.GetProperty("data"), new StringBuilder()).ToString()))]);
        }
    }

    private static StringBuilder Write(JsonElement value, StringBuilder text)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                text.Append('{');
                foreach (var (i, property) in value.EnumerateObject().Index())
                {
                    if (i > 0) text.Append(", ");
                    Write(property.Name, text).Append(": ");
                    Write(property.Value, text);
                }
                return text.Append('}');
            case JsonValueKind.Array:
                text.Append('[');
                foreach (var (i, item) in value.EnumerateArray().Index())
                {
                    if (i > 0) text.Append(", ");
                    Write(item, text);
                }
                return text.Append(']');
            case JsonValueKind.String:
                return Write(value.GetString()!, text);
            default:
                return text.Append(value.GetRawText());
        }
    }

    private static StringBuilder Write(string value, StringBuilder text)
    {
        text.Append('"');
        foreach (var letter in value)
            _ = letter switch
            {
                '"' or '\\' => text.Append('\\').Append(letter),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                '\b' => text.Append("\\b"),
                '\f' => text.Append("\\f"),
                < ' ' => text.Append(System.Globalization.CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}"),
                _ => text.Append(letter),
            };
        return text.Append('"');
    }
}
