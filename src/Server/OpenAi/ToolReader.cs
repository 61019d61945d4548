using System.Text.Json;
using Microsoft.Extensions.AI;

namespace DecodeAlign.Server;

/// <summary>Reads the tools of a request, and which of them may or must be called.</summary>
internal static class ToolReader
{
    private const int MostTools = 128;

    // the same function asked for again keeps its compiled schema
    private static readonly Kept<string, AIFunctionDeclaration> Functions = new(256);
    private static readonly JsonElement NoParameters = JsonElement.Parse("""{"type":"object","properties":{}}""");

    /// <exception cref="ApiException">Something can't be honoured.</exception>
    public static void Read(ChatCompletionRequest request, ChatOptions options)
    {
        var tools = request.Tools ?? [];
        if (tools.Count > MostTools) throw ApiException.Field400("tools", $"may hold {MostTools} functions at most");
        if (tools.Select(tool => tool.Function.Name).CountBy(name => name).FirstOrDefault(named => named.Value > 1) is { Key: { } twice }) throw ApiException.Field400("tools", $"names '{twice}' twice");
        options.Tools = tools.Count == 0 ? null : [.. tools.Select((tool, place) => Function(tool, $"tools[{place}]"))];
        options.ToolMode = Mode(request.ToolChoice);
        options.AllowMultipleToolCalls = request.ParallelToolCalls;
        if (tools.Count == 0 && request.ParallelToolCalls is not null) throw ApiException.Field400("parallel_tool_calls", "goes with 'tools'");
        if (tools.Count == 0 && request.ToolChoice is { ValueKind: JsonValueKind.String } choice && choice.ValueEquals("auto")) throw ApiException.Field400("tool_choice", "goes with 'tools'");
    }

    private static AIFunctionDeclaration Function(RequestTool tool, string field)
    {
        if (tool.Type != "function") throw ApiException.Field400($"{field}.type", $"must be function; it is '{tool.Type}'");
        var (name, description) = (tool.Function.Name, tool.Function.Description);
        if (name.Length is 0 or > 64 || !name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-')) throw ApiException.Field400($"{field}.function.name", "must be 1 to 64 letters, digits, _ or -");
        var parameters = tool.Function.Parameters is { ValueKind: not JsonValueKind.Null } given ? given : NoParameters;
        if (parameters.ValueKind != JsonValueKind.Object) throw ApiException.Field400($"{field}.function.parameters", "must be a JSON Schema of an object");
        return Functions.Get($"{name}\n{description}\n{parameters.GetRawText()}", () => AIFunctionFactory.CreateDeclaration(name, description, parameters.Clone()));
    }

    private static ChatToolMode? Mode(JsonElement? choice)
    {
        if (choice is not { ValueKind: not JsonValueKind.Null } given) return null;
        if (given.ValueKind == JsonValueKind.String)
            return given.GetString() switch
            {
                "none" => ChatToolMode.None,
                "auto" => ChatToolMode.Auto,
                "required" => ChatToolMode.RequireAny,
                var other => throw ApiException.Field400("tool_choice", $"must be none, auto, required or a function; it is '{other}'"),
            };
        if (given.ValueKind == JsonValueKind.Object && given.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String && type.ValueEquals("function")
            && given.TryGetProperty("function", out var function) && function.ValueKind == JsonValueKind.Object && function.TryGetProperty("name", out var name) && name.ValueKind == JsonValueKind.String)
            return ChatToolMode.RequireSpecific(name.GetString()!);
        throw ApiException.Field400("tool_choice", "must be none, auto, required, or {\"type\": \"function\", \"function\": {\"name\": NAME}}");
    }
}
