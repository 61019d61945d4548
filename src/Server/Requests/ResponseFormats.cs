using Microsoft.Extensions.AI;

namespace DecodeAlign.Server;

/// <summary>Reads the form of an answer. One that is asked for again keeps its compiled schema.</summary>
internal static class ResponseFormats
{
    private static readonly Kept<string, ChatResponseFormatJson> Schemas = new(64);

    /// <exception cref="ApiException">It is none that is known.</exception>
    public static ChatResponseFormat Read(ResponseFormat form)
    {
        if (form.JsonSchema is not null && form.Type != "json_schema") throw ApiException.Field400("response_format.json_schema", "goes with the type json_schema");
        switch (form.Type)
        {
            case "text":
                return ChatResponseFormat.Text;
            case "json_object":
                return ChatResponseFormat.Json;
            case "json_schema":
                if (form.JsonSchema?.Schema is not { } schema) throw ApiException.Field400("response_format.json_schema.schema", "is missing");
                return Schemas.Get($"{form.JsonSchema.Name}\n{schema.GetRawText()}", () => ChatResponseFormat.ForJsonSchema(schema.Clone(), form.JsonSchema.Name, form.JsonSchema.Description));
            default:
                throw ApiException.Field400("response_format.type", $"must be text, json_object or json_schema; it is '{form.Type}'");
        }
    }
}
