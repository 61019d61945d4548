using System.Text.Json;
using System.Text.Json.Nodes;
using DecodeAlign.Models.ChatTemplates;
using Microsoft.Extensions.AI;

namespace DecodeAlign.Hosting;

/// <summary>
/// Turns messages into a prompt: by the chat template of the model's folder; without one, plainly, as befits a model that continues a text: the messages' texts as they are, one a line
/// and without roles, the last one left open to be continued. Tools, their calls and their results are given to a template that reads them, and told in plain text otherwise.
/// </summary>
internal static class ChatPromptFormat
{
    public static string Render(IReadOnlyList<ChatMessage> messages, string? instructions, HostedModel model, ChatTools? tools, CancellationToken cancellationToken)
    {
        if (messages.Count == 0) throw new ArgumentException("there are no messages", nameof(messages));
        var folder = model.Templates is { Templates.Count: > 0 } templates ? templates : null;
        var template = folder?.Select(withTools: tools is not null);
        var system = instructions;
        var isToldPlainly = tools is not null && !Reads(template, "tools");
        if (isToldPlainly) system = string.IsNullOrEmpty(system) ? ToolPrompt.Describe(tools!) : $"{system}\n\n{ToolPrompt.Describe(tools!)}";
        var turns = new TurnWriter(readsCalls: Reads(template, "tool_calls"), readsResults: Reads(template, "tool"), tools?.Format ?? ToolFormats.Of(template));
        if (!string.IsNullOrEmpty(system)) turns.Add("system", system);
        foreach (var message in messages) turns.Add(message);
        if (template is null) return string.Join('\n', turns.Turns.Select(turn => (string)turn["content"]!));
        using var document = JsonDocument.Parse(new JsonArray([.. turns.Turns]).ToJsonString());
        using var described = tools is null || isToldPlainly ? null : JsonDocument.Parse(ToolPrompt.List(tools).ToJsonString());
        return template.Render(new ChatTemplateInput { Messages = document.RootElement, Tools = described?.RootElement, AddGenerationPrompt = true, SpecialTokens = folder!.SpecialTokens }, cancellationToken);
    }

    private static bool Reads(ChatTemplate? template, string what) => template?.Source.Contains(what, StringComparison.Ordinal) == true;
}
