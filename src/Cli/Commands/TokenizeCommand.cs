using System.CommandLine;
using System.Text.Json;
using DecodeAlign.Decoding;

namespace DecodeAlign.Cli;

/// <summary><c>tokenize</c>: a text's token ids.</summary>
internal static class TokenizeCommand
{
    private const string Examples = """
        decodealign tokenize "The fox and the river"
        decodealign tokenize "Grüße 🦊" --model path/to/folder --json
        decodealign tokenize --no-special-tokens < story.txt
        """;

    public static Command Create(Terminal terminal, IModelSource models, Option<bool> json)
    {
        var argument = PromptArgument.Create("TEXT", "The text.");
        var model = new Option<string?>("--model") { Description = "A folder that holds a tokenizer; the weights need not be there. Default: the embedded model's.", HelpName = "DIR" };
        var noSpecial = new Option<bool>("--no-special-tokens", "--no-special") { Description = "Leave out the special tokens that the tokenizer itself adds, such as one for the beginning (which it never adds twice)." };
        var command = new HelpfulCommand("tokenize", "Shows the tokens of a text, and the text decoded from them.", Examples) { argument, model, noSpecial };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, terminal.Stop);
            var text = await argument.ReadAsync(parsed, terminal, either.Token).ConfigureAwait(false);
            var tokenizer = models.LoadTokenizer(parsed.GetValue(model));
            var ids = parsed.GetValue(noSpecial) ? tokenizer.Encode(text, addSpecialTokens: false) : tokenizer.EncodePrompt(text);
            var output = new TokenizeOutput(ids, [.. ids.Select(tokenizer.TokenText)], tokenizer.Decode(ids));
            if (parsed.GetValue(json))
            {
                terminal.Out.WriteLine(JsonSerializer.Serialize(output, CliJson.Readable.TokenizeOutput));
                return ExitCode.Done;
            }
            for (var i = 0; i < ids.Length; i++) terminal.Out.WriteLine($"{ids[i]}\t{TokenNames.Visible(output.Tokens[i])}");
            terminal.Out.WriteLine($"{ids.Length} tokens; decoded: {output.Text}");
            return ExitCode.Done;
        });
        return command;
    }
}
