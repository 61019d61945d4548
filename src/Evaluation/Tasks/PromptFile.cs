using System.Text.Json;

namespace DecodeAlign.Evaluation;

/// <summary>
/// Reads a user's prompts: JSON Lines, each an object with <c>prompt</c>, perhaps <c>split</c> (<c>dev</c>, the default, or <c>test</c>), and any further texts, or lists of texts, for the task's specifications. Files are not trusted: their
/// size and number of lines are bounded.
/// </summary>
public static class PromptFile
{
    private const long MostBytes = 64 << 20;

    /// <summary>Reads a file.</summary>
    /// <returns>The prompts of both splits, in their order.</returns>
    /// <exception cref="FormatException">A line is broken; the message names file and line.</exception>
    /// <exception cref="IOException">The file can't be read, or is too large.</exception>
    public static (IReadOnlyList<TaskPrompt> Dev, IReadOnlyList<TaskPrompt> Test) Read(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (new FileInfo(path) is { Exists: true, Length: > MostBytes } file) throw new IOException($"{path}: {file.Length:N0} bytes are more than the {MostBytes:N0} that are read");
        var (dev, test) = (new List<TaskPrompt>(), new List<TaskPrompt>());
        var number = 0;
        foreach (var line in File.ReadLines(path))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line)) continue;
            var (prompt, isTest) = Read(line, path, number);
            (isTest ? test : dev).Add(prompt);
            if (dev.Count + test.Count > 2 * TaskCatalogue.MostPrompts) throw Broken(path, number, $"more than {2 * TaskCatalogue.MostPrompts} prompts");
        }
        return dev.Count + test.Count > 0 ? (dev, test) : throw new FormatException($"{path}: holds no prompts");
    }

    private static (TaskPrompt Prompt, bool IsTest) Read(string line, string path, int number)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            if (json.RootElement.ValueKind != JsonValueKind.Object) throw Broken(path, number, "is no JSON object");
            var fields = json.RootElement.EnumerateObject().ToDictionary(field => field.Name, field => Text(field, path, number), StringComparer.Ordinal);
            if (!fields.Remove("prompt", out var prompt)) throw Broken(path, number, "has no \"prompt\"");
            return fields.Remove("split", out var split) && split is not "dev" and not "test"
                ? throw Broken(path, number, $"\"split\" must be dev or test; it is '{split}'")
                : (new(prompt, fields), split == "test");
        }
        catch (Exception fault) when (fault is JsonException or ArgumentException)
        {
            throw Broken(path, number, fault.Message);
        }
    }

    private static string Text(JsonProperty field, string path, int number) => field.Value.ValueKind switch
    {
        JsonValueKind.String => field.Value.GetString()!,
        JsonValueKind.Number => field.Value.GetRawText(),
        JsonValueKind.Array when field.Value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String) => string.Join(',', field.Value.EnumerateArray().Select(item => item.GetString())),
        _ => throw Broken(path, number, $"\"{field.Name}\" must be a text, a number or a list of texts"),
    };

    private static FormatException Broken(string path, int number, string message) => new($"{path}, line {number}: {message}");
}
