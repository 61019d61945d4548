using Spectre.Console;

namespace DecodeAlign.Cli;

/// <summary>Shows on standard error how much of a large model is loaded, where that is a terminal.</summary>
internal static class LoadProgress
{
    /// <summary>What is smaller loads before one would look.</summary>
    public const long LeastBytes = 500_000_000;

    /// <param name="terminal">Where.</param>
    /// <param name="path">The model's folder or file.</param>
    /// <param name="load">Loads it.</param>
    /// <param name="leastBytes">Bytes of weights from which it is shown.</param>
    public static async Task<T> ShowAsync<T>(Terminal terminal, string path, Func<IProgress<double>?, Task<T>> load, long leastBytes = LeastBytes)
    {
        if (!terminal.ErrorIsTerminal || Bytes(path) < leastBytes) return await load(null).ConfigureAwait(false);
        var progress = Consoles.Progress(terminal).Progress().AutoClear(true).Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn());
        return await progress.StartAsync(context => load(new Reporter(context.AddTask(Markup.Escape($"loading {Path.GetFileName(path)}"), maxValue: 1)))).ConfigureAwait(false);
    }

    private static long Bytes(string path) =>
        File.Exists(path) ? Length(path) : Directory.Exists(path) ? Directory.EnumerateFiles(path, "*.safetensors").Sum(Length) : 0;

    // in the hub's cache the files are links, whose own length is not the one meant
    private static long Length(string path)
    {
        using var file = File.OpenHandle(path);
        return RandomAccess.GetLength(file);
    }

    private sealed class Reporter(ProgressTask task) : IProgress<double>
    {
        public void Report(double value) => task.Value = value;
    }
}
