using System.Text.Json;
using System.Text.Json.Serialization;

namespace DecodeAlign.Remote;

[JsonSerializable(typeof(RewardRequest))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class RewardJson : JsonSerializerContext;

internal sealed record RewardRequest(string? Model)
{
    public string[]? Input { get; init; }

    public string[]? Text { get; init; }

    [JsonPropertyName("text_1")]
    public string? Text1 { get; init; }

    [JsonPropertyName("text_2")]
    public string[]? Text2 { get; init; }
}

/// <summary>Reads rewards as vLLM and SGLang write them: a list, or an object with one, whose entries hold a number or a list of numbers.</summary>
internal static class RewardAnswer
{
    private static readonly string[] Fields = ["score", "probs", "embedding", "data"];

    /// <exception cref="JsonException">There is not one finite number for each text.</exception>
    public static double[] Read(ReadOnlyMemory<byte> json, int count, int output)
    {
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Array) root = data;
        if (root.ValueKind == JsonValueKind.Object && count == 1) return [Value(root, output)];
        if (root.ValueKind != JsonValueKind.Array || root.GetArrayLength() != count) throw new JsonException($"{count} texts were sent, and {(root.ValueKind == JsonValueKind.Array ? root.GetArrayLength() : 0)} answered");
        var values = new double[count];
        Array.Fill(values, double.NaN);
        var place = 0;
        foreach (var entry in root.EnumerateArray())
        {
            var index = entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty("index", out var number) && number.ValueKind == JsonValueKind.Number && number.TryGetInt32(out var told) ? told : place;
            if (index < 0 || index >= count || !double.IsNaN(values[index])) throw new JsonException($"there is no text for the answer {index}");
            values[index] = Value(entry, output);
            place++;
        }
        return values;
    }

    private static double Value(JsonElement entry, int output)
    {
        if (entry.ValueKind == JsonValueKind.Object)
            foreach (var field in Fields)
                if (entry.TryGetProperty(field, out var inner)) return Value(inner, output);
        if (entry.ValueKind == JsonValueKind.Array) return output < entry.GetArrayLength() ? Value(entry[output], 0) : throw new JsonException($"there are {entry.GetArrayLength()} numbers for a text, and number {output} is asked for");
        return entry.ValueKind == JsonValueKind.Number && entry.TryGetDouble(out var value) && double.IsFinite(value) ? value : throw new JsonException("a text has no number");
    }
}
