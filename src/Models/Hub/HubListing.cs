using System.Text.Json;
using System.Text.RegularExpressions;

namespace DecodeAlign.Models;

/// <summary>Reads the hub's answer on a model, and picks the files that are needed to run it.</summary>
internal static partial class HubListing
{
    private const int MaxFiles = 100_000;
    private const long MaxFileBytes = 1L << 42;

    private static readonly HashSet<string> Small = new(StringComparer.Ordinal)
    {
        "config.json", "generation_config.json", "tokenizer.json", "tokenizer.model", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json",
        "vocab.json", "merges.txt", "chat_template.jinja", "chat_template.json", "LICENSE", "LICENSE.txt", "LICENSE.md",
    };

    /// <summary>The commit, and the files.</summary>
    /// <param name="id">The model.</param>
    /// <param name="json">The answer.</param>
    /// <param name="only">One file to fetch instead of a model; null: the model.</param>
    /// <exception cref="HubException">The answer is not of the expected shape, or the model has nothing that can be run.</exception>
    public static (string Commit, IReadOnlyList<HubFile> Files) Read(HubModelId id, ReadOnlyMemory<byte> json, string? only)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 64 });
            var root = document.RootElement;
            var commit = root.GetProperty("sha").GetString()!;
            if (!HubModelId.IsCommit(commit)) throw new HubException($"{id}: the hub's answer names no commit");
            var siblings = root.GetProperty("siblings");
            if (siblings.GetArrayLength() > MaxFiles) throw new HubException($"{id}: has more than {MaxFiles} files");
            var names = siblings.EnumerateArray().Select(file => file.GetProperty("rfilename").GetString()!).ToHashSet(StringComparer.Ordinal);
            var wanted = Wanted(id, names, only);
            return (commit, [.. siblings.EnumerateArray().Where(file => wanted.Contains(file.GetProperty("rfilename").GetString()!)).Select(file => File(id, file))]);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new HubException($"{id}: the hub's answer can't be read: {e.Message}", e);
        }
    }

    private static HashSet<string> Wanted(HubModelId id, HashSet<string> names, string? only)
    {
        if (only is not null)
        {
            if (!GgufName().IsMatch(only)) throw new HubException($"{only}: only a .gguf file can be fetched by itself");
            return names.Contains(only) ? [only] : throw new HubException($"{id}: has no file {only}; it has {Some(names, ".gguf")}");
        }
        HashSet<string> wanted = [.. names.Where(name => Small.Contains(name) || TemplateName().IsMatch(name))];
        if (names.Contains(Checkpoint.SingleFile)) wanted.Add(Checkpoint.SingleFile);
        else if (names.Contains(Checkpoint.IndexFile)) wanted.UnionWith([Checkpoint.IndexFile, .. names.Where(name => ShardName().IsMatch(name))]);
        else if (names.Any(name => name.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase))) throw new HubException($"{id}: holds GGUF files; name one: decodealign pull {id} --file {Some(names, ".gguf")}");
        else if (names.Contains("adapter_config.json")) throw new HubException($"{id}: is an adapter (PEFT), not a model; merge it into its base model");
        else throw new HubException($"{id}: has no weights as safetensors, the only form that is downloaded (others may run code)");
        return wanted;
    }

    private static HubFile File(HubModelId id, JsonElement file)
    {
        var path = file.GetProperty("rfilename").GetString()!;
        var large = file.TryGetProperty("lfs", out var lfs) && lfs.ValueKind == JsonValueKind.Object;
        var hash = (large ? lfs.GetProperty("sha256") : file.GetProperty("blobId")).GetString()!;
        var bytes = (large ? lfs : file).GetProperty("size").GetInt64();
        if (bytes is < 0 or > MaxFileBytes || hash.Length != (large ? 64 : 40) || !hash.All(char.IsAsciiHexDigitLower)) throw new HubException($"{id}: the hub's answer on {path} is not valid");
        return new(path, bytes, hash, large);
    }

    private static string Some(HashSet<string> names, string ending)
    {
        string[] found = [.. names.Where(name => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase)).Order(StringComparer.Ordinal)];
        return found.Length == 0 ? "none" : string.Join(", ", found.Take(8)) + (found.Length > 8 ? $" and {found.Length - 8} more" : "");
    }

    [GeneratedRegex(@"\Amodel-\d{5}-of-\d{5}\.safetensors\z")]
    private static partial Regex ShardName();

    [GeneratedRegex(@"\Aadditional_chat_templates/[A-Za-z0-9_-]{1,64}\.jinja\z")]
    private static partial Regex TemplateName();

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._+=-]{0,250}\.gguf\z")]
    private static partial Regex GgufName();
}
