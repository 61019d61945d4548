using System.Text.Json;

namespace DecodeAlign.Models;

/// <summary>Folders that hold a model in a form that is not read: each has the one message that helps.</summary>
internal static class OtherFormats
{
    private const int MaxFiles = 10_000;
    private const string Adapter = "adapter_config.json";

    /// <exception cref="ModelFormatException">The folder is such a one.</exception>
    public static void Refuse(string folder)
    {
        if (Find(folder) is { } refusal) throw refusal;
    }

    /// <summary>What to say of a folder that has no weights to read, but those of another format; null: it is none.</summary>
    public static ModelFormatException? Find(string folder)
    {
        if (File.Exists(Path.Combine(folder, Checkpoint.SingleFile)) || File.Exists(Path.Combine(folder, Checkpoint.IndexFile))) return null;
        var adapter = Path.Combine(folder, Adapter);
        if (File.Exists(adapter))
            return new(adapter, null, $"the folder holds an adapter (PEFT) of {BaseModel(adapter)}, not a model; merge it into that (merge_and_unload, then save_pretrained) and name the merged folder");
        var files = Directory.EnumerateFiles(folder).Take(MaxFiles).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal).ToArray();
        if (Array.Find(files, name => name.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase)) is { } gguf)
            return new(Path.Combine(folder, gguf), null, "is a model by itself; name the file, not its folder");
        var pickled = Array.Find(files, name => name.StartsWith("pytorch_model", StringComparison.Ordinal));
        return pickled is null ? null : new(Path.Combine(folder, pickled), null, $"is not a format that is read (it may run code); save the model as {Checkpoint.SingleFile}");
    }

    private static string BaseModel(string file)
    {
        using var document = BoundedFile.ReadJsonObject(file, 1 << 20);
        return document.RootElement.TryGetProperty("base_model_name_or_path", out var name) && name.ValueKind == JsonValueKind.String && name.GetString() is { Length: > 0 and < 256 } text ? text : "another model";
    }
}
