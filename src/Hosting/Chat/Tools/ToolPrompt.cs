using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace DecodeAlign.Hosting;

/// <summary>What a model is told of tools.</summary>
internal static class ToolPrompt
{
    /// <summary>How arguments and results are written: on one line, with no more escapes than needed.</summary>
    public static JsonSerializerOptions Json { get; } = new(AIJsonUtilities.DefaultOptions) { WriteIndented = false, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The tools as chat templates read them.</summary>
    public static JsonArray List(ChatTools tools) => new([.. tools.Functions.Select(JsonNode (function) => new JsonObject
    {
        ["type"] = "function",
        ["function"] = new JsonObject { ["name"] = function.Name, ["description"] = function.Description, ["parameters"] = JsonNode.Parse(function.JsonSchema.GetRawText()) },
    })]);

    /// <summary>The tools in plain text, for models whose template does not read them.</summary>
    public static string Describe(ChatTools tools) =>
        $"Tools that may be called, a JSON object a line:\n{string.Join('\n', List(tools).Select(tool => tool!["function"]!.ToJsonString(Json)))}\nA call is written so:\n{tools.Format.Write(new("NAME", "ARGUMENTS"))}";
}
