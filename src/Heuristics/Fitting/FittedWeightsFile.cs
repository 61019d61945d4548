using System.Text.Json;
using System.Text.Json.Serialization;

namespace DecodeAlign.Heuristics;

/// <summary>Reads and writes fitted weights as JSON. Files are not trusted: their size, counts and numbers are checked.</summary>
public static class FittedWeightsFile
{
    /// <summary>What the file's <c>format</c> says.</summary>
    public const string Format = "decodealign-weights/1";

    /// <summary>Most bytes of a file.</summary>
    public const int MostBytes = 1 << 20;

    private const int MostWeights = 256;

    /// <summary>Reads a file.</summary>
    /// <exception cref="FormatException">It holds no weights; the message names the file and the field.</exception>
    /// <exception cref="IOException">It can't be read, or is too large.</exception>
    public static FittedWeights Read(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        using var file = File.OpenRead(path);
        if (file.Length > MostBytes) throw new IOException($"{path}: {file.Length:N0} bytes are more than the {MostBytes:N0} that fitted weights may have");
        FittedWeightsDocument? document;
        try
        {
            document = JsonSerializer.Deserialize(file, FittedWeightsJson.Default.FittedWeightsDocument);
        }
        catch (JsonException fault)
        {
            throw new FormatException($"{path}: {fault.Message}", fault);
        }
        if (document?.Format != Format) throw new FormatException($"{path}: format is not '{Format}', as decodealign fit writes it");
        if (document.Fit is not { Weights: { Count: > 0 and <= MostWeights } weights }) throw new FormatException($"{path}: fit.weights must be from 1 to {MostWeights} weights");
        if (weights.Any(weight => weight is null || string.IsNullOrWhiteSpace(weight.Key) || !double.IsFinite(weight.Weight))) throw new FormatException($"{path}: each of fit.weights needs a key and a finite weight");
        return document.Fit;
    }

    /// <summary>Writes a file, in place of one that is there.</summary>
    /// <exception cref="IOException">It can't be written.</exception>
    public static void Write(string path, FittedWeights weights)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        File.WriteAllText(path, ToJson(weights) + "\n");
    }

    /// <summary>The weights as JSON.</summary>
    public static string ToJson(FittedWeights weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        return JsonSerializer.Serialize(new FittedWeightsDocument(Format, weights), FittedWeightsJson.Default.FittedWeightsDocument);
    }
}

/// <summary>The file's outermost object.</summary>
internal sealed record FittedWeightsDocument(string Format, FittedWeights Fit);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(FittedWeightsDocument))]
internal sealed partial class FittedWeightsJson : JsonSerializerContext;
