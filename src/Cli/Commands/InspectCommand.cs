using System.CommandLine;
using DecodeAlign.Models;

namespace DecodeAlign.Cli;

/// <summary><c>inspect</c>: what a model folder holds, and whether it can be run; or what a server can do for each decoder.</summary>
internal static class InspectCommand
{
    private const string Examples = """
        decodealign inspect path/to/folder
        decodealign inspect path/to/folder --json
        decodealign inspect http://localhost:8080 --tokenizer path/to/folder
        """;

    public static Command Create(Terminal terminal, IModelSource models, Option<bool> json)
    {
        var folder = new Argument<string?>("DIR") { Description = "The model folder, or a server's address. Default: the embedded model's.", Arity = ArgumentArity.ZeroOrOne };
        var tokenizer = new Option<string?>("--tokenizer") { Description = "With a server: a folder with its model's tokenizer, such as --tokenizer path/to/folder.", HelpName = "DIR" };
        var command = new HelpfulCommand("inspect", "Describes a model folder and whether it can be run; or what a server supports for each decoder. The exit code is 1 where it can't.", Examples) { folder, tokenizer };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (ServerAddress.Find(parsed.GetValue(folder)) is { } server)
            {
                await using var model = await ServerAddress.ConnectAsync(server, models.Folder(parsed.GetValue(tokenizer) ?? throw ModelSource.NoTokenizer()), ModelSource.TokenizerFormats, cancellationToken).ConfigureAwait(false);
                if (parsed.GetValue(json)) terminal.Out.WriteLine(ServerReport.Json(model));
                else ServerReport.Write(model, terminal.Out);
                return ExitCode.Done;
            }
            var inspection = ModelFolder.Open(models.Folder(parsed.GetValue(folder))).Inspect(ModelSource.TokenizerFormats);
            if (parsed.GetValue(json)) terminal.Out.WriteLine(inspection.ToJson());
            else InspectionReport.Write(inspection, terminal.Out);
            return inspection.Runnable ? ExitCode.Done : ExitCode.Failed;
        });
        return command;
    }
}
