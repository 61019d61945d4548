using System.CommandLine;
using System.Text.Json;
using DecodeAlign.Models;

namespace DecodeAlign.Cli;

/// <summary><c>pull</c>: downloads a model by its name on the Hugging Face hub.</summary>
internal static class PullCommand
{
    private const string Examples = """
        decodealign pull HuggingFaceTB/SmolLM2-135M-Instruct
        decodealign pull org/name@v1.0 --dry-run
        decodealign pull org/name-GGUF --file name-q4_k_m.gguf
        decodealign generate "Once upon a time" --model HuggingFaceTB/SmolLM2-135M-Instruct
        """;

    public static Command Create(Terminal terminal, Func<HubOptions> hub, Option<bool> json)
    {
        var name = new Argument<string>("NAME") { Description = "ORG/NAME, or ORG/NAME@REVISION for a branch, tag or commit." };
        var file = new Option<string?>("--file") { Description = "Fetch one .gguf file of the repository instead of the model's folder.", HelpName = "FILE" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Say what would be fetched, and fetch nothing." };
        var command = new HelpfulCommand("pull", "Downloads a model from the Hugging Face hub. It goes to the hub's own cache (HF_HOME, HF_HUB_CACHE, HF_TOKEN, HF_ENDPOINT and HF_HUB_OFFLINE count): weights as safetensors only, each file checked by its hash. What an earlier download left is gone on from.", Examples) { name, file, dryRun };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (!HubModelId.TryParse(parsed.GetValue(name)!, out var id)) throw new UsageException($"NAME: must be ORG/NAME or ORG/NAME@REVISION; it is '{parsed.GetValue(name)}'");
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, terminal.Stop);
            using var client = new HubClient(hub());
            var plan = await client.PlanAsync(id, parsed.GetValue(file), either.Token).ConfigureAwait(false);
            terminal.Note(ModelDownload.Describe(plan));
            var path = parsed.GetValue(dryRun) ? null : await ModelDownload.RunAsync(client, plan, terminal, either.Token).ConfigureAwait(false);
            if (parsed.GetValue(json)) terminal.Out.WriteLine(JsonSerializer.Serialize(new PullOutput(id.ToString(), plan.Commit, plan.FileCount, plan.Bytes, plan.BytesPresent, path), CliJson.Readable.PullOutput));
            else if (path is not null) terminal.Out.WriteLine(path);
            return ExitCode.Done;
        });
        return command;
    }
}
