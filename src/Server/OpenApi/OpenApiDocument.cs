using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;
using DecodeAlign.Decoding;
using Microsoft.AspNetCore.Http;

namespace DecodeAlign.Server;

/// <summary>The endpoints in OpenAPI 3.1: bodies by the very types that read and write them, <c>alignment</c> by the catalogue.</summary>
internal static class OpenApiDocument
{
    private static readonly Lazy<byte[]> Text = new(() => System.Text.Encoding.UTF8.GetBytes(Create().ToJsonString()));

    public static Task GetAsync(HttpContext context, CancellationToken cancellationToken)
    {
        context.Response.ContentType = "application/json";
        return context.Response.Body.WriteAsync(Text.Value, cancellationToken).AsTask();
    }

    private static JsonObject Create()
    {
        var schemas = new JsonObject();
        string Use(JsonTypeInfo type)
        {
            var name = type.Type.Name;
            if (!schemas.ContainsKey(name)) schemas[name] = Schema(type, name);
            return $"#/components/schemas/{name}";
        }

        var json = ServerJson.Strict;
        schemas["Alignment"] = Alignment();
        var error = Use(json.ErrorResponse);
        JsonObject Operation(string summary, JsonTypeInfo? body, JsonTypeInfo answer, string type = "application/json") => new()
        {
            ["summary"] = summary,
            ["requestBody"] = body is null ? null : new JsonObject { ["required"] = true, ["content"] = Content("application/json", Use(body)) },
            ["responses"] = new JsonObject
            {
                ["200"] = new JsonObject { ["description"] = "Done.", ["content"] = Content(type, Use(answer)) },
                ["4XX"] = new JsonObject { ["description"] = "Refused; a field that can't be honoured is named.", ["content"] = Content("application/json", error) },
                ["5XX"] = new JsonObject { ["description"] = "Failed.", ["content"] = Content("application/json", error) },
            },
        };

        return Plain(new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject { ["title"] = "DecodeAlign", ["version"] = "v1", ["description"] = "OpenAI's endpoints over a search that holds constraints and follows heuristics. Each field is honoured, or refused by name." },
            ["paths"] = new JsonObject
            {
                ["/v1/chat/completions"] = new JsonObject { ["post"] = Operation("The next message of a conversation. With stream, server-sent events of ChatCompletionChunk.", json.ChatCompletionRequest, json.ChatCompletion) },
                ["/v1/completions"] = new JsonObject { ["post"] = Operation("A text that goes on from a prompt. With stream, server-sent events of the same type.", json.CompletionRequest, json.Completion) },
                ["/v1/models"] = new JsonObject { ["get"] = Operation("The models.", null, json.ModelList) },
                ["/decodealign/v1/search"] = new JsonObject { ["post"] = Operation("A search that tells everything as it goes: a JSON object a line, those of a trace and text that is settled.", json.SearchRequest, json.TextLine, "application/x-ndjson") },
                ["/decodealign/v1/catalogue"] = new JsonObject { ["get"] = Operation("Models, decoders with their settings, heuristics and constraints.", null, CatalogueJson.Default.CatalogueResponse) },
            },
            ["components"] = new JsonObject
            {
                ["schemas"] = schemas,
                ["securitySchemes"] = new JsonObject { ["key"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer" } },
            },
        });
    }

    private static JsonObject Content(string type, string schema) => new() { [type] = new JsonObject { ["schema"] = new JsonObject { ["$ref"] = schema } } };

    private static JsonNode Schema(JsonTypeInfo type, string name) => type.GetJsonSchemaAsNode(new()
    {
        TreatNullObliviousAsNonNullable = true,
        TransformSchemaNode = (context, schema) =>
        {
            // a pointer into the type's own schema, which stands here within another document
            if (schema is JsonObject { Count: 1 } pointer && pointer["$ref"] is { } target) return new JsonObject { ["$ref"] = $"#/components/schemas/{name}{target.GetValue<string>()[1..]}" };
            if (context.PropertyInfo is { Name: "alignment" } && context.PropertyInfo.DeclaringType == typeof(GenerationRequest)) return new JsonObject { ["$ref"] = "#/components/schemas/Alignment" };
            if (context.PropertyInfo is { Name: "stop" or "prompt", PropertyType: var texts } && texts == typeof(IReadOnlyList<string>)) return new JsonObject { ["type"] = new JsonArray("string", "array"), ["items"] = new JsonObject { ["type"] = "string" } };
            return schema;
        },
    });

    // the keys of a chat client's options, less their prefix
    private static JsonObject Alignment()
    {
        var texts = new JsonObject { ["type"] = new JsonArray("string", "array"), ["items"] = new JsonObject { ["type"] = "string" } };
        JsonObject Named(string meaning, JsonNode type)
        {
            var schema = type.DeepClone().AsObject();
            schema["description"] = meaning;
            return schema;
        }

        var text = new JsonObject { ["type"] = "string" };
        var properties = new JsonObject
        {
            ["decoder"] = Named("A decoder of the catalogue, or one that the server's configuration names. Default: the server's; deal where heuristics are named.", text),
            ["heuristics"] = Named("What to prefer: specifications such as coverage=fox@3, or keys of the server's own.", texts),
            ["constraints"] = Named("What must hold: specifications such as words=40..60, or keys of the server's own.", texts),
            ["principles"] = Named("What judges among the heuristics look for.", texts),
            ["judgeContext"] = Named("For whom, or for what, the texts are that those judges read.", text),
            ["judgeScore"] = Named("What those judges' answers come to: P(Yes), or log P(Yes) − log P(No).", new JsonObject { ["enum"] = new JsonArray("probability", "log-odds") }),
            ["negativePrompt"] = Named("What classifier-free guidance steers away from: read in place of the whole prompt; may be empty.", text),
            ["guidanceScale"] = Named("How far it steers away: 1 not at all. Default 1.5.", new JsonObject { ["type"] = "number" }),
            ["guides"] = Named("Models of the server whose log-probabilities are added, each a name with its weight after an @, such as small@-1.", texts),
            ["baseWeight"] = Named("The model's own weight beside guides. Default 1.", new JsonObject { ["type"] = "number" }),
            ["plausibility"] = Named("With guidance: only tokens at least this share as likely as the model's likeliest.", new JsonObject { ["type"] = "number", ["minimum"] = 0, ["maximum"] = 1 }),
            ["combine"] = Named("By what rule the heuristics are made one, such as max-min.", text),
            ["byPosition"] = Named("With a calibration: whether a text under way is compared with the model's own of its length.", new JsonObject { ["type"] = "boolean" }),
            ["front"] = Named("Whether the response has the front of the answers that were compared: those that no other is at least as good as in everything.", new JsonObject { ["type"] = "boolean" }),
            ["trace"] = Named("Whether the response has the search's trace.", new JsonObject { ["type"] = "boolean" }),
            ["toolFormat"] = Named("How calls of tools are written: hermes or llama.", text),
            ["thinkingTokens"] = Named("The model thinks first, freely, for at most so many tokens.", new JsonObject { ["type"] = "integer", ["minimum"] = 1 }),
        };
        foreach (var setting in DecoderCatalogue.AllSettings)
            properties[setting.Name] = Named($"{setting.Meaning} {char.ToUpperInvariant(setting.Range[0])}{setting.Range[1..]}. Of {string.Join(", ", DecoderCatalogue.All.Where(entry => entry.Find(setting.Name) is not null).Select(entry => entry.Name))}.", setting.Kind switch
            {
                SettingKind.Whole => new JsonObject { ["type"] = "integer" },
                SettingKind.Number => new JsonObject { ["type"] = "number" },
                SettingKind.Flag => new JsonObject { ["type"] = "boolean" },
                SettingKind.Choice => new JsonObject { ["enum"] = new JsonArray([.. setting.Choices.Select(choice => (JsonNode)choice)]) },
                SettingKind.Texts => texts,
                _ => text,
            });
        return new() { ["type"] = "object", ["description"] = "How to search, and for what.", ["properties"] = properties, ["additionalProperties"] = false };
    }

    // members that are null are not there
    private static JsonObject Plain(JsonObject node)
    {
        foreach (var (name, value) in node.ToList())
        {
            if (value is null) node.Remove(name);
            else if (value is JsonObject inner && name != "schemas") Plain(inner);
        }
        return node;
    }
}
