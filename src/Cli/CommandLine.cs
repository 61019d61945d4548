using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace DecodeAlign.Cli;

/// <summary>The commands, and how a line of arguments becomes a call and an exit code.</summary>
internal static class CommandLine
{
    public static async Task<int> RunAsync(string[] args, Terminal terminal, IModelSource models, CancellationToken cancellationToken)
    {
        var asJson = args.Contains("--json");
        try
        {
            // no response files: a prompt may begin with @
            var parsed = Build(terminal, models).Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
            if (parsed.Action is ParseErrorAction) return Failure.Report(parsed, asJson, terminal);
            var configuration = new InvocationConfiguration { Output = terminal.Out, Error = terminal.Error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
            var model = parsed.CommandResult.Command.Options.OfType<Option<string?>>().FirstOrDefault(option => option.Name == "--model");
            if (model is not null && parsed.Action is not HelpAction) await ModelDownload.OfferAsync(parsed.GetValue(model), () => models.Hub, terminal, cancellationToken).ConfigureAwait(false);
            return await parsed.InvokeAsync(configuration, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            return Failure.Report(exception, asJson, terminal);
        }
    }

    /// <summary>All commands, for the parser and for the tests of the help.</summary>
    public static RootCommand Build(Terminal terminal, IModelSource models)
    {
        var json = new Option<bool>("--json") { Description = "Print one JSON object instead of text. Errors too: {\"error\": {\"kind\", \"message\"}}, on standard output.", Recursive = true };
        var root = new RootCommand("Lets a frozen language model write what you ask for: heuristics rank its candidates at each step, constraints hold what must hold.\n\n" +
            "Exit codes: 0 done; 1 failed; 2 wrong usage; 3 a requirement is not met (the best text is still printed).")
        {
            json,
            GenerateCommand.Create(terminal, models, json),
            NextCommand.Create(terminal, models, json),
            TokenizeCommand.Create(terminal, models, json),
            InspectCommand.Create(terminal, models, json),
            ChatPromptCommand.Create(terminal, models, json),
            CalibrateCommand.Create(terminal, models, json),
            HeuristicsCommand.Create(terminal, json),
            PullCommand.Create(terminal, () => models.Hub, json),
            ModelsCommand.Create(terminal, () => models.Hub, json),
            DecodersCommand.Create(terminal, json),
            SchemaCommand.Create(terminal, models, json),
        };
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((HelpAction)help.Action!);
        return root;
    }
}
