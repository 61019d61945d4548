using System.Text.Json;

namespace DecodeAlign.Models;

/// <summary>All tensors of a model folder: one safetensors file, or the shards that an index names. Reading is safe for concurrent calls.</summary>
internal sealed class Checkpoint : IDisposable
{
    public const string SingleFile = "model.safetensors";
    public const string IndexFile = "model.safetensors.index.json";

    private const int MaxIndexBytes = 32 << 20;
    private const int MaxShards = 1024;
    private const int MaxTensors = 1 << 17;

    private readonly Dictionary<string, StoredTensor> _tensors = new(StringComparer.Ordinal);
    private readonly List<SafetensorsFile> _files = [];

    private Checkpoint()
    {
    }

    /// <summary>Every tensor by name.</summary>
    public IReadOnlyDictionary<string, StoredTensor> Tensors => _tensors;

    /// <summary>The safetensors files.</summary>
    public IReadOnlyList<SafetensorsFile> Files => _files;

    /// <summary>Path of the single file or of the index.</summary>
    public required string Path { get; init; }

    /// <exception cref="ModelFormatException">A file is missing or malformed, or index and shards disagree.</exception>
    public static Checkpoint Open(string folder)
    {
        var single = System.IO.Path.Combine(folder, SingleFile);
        var index = System.IO.Path.Combine(folder, IndexFile);
        var sharded = !File.Exists(single) && File.Exists(index);
        if (!sharded && !File.Exists(single)) throw OtherFormats.Find(folder) ?? new ModelFormatException(single, null, "is missing");
        var checkpoint = new Checkpoint { Path = sharded ? index : single };
        try
        {
            if (sharded) checkpoint.AddShards(folder, index);
            else checkpoint.Add(single);
            return checkpoint;
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }

    public void Dispose() => _files.ForEach(f => f.Dispose());

    private void AddShards(string folder, string index)
    {
        var placed = ReadIndex(index);
        var shards = placed.Values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        if (shards.Length > MaxShards) throw new ModelFormatException(index, "weight_map", $"names {shards.Length} files; at most {MaxShards} are read");
        foreach (var shard in shards) Add(System.IO.Path.Combine(folder, shard));
        foreach (var (name, shard) in placed)
        {
            if (!_tensors.TryGetValue(name, out var tensor)) throw new ModelFormatException(index, name, $"is not in {shard}");
            if (System.IO.Path.GetFileName(tensor.File.Path) != shard) throw new ModelFormatException(index, name, $"is in {System.IO.Path.GetFileName(tensor.File.Path)}, not in {shard}");
        }
    }

    private void Add(string path)
    {
        var file = SafetensorsFile.Open(path);
        _files.Add(file);
        if (_tensors.Count + file.Tensors.Count > MaxTensors) throw new ModelFormatException(Path, null, $"there are more than {MaxTensors} tensors");
        foreach (var (name, tensor) in file.Tensors)
            if (!_tensors.TryAdd(name, tensor)) throw new ModelFormatException(path, name, $"is also in {System.IO.Path.GetFileName(_tensors[name].File.Path)}");
    }

    private static Dictionary<string, string> ReadIndex(string index)
    {
        var placed = new Dictionary<string, string>(StringComparer.Ordinal);
        var reader = new Utf8JsonReader(BoundedFile.ReadUtf8(index, MaxIndexBytes).Span, new JsonReaderOptions { MaxDepth = 16 });
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) throw new ModelFormatException(index, null, "must hold a JSON object");
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isMap = reader.ValueTextEquals("weight_map"u8);
                reader.Read();
                if (isMap) ReadWeightMap(index, ref reader, placed);
                else reader.Skip();
            }
            if (reader.Read()) throw new ModelFormatException(index, null, "goes on after its end");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new ModelFormatException(index, null, $"is not valid JSON: {e.Message}", e);
        }
        if (placed.Count == 0) throw new ModelFormatException(index, "weight_map", "is missing or empty");
        return placed;
    }

    private static void ReadWeightMap(string index, ref Utf8JsonReader reader, Dictionary<string, string> placed)
    {
        if (reader.TokenType != JsonTokenType.StartObject) throw new ModelFormatException(index, "weight_map", "must be an object");
        var shards = new Dictionary<string, string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            if (reader.TokenType != JsonTokenType.String) throw new ModelFormatException(index, name, "must be a file name");
            var shard = reader.GetString()!;
            // one string for each shard, however many tensors it holds
            if (shards.TryGetValue(shard, out var known)) shard = known;
            else if (IsPlainName(shard)) shards.Add(shard, shard);
            else throw new ModelFormatException(index, name, "must name a .safetensors file in the same folder");
            if (placed.Count == MaxTensors) throw new ModelFormatException(index, "weight_map", $"names more than {MaxTensors} tensors");
            if (!placed.TryAdd(name, shard)) throw new ModelFormatException(index, name, "appears twice");
        }
    }

    /// <summary>No separators, drives or parent folders, on any system.</summary>
    private static bool IsPlainName(string name) =>
        name.Length is > 12 and <= 255 && name.EndsWith(".safetensors", StringComparison.Ordinal) && name[0] != '.'
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '+' or '=');
}
