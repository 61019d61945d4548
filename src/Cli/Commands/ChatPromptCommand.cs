using System.CommandLine;
using System.Text.Json;
using DecodeAlign.Models.ChatTemplates;

namespace DecodeAlign.Cli;

/// <summary><c>chat-prompt</c>: a conversation as the model's own chat template writes it.</summary>
internal static class ChatPromptCommand
{
    private const string Examples = """
        decodealign chat-prompt messages.json --model path/to/folder
        decodealign chat-prompt messages.json --model path/to/folder --template tool_use --json
        where messages.json is [{"role": "user", "content": "Hello"}], or an object with "messages" and, where wanted, "tools"
        """;

    public static Command Create(Terminal terminal, IModelSource models, Option<bool> json)
    {
        var messages = new Argument<string>("MESSAGES.json") { Description = "A JSON file: a list of messages with role and content, or an object with messages, tools, documents and further variables." };
        var model = new Option<string?>("--model") { Description = "The model folder, which holds chat_template.jinja or a chat_template in tokenizer_config.json. Default: the embedded model's.", HelpName = "DIR" };
        var template = new Option<string?>("--template") { Description = "One of several templates, by name. Default: tool_use where the file has tools and the folder such a template, otherwise default.", HelpName = "NAME" };
        var open = new Option<bool?>("--add-generation-prompt") { Description = "Whether to open the assistant's turn at the end: true or false. Default: what an object in the file says (false if nothing), true for a list.", HelpName = "BOOL" };
        var dialect = new Option<ChatTemplateDialect>("--dialect") { Description = "How templates are read: python, as transformers does (default), or javascript, as @huggingface/jinja does." };
        var command = new HelpfulCommand("chat-prompt", "Prints a conversation in the model's chat template.", Examples) { messages, model, template, open, dialect };
        command.SetAction((parsed, cancellationToken) =>
        {
            var folder = ChatTemplateFolder.Load(models.Folder(parsed.GetValue(model)), new() { Dialect = parsed.GetValue(dialect) });
            var prompt = ChatPrompt.Render(parsed.GetValue(messages)!, folder, parsed.GetValue(open), parsed.GetValue(template), cancellationToken);
            if (parsed.GetValue(json)) terminal.Out.WriteLine(JsonSerializer.Serialize(new ChatPromptOutput(prompt), CliJson.Readable.ChatPromptOutput));
            else terminal.Out.WriteLine(prompt);
            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }
}
