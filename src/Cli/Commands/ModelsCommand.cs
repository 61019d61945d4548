using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using DecodeAlign.Models;

namespace DecodeAlign.Cli;

/// <summary><c>models</c>: what the hub's cache on this machine holds, and whether it can be run.</summary>
internal static class ModelsCommand
{
    private const string Examples = """
        decodealign models
        decodealign models --json
        """;

    public static Command Create(Terminal terminal, Func<HubOptions> hub, Option<bool> json)
    {
        var command = new HelpfulCommand("models", "Lists the downloaded models, and whether each can be run. They are those of the Hugging Face hub's cache, whoever downloaded them.", Examples);
        command.SetAction(parsed =>
        {
            var options = hub();
            CachedModelOutput[] models = [.. new HubCache(options).List().Select(Inspect)];
            if (parsed.GetValue(json))
            {
                terminal.Out.WriteLine(JsonSerializer.Serialize(new ModelsOutput(options.CacheFolder, models), CliJson.Readable.ModelsOutput));
                return ExitCode.Done;
            }
            foreach (var model in models)
            {
                terminal.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{model.Name}  {model.Bytes / 1e6:0.0} MB  {(model.Runnable ? "can be run" : $"can't be run: {model.Problem}")}"));
                foreach (var file in model.Files) terminal.Out.WriteLine($"  {file}");
            }
            if (models.Length == 0) terminal.Note($"there are no models in {options.CacheFolder}; decodealign pull ORG/NAME downloads one");
            return ExitCode.Done;
        });
        return command;
    }

    private static CachedModelOutput Inspect(CachedModel model)
    {
        // GGUF files are models by themselves
        string[] files = [.. Directory.GetFiles(model.Folder, "*.gguf").Order(StringComparer.Ordinal)];
        var inspections = files.Length > 0 && !File.Exists(Path.Combine(model.Folder, "config.json")) ? [.. files.Select(file => ModelFolder.Open(file).Inspect(ModelSource.TokenizerFormats))] : new[] { ModelFolder.Open(model.Folder).Inspect(ModelSource.TokenizerFormats) };
        return new(model.Id.ToString(), model.Commit, model.Folder, model.Bytes, inspections.Any(inspection => inspection.Runnable), inspections.SelectMany(inspection => inspection.Problems).FirstOrDefault(), files);
    }
}
