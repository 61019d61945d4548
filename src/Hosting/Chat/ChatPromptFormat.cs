using System.Text.Json;
using System.Text.Json.Nodes;
using DecodeAlign.Models.ChatTemplates;
using Microsoft.Extensions.AI;

namespace DecodeAlign.Hosting;

/// <summary>
/// Turns messages into a prompt: by the chat template of the model's folder; without one, plainly, as befits a model that continues a text: the messages' texts as they are, one a line
/// and without roles, the last one left open to be continued.
/// </summary>
internal static class ChatPromptFormat
{
    public static string Render(IReadOnlyList<ChatMessage> messages, string? instructions, HostedModel model, CancellationToken cancellationToken)
    {
        if (messages.Count == 0) throw new ArgumentException("there are no messages", nameof(messages));
        var turns = new List<(string Role, string Text)>();
        if (!string.IsNullOrEmpty(instructions)) turns.Add(("system", instructions));
        foreach (var message in messages) turns.Add((Role(message), Text(message)));
        return model.Templates is { Templates.Count: > 0 } folder ? Render(turns, folder, cancellationToken) : string.Join('\n', turns.Select(turn => turn.Text));
    }

    private static string Render(List<(string Role, string Text)> turns, ChatTemplateFolder folder, CancellationToken cancellationToken)
    {
        var array = new JsonArray([.. turns.Select(turn => (JsonNode)new JsonObject { ["role"] = turn.Role, ["content"] = turn.Text })]);
        using var document = JsonDocument.Parse(array.ToJsonString());
        return folder.Select().Render(new ChatTemplateInput { Messages = document.RootElement, AddGenerationPrompt = true, SpecialTokens = folder.SpecialTokens }, cancellationToken);
    }

    private static string Role(ChatMessage message)
    {
        foreach (var role in new[] { ChatRole.System, ChatRole.User, ChatRole.Assistant })
            if (message.Role == role) return role.Value;
        throw new NotSupportedException($"a message has the role '{message.Role}'; system, user and assistant are supported");
    }

    private static string Text(ChatMessage message)
    {
        foreach (var content in message.Contents)
            if (content is not TextContent) throw new NotSupportedException($"a message holds {content.GetType().Name}; the model reads text alone");
        return message.Text;
    }
}
