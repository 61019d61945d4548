using System.Globalization;
using System.Text.Json;

namespace DecodeAlign.Cli;

/// <summary>Answers many prompts, some at a time in shared passes, and writes each result as soon as those before it are written.</summary>
/// <param name="results">Where results go.</param>
/// <param name="prompts">All prompts.</param>
/// <param name="terminal">Hears how far it is.</param>
/// <param name="time">The clock of the time left.</param>
internal sealed class BatchRun(BatchResults results, IReadOnlyList<BatchPromptLine> prompts, Terminal terminal, TimeProvider time)
{
    /// <summary>Prompts that are answered at once.</summary>
    public const int AtOnce = 16;

    private int _failed;

    /// <param name="answer">Answers one. What it throws is that prompt's failure.</param>
    /// <param name="cancellationToken">Ends the run; what is written stays.</param>
    /// <returns>How many prompts failed in this run.</returns>
    public async Task<int> RunAsync(Func<string, CancellationToken, Task<GenerateOutput>> answer, CancellationToken cancellationToken)
    {
        using var left = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var underway = new Queue<Task<BatchLine>>();
        var (next, done, started) = (results.Done, results.Done, time.GetTimestamp());
        try
        {
            while (next < prompts.Count || underway.Count > 0)
            {
                while (next < prompts.Count && underway.Count < AtOnce) underway.Enqueue(AnswerAsync(next++, answer, left.Token));
                var line = await underway.Dequeue().ConfigureAwait(false);
                if (line.Error is not null) _failed++;
                await results.File.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(line, CliJson.Readable.BatchLine), CancellationToken.None).ConfigureAwait(false);
                results.File.WriteByte((byte)'\n');
                await results.File.FlushAsync(CancellationToken.None).ConfigureAwait(false);
                done++;
                if (terminal.ErrorIsTerminal) terminal.Error.Write($"\r{Progress(done, done - results.Done, time.GetElapsedTime(started))}\e[K");
            }
        }
        finally
        {
            await left.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(underway).ContinueWith(_ => { }, TaskScheduler.Default).ConfigureAwait(false);
            if (terminal.ErrorIsTerminal) terminal.Error.WriteLine();
            if (done < prompts.Count) terminal.Note($"stopped: {done} of {prompts.Count} results are written; the same command goes on with the others");
        }
        return _failed;
    }

    private string Progress(int done, int answered, TimeSpan elapsed)
    {
        var rest = TimeSpan.FromSeconds(Math.Ceiling(elapsed.TotalSeconds / answered * (prompts.Count - done)));
        return string.Create(CultureInfo.InvariantCulture, $"{done} of {prompts.Count}{(_failed > 0 ? $", {_failed} failed" : "")}; {rest:hh\\:mm\\:ss} left");
    }

    private async Task<BatchLine> AnswerAsync(int index, Func<string, CancellationToken, Task<GenerateOutput>> answer, CancellationToken cancellationToken)
    {
        var line = new BatchLine(index, prompts[index].Id, prompts[index].Prompt) { Options = index == 0 ? results.Options : null };
        try
        {
            return line with { Result = (await answer(prompts[index].Prompt, cancellationToken).ConfigureAwait(false)).WithoutHypotheses() };
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            return line with { Error = fault.Message.Split(" (Parameter")[0] };
        }
    }
}
