using System.Globalization;
using DecodeAlign.Models;
using Spectre.Console;

namespace DecodeAlign.Cli;

/// <summary>A download from the hub, with its size told first and its progress shown.</summary>
internal static class ModelDownload
{
    public static string Describe(HubPlan plan)
    {
        var there = plan.BytesPresent == 0 ? "" : plan.BytesPresent == plan.Bytes ? ", all there already" : $", {Size(plan.BytesPresent)} there already";
        return $"{plan.Id}: {plan.FileCount} files, {Size(plan.Bytes)}{there}";
    }

    /// <summary>Where a model that <c>--model</c> names is not on this machine: asks whether to download it, if there is somebody to ask.</summary>
    public static async Task OfferAsync(string? pathOrName, Func<HubOptions> options, Terminal terminal, CancellationToken cancellationToken)
    {
        if (pathOrName is null || !terminal.InputIsTerminal || !terminal.ErrorIsTerminal || ModelFolder.Exists(pathOrName) || !HubModelId.TryParse(pathOrName, out var id)) return;
        var hub = options();
        if (hub.Offline || new HubCache(hub).Find(id) is not null) return;
        using var client = new HubClient(hub);
        var plan = await client.PlanAsync(id, cancellationToken: cancellationToken).ConfigureAwait(false);
        terminal.Error.Write($"{Describe(plan)}, from {hub.Endpoint.Host}. Download? [y/N] ");
        if ((await terminal.In.ReadLineAsync(cancellationToken).ConfigureAwait(false))?.Trim().ToUpperInvariant() is "Y" or "YES")
            await RunAsync(client, plan, terminal, cancellationToken).ConfigureAwait(false);
    }

    public static async Task<string> RunAsync(HubClient client, HubPlan plan, Terminal terminal, CancellationToken cancellationToken)
    {
        if (!terminal.ErrorIsTerminal) return await client.DownloadAsync(plan, cancellationToken: cancellationToken).ConfigureAwait(false);
        var progress = Consoles.Progress(terminal).Progress().AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new DownloadedColumn(), new TransferSpeedColumn(), new RemainingTimeColumn());
        return await progress.StartAsync(context => client.DownloadAsync(plan, new Reporter(context.AddTask(Markup.Escape(plan.Id.ToString()), maxValue: Math.Max(1, plan.Bytes))), cancellationToken)).ConfigureAwait(false);
    }

    private static string Size(long bytes) => bytes < 1_000_000_000
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB") : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.00} GB");

    private sealed class Reporter(ProgressTask task) : IProgress<HubProgress>
    {
        public void Report(HubProgress value) => task.Value = value.Bytes;
    }
}
