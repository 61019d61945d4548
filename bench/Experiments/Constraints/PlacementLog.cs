using System.Text.Json;
using System.Text.Json.Serialization;

namespace DecodeAlign.Experiments;

/// <summary>The texts written so far, by method and number of the set; in a file, so that a long measurement can go on where it stopped.</summary>
internal sealed class PlacementLog : IDisposable
{
    private static readonly JsonSerializerOptions Json = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    private readonly StreamWriter? _file;

    public PlacementLog(string? path, PlacementSettings settings)
    {
        if (path is null) return;
        // another draw or limit is another measurement
        var asked = settings with { Out = null, Only = [], Show = 0, Threads = 0, Minutes = 0 };
        if (File.Exists(path) && File.ReadAllLines(path) is { Length: > 0 } lines)
        {
            if (lines[0] != JsonSerializer.Serialize(asked, Json)) throw new InvalidDataException($"{path} holds another measurement: {lines[0]}");
            foreach (var entry in lines.Skip(1).Select(line => JsonSerializer.Deserialize<Entry>(line, Json)!)) Texts[(entry.Method, entry.Set)] = entry.Figures;
            _file = new(path, append: true) { AutoFlush = true };
            return;
        }
        _file = new(path) { AutoFlush = true };
        _file.WriteLine(JsonSerializer.Serialize(asked, Json));
    }

    public Dictionary<(string Method, int Set), TextFigures> Texts { get; } = [];

    public bool Knows(string method, int set) => Texts.ContainsKey((method, set));

    public void Add(string method, int number, ConceptSet set, TextFigures figures)
    {
        Texts[(method, number)] = figures;
        _file?.WriteLine(JsonSerializer.Serialize(new Entry(method, number, [.. set.Forms.Select(forms => forms[0])], figures), Json));
    }

    public void Dispose() => _file?.Dispose();

    private sealed record Entry(string Method, int Set, string[] Words, TextFigures Figures);
}
