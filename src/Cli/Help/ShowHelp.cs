using System.CommandLine;
using System.CommandLine.Invocation;

namespace DecodeAlign.Cli;

/// <summary><c>--help</c> and <c>--help-all</c>.</summary>
internal sealed class ShowHelp(Terminal terminal, bool all) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var root = parseResult.RootCommandResult.Command;
        var page = new PageWriter(terminal.Out, terminal.Width);
        if (parseResult.CommandResult.Command is HelpfulCommand command) HelpPage.Write(command, Shared(root), all, page);
        else Greeting.Write(root, page);
        return ExitCode.Done;
    }

    /// <summary>Options that all commands have.</summary>
    public static IReadOnlyList<Option> Shared(Command root) => [.. root.Options.Where(option => option.Recursive && !option.Hidden && option.Action is not ShowHelp)];
}
