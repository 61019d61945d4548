using System.CommandLine;
using DecodeAlign.Models;

namespace DecodeAlign.Cli;

/// <summary><c>inspect</c>: what a model folder holds, and whether it can be run.</summary>
internal static class InspectCommand
{
    private const string Examples = """
        decodealign inspect path/to/folder
        decodealign inspect path/to/folder --json
        """;

    public static Command Create(Terminal terminal, IModelSource models, Option<bool> json)
    {
        var folder = new Argument<string?>("DIR") { Description = "The model folder. Default: the embedded model's.", Arity = ArgumentArity.ZeroOrOne };
        var command = new HelpfulCommand("inspect", "Tells what a model folder holds, and whether it can be run. The exit code is 1 where it can't.", Examples) { folder };
        command.SetAction(parsed =>
        {
            var inspection = ModelFolder.Open(models.Folder(parsed.GetValue(folder))).Inspect(ModelSource.TokenizerFormats);
            if (parsed.GetValue(json)) terminal.Out.WriteLine(inspection.ToJson());
            else InspectionReport.Write(inspection, terminal.Out);
            return inspection.Runnable ? ExitCode.Done : ExitCode.Failed;
        });
        return command;
    }
}
