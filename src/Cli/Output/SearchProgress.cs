using DecodeAlign.Decoding;
using Spectre.Console;

namespace DecodeAlign.Cli;

/// <summary>Shows on standard error how far a search is, where that is a terminal.</summary>
internal static class SearchProgress
{
    public static async Task<T> ShowAsync<T>(Terminal terminal, string what, Func<IProgress<DecodingProgress>?, Task<T>> work)
    {
        if (!terminal.ErrorIsTerminal) return await work(null).ConfigureAwait(false);
        var progress = Consoles.Progress(terminal).Progress().AutoClear(true).Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn());
        return await progress.StartAsync(context => work(new Reporter(context.AddTask(Markup.Escape(what), maxValue: 1)))).ConfigureAwait(false);
    }

    private sealed class Reporter(ProgressTask task) : IProgress<DecodingProgress>
    {
        public void Report(DecodingProgress value)
        {
            task.MaxValue = value.MaxTokens;
            task.Value = value.Step;
        }
    }
}
