using System.Text.Json;
using System.Text.Json.Nodes;
using DecodeAlign.Constraints;
using Microsoft.Extensions.AI;

namespace DecodeAlign.Hosting;

/// <summary>Makes messages the turns that a chat template reads.</summary>
/// <param name="readsCalls">Whether the template reads calls of tools apart from the text.</param>
/// <param name="readsResults">Whether it knows the role <c>tool</c>.</param>
/// <param name="format">How calls are written in the text.</param>
internal sealed class TurnWriter(bool readsCalls, bool readsResults, ToolCallFormat format)
{
    private readonly Dictionary<string, string> _called = new(StringComparer.Ordinal);

    public List<JsonObject> Turns { get; } = [];

    public void Add(string role, string text) => Turns.Add(new() { ["role"] = role, ["content"] = text });

    /// <exception cref="NotSupportedException">A message holds what the model can't read.</exception>
    public void Add(ChatMessage message)
    {
        var calls = message.Contents.OfType<FunctionCallContent>().ToList();
        var results = message.Contents.OfType<FunctionResultContent>().ToList();
        foreach (var content in message.Contents)
            if (content is not (TextContent or TextReasoningContent or FunctionCallContent or FunctionResultContent or UsageContent)) throw new NotSupportedException($"a message holds {content.GetType().Name}; the model reads text, calls of functions and their results");
        foreach (var call in calls) _called[call.CallId] = call.Name;
        foreach (var result in results) AddResult(result);
        if (results.Count == 0 || message.Text.Length > 0 || calls.Count > 0) AddText(Role(message, results.Count > 0), message.Text, calls);
    }

    private void AddText(string role, string text, List<FunctionCallContent> calls)
    {
        if (calls.Count == 0) Add(role, text);
        else if (readsCalls) Turns.Add(new() { ["role"] = role, ["content"] = text, ["tool_calls"] = new JsonArray([.. calls.Select(JsonNode (call) => new JsonObject { ["type"] = "function", ["id"] = ToolFormats.Id(call.CallId, format), ["function"] = new JsonObject { ["name"] = call.Name, ["arguments"] = JsonNode.Parse(Arguments(call)) } })]) });
        else Add(role, string.Join('\n', [.. text.Length > 0 ? [text] : Array.Empty<string>(), format.WriteAll([.. calls.Select(call => new ToolCall(call.Name, Arguments(call)))])]));
    }

    private void AddResult(FunctionResultContent result)
    {
        var text = Text(result);
        if (!readsResults) Add("user", $"<tool_response>\n{text}\n</tool_response>");
        else Turns.Add(new() { ["role"] = "tool", ["content"] = text, ["tool_call_id"] = ToolFormats.Id(result.CallId, format), ["name"] = _called.GetValueOrDefault(result.CallId, "") });
    }

    private static string Role(ChatMessage message, bool hasResults)
    {
        foreach (var role in new[] { ChatRole.System, ChatRole.User, ChatRole.Assistant })
            if (message.Role == role) return role.Value;
        if (message.Role == ChatRole.Tool) throw new NotSupportedException($"a message of the role 'tool' holds {(hasResults ? "text beside" : "no")} results; they are {nameof(FunctionResultContent)}");
        throw new NotSupportedException($"a message has the role '{message.Role}'; system, user, assistant and tool are supported");
    }

    private static string Arguments(FunctionCallContent call) => JsonSerializer.Serialize(call.Arguments ?? new Dictionary<string, object?>(), ToolPrompt.Json.GetTypeInfo(typeof(IDictionary<string, object?>)));

    private static string Text(FunctionResultContent result) => result.Result switch
    {
        null => "",
        string text => text,
        TextContent content => content.Text,
        JsonElement { ValueKind: JsonValueKind.String } json => json.GetString()!,
        var value => JsonSerializer.Serialize(value, ToolPrompt.Json.GetTypeInfo(typeof(object))),
    };
}
