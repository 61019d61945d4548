using System.Text.Json;

namespace DecodeAlign.Models;

/// <summary>A JSON object whose fields are read with their type and range checked; errors name file and field. A field that is null counts as absent.</summary>
internal sealed class JsonFields(string file, JsonElement element, string path = "", List<string>? warnings = null)
{
    /// <summary>What was read otherwise than it is written, one sentence each; nested objects add to it.</summary>
    public List<string> Warnings { get; } = warnings ?? [];

    /// <summary>The file, as a path.</summary>
    public string File => file;

    public bool Has(string name) => Find(name) is not null;

    /// <summary>Whether the field is there and null.</summary>
    public bool IsNull(string name) => element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Null;

    /// <summary>An integer in a range; null where absent.</summary>
    public int? FindInt(string name, int min, int max) => Find(name) is { } value ? AsInt(name, value, min, max) : null;

    /// <summary>An integer in a range that must be there.</summary>
    public int Int(string name, int min, int max) => FindInt(name, min, max) ?? throw Bad(name, "is missing");

    /// <summary>A finite number in a range; null where absent.</summary>
    public double? FindNumber(string name, double min, double max)
    {
        if (Find(name) is not { } value) return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number >= min && number <= max) return number;
        throw Bad(name, $"must be a number from {min} to {max}");
    }

    /// <summary>A finite number in a range that must be there.</summary>
    public double Number(string name, double min, double max) => FindNumber(name, min, max) ?? throw Bad(name, "is missing");

    /// <summary>True or false, or what it is where absent.</summary>
    public bool Flag(string name, bool absent) => Find(name) is not { } value ? absent
        : value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean()
        : throw Bad(name, "must be true or false");

    /// <summary>A string; null where absent.</summary>
    public string? FindText(string name) => Find(name) is { } value ? AsText(name, value) : null;

    /// <summary>A nested object; null where absent.</summary>
    public JsonFields? FindObject(string name) => Find(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.Object ? new JsonFields(file, value, $"{path}{name}.", Warnings)
        : throw Bad(name, "must be an object");

    /// <summary>A list of integers; a lone integer is a list of one; empty where absent.</summary>
    public IReadOnlyList<int> Ints(string name, int min, int max, int maxCount) =>
        [.. Items(name, maxCount).Select(item => AsInt(name, item, min, max))];

    /// <summary>A list of so many numbers in a range that must be there.</summary>
    public IReadOnlyList<double> Numbers(string name, double min, double max, int count)
    {
        var items = Items(name, Limits.HeadSize);
        if (items.Length != count) throw Bad(name, items.Length == 0 ? "is missing" : $"has {items.Length} entries, not {count}");
        return [.. items.Select(item => item.ValueKind == JsonValueKind.Number && item.TryGetDouble(out var number) && number >= min && number <= max ? number : throw Bad(name, $"must hold numbers from {min} to {max}"))];
    }

    /// <summary>A list of strings; empty where absent.</summary>
    public IReadOnlyList<string> Texts(string name, int maxCount) => [.. Items(name, maxCount).Select(item => AsText(name, item))];

    /// <summary>Number of a nested object's properties; null where absent.</summary>
    public int? FindCount(string name) => Find(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.Object ? value.GetPropertyCount()
        : throw Bad(name, "must be an object");

    /// <summary>A list of token ids; a lone one is a list of one. Those that no token has (−1 for none, or beyond the vocabulary) can't occur and are left out, with a warning.</summary>
    public IReadOnlyList<int> TokenIds(string name, int vocabulary)
    {
        var ids = Ints(name, int.MinValue, int.MaxValue, Limits.EosIds);
        foreach (var id in ids)
            if (id < 0 || id >= vocabulary) Warn(name, $"no token has the id {id} (there are {vocabulary}); it is left out");
        return [.. ids.Where(id => id >= 0 && id < vocabulary)];
    }

    /// <summary>An integer in a range; where absent, what the format's own library takes, with a warning.</summary>
    public int IntOrDefault(string name, int min, int max, int absent)
    {
        if (FindInt(name, min, max) is { } value) return value;
        Warn(name, $"is missing; {absent} is taken, as transformers does");
        return absent;
    }

    /// <summary>Notes that a field is read otherwise than it is written.</summary>
    public void Warn(string name, string message) => Warnings.Add($"{file}: {path}{name}: {message}");

    /// <summary>The error for a field of this object.</summary>
    public ModelFormatException Bad(string name, string problem) => new(file, path + name, problem);

    private JsonElement? Find(string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private JsonElement[] Items(string name, int maxCount)
    {
        if (Find(name) is not { } value) return [];
        if (value.ValueKind != JsonValueKind.Array) return [value];
        return value.GetArrayLength() <= maxCount ? [.. value.EnumerateArray()] : throw Bad(name, $"has more than {maxCount} entries");
    }

    private int AsInt(string name, JsonElement value, int min, int max)
    {
        if (value.ValueKind == JsonValueKind.Number)
        {
            if (value.TryGetInt32(out var number) && number >= min && number <= max) return number;
            if (value.TryGetDouble(out var whole) && whole == Math.Floor(whole) && whole >= min && whole <= max)
            {
                Warn(name, $"{value.GetRawText()} is read as the integer {(int)whole}");
                return (int)whole;
            }
        }
        throw Bad(name, $"must be an integer from {min} to {max}");
    }

    private string AsText(string name, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String) throw Bad(name, "must be a string");
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException e)
        {
            // an escaped half of a surrogate pair
            throw new ModelFormatException(file, path + name, "is not valid text", e);
        }
    }
}
