using System.Text;
using System.Text.Json;

namespace DecodeAlign.Cli;

/// <summary>The files of a batch: prompts are read, results are added line by line, so that a run that was stopped goes on where it ended.</summary>
internal static class BatchFiles
{
    private const int MostPrompts = 1_000_000;

    /// <summary>The prompts: on each line a JSON text, or an object with <c>prompt</c> and nothing else but <c>id</c>. Empty lines are passed over.</summary>
    /// <exception cref="UsageException">A line can't be read; it is named.</exception>
    public static IReadOnlyList<BatchPromptLine> ReadPrompts(string file)
    {
        var prompts = new List<BatchPromptLine>();
        foreach (var (number, line) in File.ReadLines(file).Index())
        {
            if (string.IsNullOrWhiteSpace(line)) continue;
            if (prompts.Count == MostPrompts) throw new UsageException($"--prompts {file}: has more than {MostPrompts} prompts");
            prompts.Add(ReadPrompt(line) ?? throw new UsageException($"--prompts {file}: line {number + 1} must be a JSON text, or an object with \"prompt\" (a text that is not empty) and, where wanted, \"id\""));
        }
        return prompts.Count > 0 ? prompts : throw new UsageException($"--prompts {file}: holds no prompt");
    }

    /// <summary>Opens the results to be added to: those of the first prompts are there already, and a line that a stop cut off is taken away.</summary>
    /// <param name="file">The file.</param>
    /// <param name="prompts">What it is of.</param>
    /// <param name="options">What it is made with.</param>
    /// <exception cref="UsageException">It holds something else, or was begun with other options.</exception>
    public static BatchResults OpenResults(string file, IReadOnlyList<BatchPromptLine> prompts, IReadOnlyDictionary<string, string[]> options)
    {
        // nobody else writes to it meanwhile
        var stream = new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        try
        {
            using var reader = new StreamReader(stream, Encoding.UTF8, detectEncodingFromByteOrderMarks: false, leaveOpen: true);
            var (whole, done) = (0L, 0);
            while (reader.ReadLine() is { } line)
            {
                var end = whole + Encoding.UTF8.GetByteCount(line) + 1;
                // the last line has no line break where a stop cut it off
                if (end > stream.Length) break;
                if (done == prompts.Count || ReadResult(line) is not { } result || (result.Index, result.Prompt) != (done, prompts[done].Prompt)) throw new UsageException($"--out {file}: line {done + 1} is not the result of prompt {done + 1}; name a new file");
                if (done == 0) CheckOptions(file, result.Options, options);
                done++;
                whole = end;
            }
            stream.SetLength(whole);
            stream.Seek(0, SeekOrigin.End);
            return new(stream, done, options);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    private static BatchPromptLine? ReadPrompt(string line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            var root = json.RootElement;
            if (root.ValueKind == JsonValueKind.String) return root.GetString() is { Length: > 0 } text ? new(text, null) : null;
            if (root.ValueKind != JsonValueKind.Object || root.EnumerateObject().Any(member => member.Name is not ("prompt" or "id"))) return null;
            return root.TryGetProperty("prompt", out var prompt) && prompt.ValueKind == JsonValueKind.String && prompt.GetString() is { Length: > 0 } written
                ? new(written, root.TryGetProperty("id", out var id) ? id.Clone() : null)
                : null;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static void CheckOptions(string file, IReadOnlyDictionary<string, string[]>? begun, IReadOnlyDictionary<string, string[]> now)
    {
        if (begun is null) throw new UsageException($"--out {file}: line 1 does not say which options it was begun with; name a new file");
        if (BatchOptions.Difference(begun, now) is { } difference) throw new UsageException($"--out {file}: {difference}; give the same options, or name a new file");
    }

    private static (int Index, string Prompt, IReadOnlyDictionary<string, string[]>? Options)? ReadResult(string line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            var options = json.RootElement.TryGetProperty("options", out var given) ? given.EnumerateObject().ToDictionary(option => option.Name, option => option.Value.EnumerateArray().Select(value => value.GetString()!).ToArray(), StringComparer.Ordinal) : null;
            return (json.RootElement.GetProperty("index").GetInt32(), json.RootElement.GetProperty("prompt").GetString()!, options);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            return null;
        }
    }
}

/// <summary>The results of a batch, to be added to.</summary>
/// <param name="File">The file, at its end.</param>
/// <param name="Done">How many prompts have their result in it.</param>
/// <param name="Options">The options that the results are made with.</param>
internal sealed record BatchResults(FileStream File, int Done, IReadOnlyDictionary<string, string[]> Options) : IDisposable
{
    public void Dispose() => File.Dispose();
}

/// <summary>A prompt of a batch.</summary>
/// <param name="Prompt">The prompt.</param>
/// <param name="Id">What the user calls it; null: nothing.</param>
internal sealed record BatchPromptLine(string Prompt, JsonElement? Id);
