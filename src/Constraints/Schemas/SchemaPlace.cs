using System.Text.Json;

namespace DecodeAlign.Constraints;

/// <summary>A schema within a document.</summary>
/// <param name="Schema">The schema.</param>
/// <param name="Path">Where it stands, as a JSON Pointer after <c>#</c>.</param>
/// <param name="Resource">The address that its references are relative to.</param>
internal sealed record SchemaPlace(JsonElement Schema, string Path, string Resource)
{
    public SchemaPlace Below(JsonElement schema, params ReadOnlySpan<string> steps)
    {
        var path = Path;
        foreach (var step in steps) path = $"{path}/{Escape(step)}";
        return new(schema, path, Resource);
    }

    public static string Escape(string step) => step.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
}
