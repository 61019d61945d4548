using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using DecodeAlign.Onnx;

namespace DecodeAlign.Cli;

/// <summary>The commands, and how a line of arguments becomes a call and an exit code.</summary>
internal static class CommandLine
{
    // no response files: a prompt may begin with @
    private static readonly ParserConfiguration Configuration = new() { ResponseFileTokenReplacer = null };

    public static async Task<int> RunAsync(string[] args, Terminal terminal, IModelSource models, CancellationToken cancellationToken)
    {
        var asJson = args.Any(argument => argument is JsonOptions.AnswerName or JsonOptions.AllName);
        try
        {
            var root = Build(terminal, models);
            JsonOptions.Check(args);
            if (args.Length == 0) args = ["--help"];
            var parsed = root.Parse(args, Configuration);
            if (parsed.Action is not ParseErrorAction && ConfigurationFile.Complete(parsed, args, terminal) is { } completed) parsed = root.Parse(completed, Configuration);
            if (parsed.Action is ParseErrorAction) return Failure.Report(parsed, args, asJson, terminal);
            var configuration = new InvocationConfiguration { Output = terminal.Out, Error = terminal.Error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
            var model = parsed.CommandResult.Command.Options.OfType<Option<string?>>().FirstOrDefault(option => option.Name == "--model");
            if (model is not null && parsed.Action is not ShowHelp) await ModelDownload.OfferAsync(parsed.GetValue(model), () => models.Hub, terminal, cancellationToken).ConfigureAwait(false);
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
        OnnxHeuristics.Register();
        var json = new JsonOptions();
        var root = new RootCommand("Makes a frozen language model write what you ask for: requirements are met, and preferences are searched for.")
        {
            json.Answer,
            json.All,
            GenerateCommand.Create(terminal, models, json),
            CalibrateCommand.Create(terminal, models, json.Answer),
            FitCommand.Create(terminal, models, json.Answer),
            DecodersCommand.Create(terminal, json.Answer),
            HeuristicsCommand.Create(terminal, json.Answer),
            CompareCommand.Create(terminal, models, json.Answer),
            EvalCommand.Create(terminal, models, json.Answer),
            ServeCommand.Create(terminal, models),
            ChatCommand.Create(terminal, models),
            SchemaCommand.Create(terminal, models, json.Answer),
            NextCommand.Create(terminal, models, json.Answer),
            TokenizeCommand.Create(terminal, models, json.Answer),
            ChatPromptCommand.Create(terminal, models, json.Answer),
            ModelsCommand.Create(terminal, () => models.Hub, json.Answer),
            PullCommand.Create(terminal, () => models.Hub, json.Answer),
            InspectCommand.Create(terminal, models, json.Answer),
            CompletionCommand.Create(terminal),
            HelpCommand.Create(terminal),
        };
        root.Options.OfType<HelpOption>().Single().Action = new ShowHelp(terminal, all: false);
        root.Add(new Option<bool>("--help-all") { Description = "Show all options, with all that is said of them.", Recursive = true, Action = new ShowHelp(terminal, all: true) });
        return root;
    }
}
