using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using DecodeAlign.Decoding;
using Spectre.Console;

namespace DecodeAlign.Cli;

/// <summary><c>next</c>: the most likely next tokens.</summary>
internal static class NextCommand
{
    private const string Examples = """
        decodealign next "Once upon a"
        decodealign next "Once upon a" --top 20 --json
        """;

    public static Command Create(Terminal terminal, IModelSource models, Option<bool> json)
    {
        var prompt = PromptArgument.Create("PROMPT", "The text so far.");
        var model = new ModelArguments();
        var top = new Option<int>("--top") { Description = "How many. Default 10.", HelpName = "N", CustomParser = Parsing.Integer, DefaultValueFactory = _ => 10 };
        var command = new HelpfulCommand("next", "Shows the most likely next tokens, with log P.", Examples) { prompt, top };
        model.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, terminal.Stop);
            var count = parsed.GetValue(top);
            if (count < 1) throw new UsageException($"--top: must be at least 1; it is {count}");
            var settings = model.Read(parsed);
            var text = await prompt.ReadAsync(parsed, terminal, either.Token).ConfigureAwait(false);
            await using var loaded = await models.LoadAsync(settings, either.Token).ConfigureAwait(false);
            var output = new NextOutput(text, await ReadAsync(loaded, text, count, either.Token).ConfigureAwait(false));
            if (parsed.GetValue(json)) terminal.Out.WriteLine(JsonSerializer.Serialize(output, CliJson.Readable.NextOutput));
            else Print(output, terminal);
            return ExitCode.Done;
        });
        return command;
    }

    private static async Task<IReadOnlyList<NextCandidate>> ReadAsync(ILanguageModel model, string text, int count, CancellationToken cancellationToken)
    {
        var ids = model.Tokenizer.EncodePrompt(text);
        if (ids.Length == 0) throw new UsageException("the prompt is empty, and the tokenizer adds no beginning-of-sequence token to start from");
        if (ids.Length > model.Facts.ContextLength) throw new UsageException($"the prompt has {ids.Length} tokens; the model's context holds {model.Facts.ContextLength}");
        var tree = new TokenTree();
        await using var session = await model.OpenAsync(tree, ids.Length, cancellationToken).ConfigureAwait(false);
        var top = new TokenLogProbability[Math.Min(count, model.Facts.VocabularySize)];
        await session.EvaluateAsync(new EvaluationRequest[] { new() { Node = tree.AddRoot(ids), Top = top } }, cancellationToken).ConfigureAwait(false);
        return [.. top.Where(token => token.Token >= 0).Select(token => new NextCandidate(token.Token, TokenNames.Of(model.Tokenizer, token.Token), token.LogProbability))];
    }

    private static void Print(NextOutput output, Terminal terminal)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumn("token").AddColumn(new TableColumn("p").RightAligned()).AddColumn(new TableColumn("log P").RightAligned()).AddColumn(new TableColumn("id").RightAligned());
        foreach (var candidate in output.Candidates)
            table.AddRow(
                Markup.Escape(TokenNames.Visible(candidate.Text)),
                Math.Exp(candidate.LogProbability).ToString("0.0000", CultureInfo.InvariantCulture),
                candidate.LogProbability.ToString("0.0000", CultureInfo.InvariantCulture),
                candidate.Id.ToString(CultureInfo.InvariantCulture));
        Consoles.Out(terminal).Write(table);
    }
}
