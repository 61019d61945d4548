using System.Text.Json;
using DecodeAlign.Decoding;
using DecodeAlign.Models;

namespace DecodeAlign.Remote;

/// <summary>The ids that end a text, as a folder names them, of whatever architecture its model is.</summary>
internal static class EndOfSequence
{
    private const int MostBytes = 8 << 20;

    /// <exception cref="ModelFormatException">No file names one, or a file is malformed.</exception>
    public static IReadOnlyList<int> Ids(string folder, ITokenizer tokenizer)
    {
        var model = ModelFolder.Exists(folder) ? ModelFolder.Open(folder) : null;
        if (model is { IsGguf: true }) return model.ReadDescription().EosIds;
        var ids = new SortedSet<int>();
        foreach (var name in (string[])["config.json", "generation_config.json"])
            if (Read(folder, name) is { } file)
                using (file) ids.UnionWith(Numbers(file.RootElement));
        if (Read(folder, "tokenizer_config.json") is { } configuration)
            using (configuration)
                if (Text(configuration.RootElement) is { } text && (tokenizer as Tokenizer)?.FindToken(text) is { } id) ids.Add(id);
        ids.RemoveWhere(id => id < 0 || id >= tokenizer.VocabularySize);
        return ids.Count > 0 ? [.. ids] : throw new ModelFormatException(folder, "eos_token_id", "is named in neither config.json, nor generation_config.json, nor tokenizer_config.json (eos_token): without it no text ends");
    }

    private static JsonDocument? Read(string folder, string name)
    {
        var path = Path.Combine(folder, name);
        if (!File.Exists(path)) return null;
        if (new FileInfo(path).Length > MostBytes) throw new ModelFormatException(path, null, $"is longer than {MostBytes} bytes");
        try
        {
            return JsonDocument.Parse(File.ReadAllBytes(path));
        }
        catch (JsonException e)
        {
            throw new ModelFormatException(path, null, $"is not valid JSON: {e.Message}", e);
        }
    }

    private static IEnumerable<int> Numbers(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("eos_token_id", out var value)) return [];
        return value.ValueKind switch
        {
            JsonValueKind.Number when value.TryGetInt32(out var id) => [id],
            JsonValueKind.Array => [.. value.EnumerateArray().Where(one => one.ValueKind == JsonValueKind.Number && one.TryGetInt32(out _)).Select(one => one.GetInt32()).Take(64)],
            _ => [],
        };
    }

    private static string? Text(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("eos_token", out var value)) return null;
        if (value.ValueKind == JsonValueKind.Object && value.TryGetProperty("content", out var content)) value = content;
        return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
    }
}
