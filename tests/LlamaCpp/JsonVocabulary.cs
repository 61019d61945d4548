using System.Text.Json;

namespace DecodeAlign.Tests;

/// <summary>A byte-level tokenizer.json's tokens, as a GGUF file holds them.</summary>
internal static class JsonVocabulary
{
    public static GgufVocabulary Read(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(file));
        var model = document.RootElement.GetProperty("model");
        var ids = model.GetProperty("vocab").EnumerateObject().ToDictionary(entry => entry.Value.GetInt32(), entry => entry.Name);
        var kinds = ids.Keys.ToDictionary(id => id, _ => 1);
        foreach (var added in document.RootElement.GetProperty("added_tokens").EnumerateArray())
            (ids[added.GetProperty("id").GetInt32()], kinds[added.GetProperty("id").GetInt32()]) = (added.GetProperty("content").GetString()!, added.GetProperty("special").GetBoolean() ? 3 : 4);
        string[] merges = [.. model.GetProperty("merges").EnumerateArray().Select(merge => merge.ValueKind == JsonValueKind.String ? merge.GetString()! : string.Join(' ', merge.EnumerateArray().Select(part => part.GetString())))];
        return new("gpt2", [.. Enumerable.Range(0, ids.Count).Select(id => ids[id])], [.. Enumerable.Range(0, ids.Count).Select(id => kinds[id])]) { Merges = merges, Pre = "gpt-2" };
    }
}
