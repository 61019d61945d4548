using System.Text.Json;

namespace DecodeAlign.Server;

/// <summary>The form of an answer, which always holds.</summary>
internal sealed record ResponseFormat
{
    /// <summary><c>text</c>, <c>json_object</c> or <c>json_schema</c>.</summary>
    public required string Type { get; init; }

    /// <summary>The schema of <c>json_schema</c>.</summary>
    public ResponseSchema? JsonSchema { get; init; }
}

/// <summary>A JSON Schema.</summary>
internal sealed record ResponseSchema
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>What it is for.</summary>
    public string? Description { get; init; }

    /// <summary>The schema.</summary>
    public JsonElement? Schema { get; init; }

    /// <summary>Whether the answer has to keep to it; it does in either case.</summary>
    public bool? Strict { get; init; }
}
