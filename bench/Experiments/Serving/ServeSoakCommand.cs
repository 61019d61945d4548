using System.CommandLine;
using System.Diagnostics;
using DecodeAlign.Cpu;
using DecodeAlign.Decoding;
using DecodeAlign.DefaultModel;
using DecodeAlign.Models;

namespace DecodeAlign.Experiments;

/// <summary>Runs the soak of the server, and tells times and what became of requests and memory. Exit code 1 where anything was wrong or left behind.</summary>
internal static class ServeSoakCommand
{
    public static Command Create()
    {
        var minutes = new Option<double>("--minutes") { Description = "How long.", DefaultValueFactory = _ => 5 };
        var callers = new Option<int>("--callers") { Description = "Requests at once.", DefaultValueFactory = _ => 200 };
        var tokens = new Option<int>("--max-tokens") { Description = "Tokens of each answer.", DefaultValueFactory = _ => 24 };
        var seed = new Option<ulong>("--seed") { Description = "Seed of the load.", DefaultValueFactory = _ => 1UL };
        var command = new Command("serve-soak", "Concurrent requests over HTTP on the embedded model, by mixed decoders, with slow readers, cut connections and cancellations.") { minutes, callers, tokens, seed };
        command.SetAction((parsed, cancellationToken) => RunAsync(TimeSpan.FromMinutes(parsed.GetValue(minutes)), parsed.GetValue(callers), parsed.GetValue(tokens), parsed.GetValue(seed), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(TimeSpan duration, int callers, int tokens, ulong seed, CancellationToken cancellationToken)
    {
        if (!EmbeddedModel.Exists) throw new InvalidOperationException("this build has no embedded model");
        await using var soak = await ServeSoak.StartAsync(LoadAsync, tokens, cancellationToken);
        Console.WriteLine($"hostile bodies at an idle server: the slowest refusal took {1000 * await soak.RefuseAsync(rounds: 5, cancellationToken):0.0} ms, sending included");
        // the pools of a process fill in its first requests
        await soak.RunAsync(callers, duration / 10, int.MaxValue, seed + 1, cancellationToken);
        await soak.SettleAsync();
        var (heap, started, before) = (GC.GetTotalMemory(true), Stopwatch.GetTimestamp(), soak.Outcomes.Values.Sum());
        await soak.RunAsync(callers, duration, int.MaxValue, seed, cancellationToken);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        await soak.SettleAsync();
        var grown = GC.GetTotalMemory(true) - heap;
        foreach (var (outcome, count) in soak.Outcomes) Console.WriteLine($"{count,8}  {outcome}");
        foreach (var fault in soak.Faults.Take(10)) Console.WriteLine($"FAULT  {fault}");
        Console.WriteLine($"{callers} callers, {seconds:0} s, {(soak.Outcomes.Values.Sum() - before) / seconds:0.0} requests/s");
        Tell("time to first token", soak.ToFirst);
        Tell("between tokens", soak.Between);
        using var process = Process.GetCurrentProcess();
        var left = soak.Statistics;
        var clean = soak.Faults.Count == 0 && left is { OpenSessions: 0, WaitingForMemory: 0 } && grown < 16 << 20;
        Console.WriteLine($"sessions open {left.OpenSessions}, waiting {left.WaitingForMemory}; heap grown by {grown / 1024.0:0} KiB; process {process.WorkingSet64 >> 20} MiB; {soak.Faults.Count} faults; {(clean ? "nothing left behind" : "NOT CLEAN")}");
        return clean ? 0 : 1;
    }

    private static async Task<ILanguageModel> LoadAsync(CancellationToken cancellationToken) =>
        await CpuModel.LoadAsync(EmbeddedModel.Folder, new() { Threads = 2, PrefixCacheBytes = 16 << 20 }, new() { MemoryWait = TimeSpan.FromMinutes(10) }, cancellationToken: cancellationToken).ConfigureAwait(false);

    private static void Tell(string what, IReadOnlyList<double> seconds)
    {
        double[] sorted = [.. seconds.Order()];
        if (sorted.Length == 0) return;
        double At(double share) => 1000 * sorted[Math.Min(sorted.Length - 1, (int)(share * sorted.Length))];
        Console.WriteLine($"{what,-20} p50 {At(0.5):0.0} ms, p95 {At(0.95):0.0} ms, p99 {At(0.99):0.0} ms ({sorted.Length} of them)");
    }
}
