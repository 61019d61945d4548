using System.Text.Json;
using Microsoft.Extensions.AI;

namespace DecodeAlign.Server;

/// <summary>Reads the messages of a conversation.</summary>
internal static class MessageReader
{
    /// <exception cref="ApiException">A message holds what the model can't read.</exception>
    public static IReadOnlyList<ChatMessage> Read(IReadOnlyList<RequestMessage> messages) =>
        messages.Count == 0 ? throw ApiException.Field400("messages", "must hold at least one message") : [.. messages.Select((message, place) => Read(message, $"messages[{place}]"))];

    private static ChatMessage Read(RequestMessage message, string field)
    {
        if (message.Refusal is not null) throw ApiException.Field400($"{field}.refusal", "must be null");
        if (message.ToolCalls is { Count: > 0 } && message.Role != "assistant") throw ApiException.Field400($"{field}.tool_calls", "goes with the role assistant");
        if (message.ToolCallId is null == (message.Role == "tool")) throw ApiException.Field400($"{field}.tool_call_id", "goes with the role tool, and has to");
        var text = Text(message.Content, $"{field}.content");
        var role = message.Role switch
        {
            "system" or "developer" => ChatRole.System,
            "user" => ChatRole.User,
            "assistant" => ChatRole.Assistant,
            "tool" => ChatRole.Tool,
            var other => throw ApiException.Field400($"{field}.role", $"must be system, developer, user, assistant or tool; it is '{other}'"),
        };
        if (message.Role == "tool") return new(role, [new FunctionResultContent(message.ToolCallId!, text ?? "")]);
        if (text is null && message.ToolCalls is not { Count: > 0 }) throw ApiException.Field400($"{field}.content", "is missing");
        return new(role, [.. text is null ? Array.Empty<AIContent>() : [new TextContent(text)], .. (message.ToolCalls ?? []).Select((call, place) => Call(call, $"{field}.tool_calls[{place}]"))]);
    }

    private static string? Text(JsonElement? content, string field)
    {
        switch (content?.ValueKind)
        {
            case null or JsonValueKind.Null:
                return null;
            case JsonValueKind.String:
                return content.Value.GetString();
            case JsonValueKind.Array:
                return string.Concat(content.Value.EnumerateArray().Select((part, place) => Part(part, $"{field}[{place}]")));
            default:
                throw ApiException.Field400(field, "must be a text, or parts of the type text");
        }
    }

    private static string Part(JsonElement part, string field)
    {
        if (part.ValueKind != JsonValueKind.Object || !part.TryGetProperty("type", out var type) || type.ValueKind != JsonValueKind.String) throw ApiException.Field400(field, "must be a part with a type");
        if (!type.ValueEquals("text")) throw ApiException.Field400(field, $"is of the type '{type.GetString()}'; the model reads text alone");
        if (!part.TryGetProperty("text", out var text) || text.ValueKind != JsonValueKind.String) throw ApiException.Field400($"{field}.text", "must be a text");
        foreach (var member in part.EnumerateObject())
            if (member.Name is not ("type" or "text")) throw ApiException.Field400($"{field}.{member.Name}", "is not known");
        return text.GetString()!;
    }

    private static FunctionCallContent Call(CalledTool call, string field)
    {
        if (call.Type != "function") throw ApiException.Field400($"{field}.type", "must be function");
        try
        {
            using var arguments = JsonDocument.Parse(call.Function.Arguments.Length == 0 ? "{}" : call.Function.Arguments);
            if (arguments.RootElement.ValueKind == JsonValueKind.Object)
                return new(call.Id, call.Function.Name, arguments.RootElement.EnumerateObject().DistinctBy(member => member.Name).ToDictionary(member => member.Name, member => (object?)member.Value.Clone()));
        }
        catch (JsonException)
        {
            // said below
        }
        throw ApiException.Field400($"{field}.function.arguments", "must be a JSON object in a text");
    }
}
