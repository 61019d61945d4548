using System.CommandLine;
using System.Diagnostics;
using DecodeAlign.DefaultModel;

namespace DecodeAlign.Experiments;

/// <summary>Runs the soak and says what became of memory and requests. Exit code 1 where anything was lost, left behind or wrong.</summary>
internal static class SoakCommand
{
    public static Command Create()
    {
        var minutes = new Option<double>("--minutes") { Description = "How long.", DefaultValueFactory = _ => 30 };
        var callers = new Option<int>("--callers") { Description = "Requests at once.", DefaultValueFactory = _ => 16 };
        var threads = new Option<int>("--threads") { Description = "Threads that compute; 0: one for each processor.", DefaultValueFactory = _ => 1 };
        var seed = new Option<ulong>("--seed") { Description = "Seed of the load.", DefaultValueFactory = _ => 1UL };
        var command = new Command("soak", "Mixed requests on the embedded model with random cancellations, deadlines, failing heuristics and oversized requests; at the end nothing may be left behind.") { minutes, callers, threads, seed };
        command.SetAction((parsed, cancellationToken) => RunAsync(TimeSpan.FromMinutes(parsed.GetValue(minutes)), parsed.GetValue(callers), parsed.GetValue(threads), parsed.GetValue(seed), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(TimeSpan duration, int callers, int threads, ulong seed, CancellationToken cancellationToken)
    {
        if (!EmbeddedModel.Exists) throw new InvalidOperationException("this build has no embedded model");
        await using var load = new SoakLoad(callers, threads, seed);
        await load.BeginAsync(cancellationToken);
        // the pools of a process fill in its first minute
        await load.RunAsync(TimeSpan.FromSeconds(Math.Min(60, duration.TotalSeconds / 10)), cancellationToken);
        await PrintAsync("start", load);
        var heapAtStart = GC.GetTotalMemory(true);
        for (var left = duration; left > TimeSpan.Zero && !cancellationToken.IsCancellationRequested; left -= TimeSpan.FromMinutes(5))
        {
            await load.RunAsync(left < TimeSpan.FromMinutes(5) ? left : TimeSpan.FromMinutes(5), cancellationToken);
            await PrintAsync($"{(duration - left).TotalMinutes + Math.Min(5, left.TotalMinutes):0.#} min", load);
        }
        var grown = GC.GetTotalMemory(true) - heapAtStart;
        foreach (var (outcome, count) in load.Outcomes) Console.WriteLine($"{count,8}  {outcome}");
        foreach (var fault in load.Faults.Take(20)) Console.WriteLine($"FAULT  {fault}");
        var clean = load.Faults.Count == 0 && load.KvReservedBytes == 0 && load.Statistics is { OpenSessions: 0, WaitingForMemory: 0 } && load.Alive == (0, 0) && grown < 4 << 20;
        Console.WriteLine($"heap grown by {grown / 1024.0:0} KiB; {load.Faults.Count} faults; {(clean ? "nothing left behind" : "NOT CLEAN")}");
        return clean ? 0 : 1;
    }

    private static async Task PrintAsync(string when, SoakLoad load)
    {
        await load.SettleAsync();
        var heap = GC.GetTotalMemory(true);
        var (trees, nodes) = load.Alive;
        using var process = Process.GetCurrentProcess();
        Console.WriteLine(
            $"{when,-8} requests {load.Outcomes.Values.Sum(),7}  sessions {load.Statistics.OpenSessions}  waiting {load.Statistics.WaitingForMemory}  trees {trees}  nodes {nodes}  " +
            $"KV reserved {load.KvReservedBytes}  KV kept {load.KvKeptBytes / 1024} KiB  heap {heap / 1024} KiB  process {process.WorkingSet64 >> 20} MiB  passes {load.Statistics.Passes}  shared tokens {load.Statistics.SharedTokens}");
    }
}
