using System.Diagnostics;

namespace DecodeAlign.Experiments;

/// <summary>A program that was run to its end.</summary>
/// <param name="FirstOutput">From its start to the first byte of its output.</param>
/// <param name="End">From its start to its end.</param>
/// <param name="PeakBytes">The most memory that it had, as last seen while it ran.</param>
/// <param name="Output">What it wrote.</param>
internal sealed record StartedRun(TimeSpan FirstOutput, TimeSpan End, long PeakBytes, string Output)
{
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public static async Task<StartedRun> OfAsync(string[] command, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var peak = PeakAsync(process, cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        var first = new char[1];
        _ = await process.StandardOutput.ReadAsync(first, cancellationToken);
        var firstOutput = Stopwatch.GetElapsedTime(started);
        var output = first[0] + await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        var end = Stopwatch.GetElapsedTime(started);
        if (process.ExitCode != 0) throw new InvalidOperationException($"{string.Join(' ', command)} exited with {process.ExitCode}: {await errors}");
        return new(firstOutput, end, await peak, output);
    }

    private static async Task<long> PeakAsync(Process process, CancellationToken cancellationToken)
    {
        var peak = 0L;
        try
        {
            while (!process.HasExited)
            {
                process.Refresh();
                peak = Math.Max(peak, process.PeakWorkingSet64);
                await Task.Delay(5, cancellationToken);
            }
        }
        catch (InvalidOperationException)
        {
            // it has ended meanwhile
        }
        return peak;
    }
}
