using System.Text.Json;

namespace DecodeAlign.Heuristics;

/// <summary>Reads <c>objectives.json</c>: for each objective's name an object with <c>mean</c> and <c>deviation</c>, and where it is known <c>enough</c>, the z-score from which on a reward does not rise. The file is not trusted.</summary>
internal static class ObjectiveScales
{
    private const int MostBytes = 1 << 16;

    private static readonly string[] Wanted = [.. ObjectiveSet.Names, "positivity-unseen"];

    public static Dictionary<string, (double Mean, double Deviation, double Enough)> Read(string path)
    {
        var size = new FileInfo(path).Length;
        if (size > MostBytes) throw new IOException($"{path}: {size:N0} bytes are more than the {MostBytes:N0} that it may have");
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(File.ReadAllBytes(path));
        }
        catch (JsonException fault)
        {
            throw new FormatException($"{path}: is no JSON: {fault.Message}", fault);
        }
        using (document)
        {
            return Wanted.ToDictionary(name => name, name =>
            {
                var mean = Number(document.RootElement, name, "mean", path);
                var deviation = Number(document.RootElement, name, "deviation", path);
                if (deviation <= 0) throw new FormatException($"{path}: {name}.deviation is {deviation}, which is not positive");
                var enough = document.RootElement.GetProperty(name).TryGetProperty("enough", out _) ? Number(document.RootElement, name, "enough", path) : Objective.Clip;
                return enough is > 0 and <= Objective.Clip ? (mean, deviation, enough) : throw new FormatException($"{path}: {name}.enough is {enough}, which is not above 0 and at most {Objective.Clip}");
            });
        }
    }

    private static double Number(JsonElement root, string name, string field, string path) =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty(name, out var entry) && entry.ValueKind == JsonValueKind.Object
        && entry.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number)
            ? number
            : throw new FormatException($"{path}: {name}.{field} is missing or no number");
}
