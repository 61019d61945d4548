using System.Text;
using System.Text.Json;
using DecodeAlign.Constraints;

namespace DecodeAlign.Experiments;

/// <summary>What became of one file of JSON-Schema-Test-Suite.</summary>
/// <param name="Name">Its path below the folder of the draft.</param>
internal sealed record SchemaSuiteFile(string Name)
{
    /// <summary>Schemas that were accepted.</summary>
    public int Accepted { get; private set; }

    /// <summary>Those that were not, with the reason.</summary>
    public List<string> Refused { get; } = [];

    /// <summary>Instances of accepted schemas that were judged right.</summary>
    public int Right { get; private set; }

    /// <summary>Valid instances that were not taken.</summary>
    public List<string> Missed { get; } = [];

    /// <summary>Invalid instances that were taken.</summary>
    public List<string> Wrong { get; } = [];

    /// <summary>Invalid instances that were taken of schemas that note a format, or an encoding of contents, as an annotation.</summary>
    public List<string> Annotated { get; } = [];

    /// <summary>Reads a file and judges its instances.</summary>
    /// <param name="folder">The folder of the draft.</param>
    /// <param name="path">The file.</param>
    /// <param name="draft">The draft's address, for schemas that do not say which they are written in.</param>
    public static SchemaSuiteFile Run(string folder, string path, string draft)
    {
        var result = new SchemaSuiteFile(Path.GetRelativePath(folder, path));
        using var groups = JsonDocument.Parse(File.ReadAllText(path));
        foreach (var group in groups.RootElement.EnumerateArray()) result.Run(group, draft);
        return result;
    }

    /// <summary>The files of a draft, with what is optional.</summary>
    /// <param name="folder">The folder of the draft, such as <c>tests/draft7</c>.</param>
    public static IEnumerable<SchemaSuiteFile> RunAll(string folder)
    {
        var draft = Path.GetFileName(folder.TrimEnd('/')) switch
        {
            "draft4" => "http://json-schema.org/draft-04/schema#",
            "draft6" => "http://json-schema.org/draft-06/schema#",
            "draft7" => "http://json-schema.org/draft-07/schema#",
            "draft2019-09" => "https://json-schema.org/draft/2019-09/schema",
            "draft2020-12" => "https://json-schema.org/draft/2020-12/schema",
            var other => throw new ArgumentException($"'{other}' is no folder of a draft, such as draft7", nameof(folder)),
        };
        return Directory.EnumerateFiles(folder, "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(path => Run(folder, path, draft));
    }

    private void Run(JsonElement group, string draft)
    {
        var name = group.GetProperty("description").GetString()!;
        var text = group.GetProperty("schema").GetRawText();
        if (group.GetProperty("schema") is { ValueKind: JsonValueKind.Object } schema && !schema.TryGetProperty("$schema", out _)) text = $$"""{"$schema":"{{draft}}"{{(schema.EnumerateObject().Any() ? "," : "")}}{{text.TrimStart()[1..]}}""";
        if (!TryCompile(text, PropertyOrder.Any, out var compiled, out _) && !TryCompile(text, PropertyOrder.AsListed, out compiled, out var reason))
        {
            Refused.Add($"{name}: {reason}");
            return;
        }
        Accepted++;
        var isAnnotated = compiled!.Notes.Any(note => note.Contains("format", StringComparison.Ordinal) || note.Contains("content", StringComparison.Ordinal));
        foreach (var test in group.GetProperty("tests").EnumerateArray())
        {
            var (isValid, instance) = (test.GetProperty("valid").GetBoolean(), Compact(test.GetProperty("data")));
            var label = $"{name}: {test.GetProperty("description").GetString()}: {instance}";
            if (compiled.IsMetBy(instance) == isValid) Right++;
            else (isValid ? Missed : isAnnotated ? Annotated : Wrong).Add(label);
        }
    }

    private static bool TryCompile(string text, PropertyOrder order, out JsonSchema? schema, out string reason)
    {
        try
        {
            (schema, reason) = (new(text, options: new() { Openness = SchemaOpenness.Open, Order = order, WhiteSpace = JsonWhiteSpace.Compact }), "");
            return true;
        }
        catch (ArgumentException fault)
        {
            (schema, reason) = (null, fault.Message);
            return false;
        }
    }

    // as it stands, white space between values left out
    private static string Compact(JsonElement value)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping })) value.WriteTo(writer);
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
