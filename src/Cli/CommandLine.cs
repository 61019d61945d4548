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
            var root = Build(terminal, models, args.FirstOrDefault());
            JsonOptions.Check(args);
            if (args.Length == 0) args = ["--help"];
            var parsed = root.Parse(args, Configuration);
            if (parsed.Action is not ParseErrorAction && ConfigurationFile.Complete(parsed, args, terminal, () => Build(terminal, models)) is { } completed) parsed = root.Parse(completed, Configuration);
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

    /// <summary>The commands, for the parser and for the tests of the help.</summary>
    /// <param name="terminal">Where they read and write.</param>
    /// <param name="models">Where they find models.</param>
    /// <param name="first">The command line's first word: where it names a command, that one alone is made, since the others' options cost time at every start. Null: all are.</param>
    public static RootCommand Build(Terminal terminal, IModelSource models, string? first = null)
    {
        OnnxHeuristics.Register();
        var json = new JsonOptions();
        var root = new RootCommand("Makes a frozen language model write what you ask for: requirements are met, and preferences are searched for.") { json.Answer, json.All };
        var commands = Commands(terminal, models, json);
        // help speaks of all of them
        var only = first == "help" ? -1 : Array.FindIndex(commands, command => command.Name == first);
        foreach (var (_, create) in only < 0 ? commands : [commands[only]]) root.Add(create());
        root.Options.OfType<HelpOption>().Single().Action = new ShowHelp(terminal, all: false);
        root.Add(new Option<bool>("--help-all") { Description = "Show all options, with all that is said of them.", Recursive = true, Action = new ShowHelp(terminal, all: true) });
        return root;
    }

    private static (string Name, Func<Command> Create)[] Commands(Terminal terminal, IModelSource models, JsonOptions json) =>
    [
        ("generate", () => GenerateCommand.Create(terminal, models, json)),
        ("calibrate", () => CalibrateCommand.Create(terminal, models, json.Answer)),
        ("fit", () => FitCommand.Create(terminal, models, json.Answer)),
        ("decoders", () => DecodersCommand.Create(terminal, json.Answer)),
        ("heuristics", () => HeuristicsCommand.Create(terminal, json.Answer)),
        ("compare", () => CompareCommand.Create(terminal, models, json.Answer)),
        ("eval", () => EvalCommand.Create(terminal, models, json.Answer)),
        ("serve", () => ServeCommand.Create(terminal, models)),
        ("chat", () => ChatCommand.Create(terminal, models)),
        ("schema", () => SchemaCommand.Create(terminal, models, json.Answer)),
        ("next", () => NextCommand.Create(terminal, models, json.Answer)),
        ("tokenize", () => TokenizeCommand.Create(terminal, models, json.Answer)),
        ("chat-prompt", () => ChatPromptCommand.Create(terminal, models, json.Answer)),
        ("models", () => ModelsCommand.Create(terminal, () => models.Hub, json.Answer)),
        ("pull", () => PullCommand.Create(terminal, () => models.Hub, json.Answer)),
        ("inspect", () => InspectCommand.Create(terminal, models, json.Answer)),
        ("machine", () => MachineCommand.Create(terminal, json.Answer)),
        ("completion", () => CompletionCommand.Create(terminal)),
        ("help", () => HelpCommand.Create(terminal)),
    ];
}
