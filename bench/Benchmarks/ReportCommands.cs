using System.CommandLine;

namespace DecodeAlign.Benchmarks;

/// <summary>The commands beside BenchmarkDotNet's own.</summary>
internal static partial class ReportCommands
{
    public static RootCommand Root()
    {
        var root = new RootCommand("Reports of the engines. All other arguments go to BenchmarkDotNet: --filter '*', --list flat.") { Engine(), Compare(), Probe(), Torch(), Peers(), PeersProbe(), Growth() };
        return root;
    }

    private static Command Engine()
    {
        var sections = new Option<string[]>("--sections") { Description = "What to measure.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [.. EngineReport.Sections.Keys] };
        sections.AcceptOnlyFromAmong([.. EngineReport.Sections.Keys]);
        var rounds = new Option<int>("--rounds") { Description = "Rounds in which ours and its baseline take turns.", DefaultValueFactory = _ => 7 };
        var threads = new Option<int>("--threads") { Description = "Threads of both.", DefaultValueFactory = _ => 2 };
        var cells = new Option<string[]>("--cells") { Description = "Only figures whose name has one of these parts, such as decode/stories15M/F32/1 or Q8.", AllowMultipleArgumentsPerToken = true };
        var result = new Option<string?>("--out") { Description = "Writes the run as JSON, to be committed or compared." };
        var command = new Command("engine", "Speeds, latencies, memory and shares of the machine's ceilings, ours and the baselines in one run.") { sections, cells, rounds, threads, result };
        command.SetAction(parsed =>
        {
            var run = new EngineReport(parsed.GetValue(threads), parsed.GetValue(rounds), parsed.GetValue(cells) ?? []).Run(parsed.GetValue(sections)!);
            if (parsed.GetValue(result) is { } path) run.Write(path);
        });
        return command;
    }

    private static Command Compare()
    {
        var committed = new Argument<FileInfo>("committed") { Description = "The run to compare with, such as bench/results/*.json." };
        var fresh = new Argument<FileInfo[]>("new") { Description = "A new run, as engine --out writes it; and runs that repeat some of it: what has fallen in one of them only is noise.", Arity = ArgumentArity.OneOrMore };
        var tolerance = new Option<double>("--tolerance") { Description = "Share of a ratio that may be lost beyond what the rounds of both runs differ by among themselves.", DefaultValueFactory = _ => 0.2 };
        var command = new Command("compare", "Compares a new run with a committed one by their ratios; fails where one has fallen, in every new run that has it, by more than the tolerance and the spread of the rounds.") { committed, fresh, tolerance };
        command.SetAction(parsed =>
        {
            var verdicts = RatioGate.Compare(BenchmarkRun.Read(parsed.GetValue(committed)!.FullName), [.. parsed.GetValue(fresh)!.Select(file => BenchmarkRun.Read(file.FullName))], parsed.GetValue(tolerance));
            Console.WriteLine("| | committed ratio | new ratio | least allowed | |\n|---|---|---|---|---|");
            foreach (var verdict in verdicts)
                Console.WriteLine(FormattableString.Invariant($"| {verdict.Name} | {verdict.Before:0.00} | {(verdict.Now is { } now ? FormattableString.Invariant($"{now:0.00}") : "not measured")} | {verdict.Least:0.00} | {(verdict.Failed ? "FELL" : "")} |"));
            var failed = verdicts.Count(verdict => verdict.Failed);
            Console.WriteLine(failed == 0
                ? $"\nAll {verdicts.Count} ratios are within the tolerance or better."
                : $"\n{failed} of {verdicts.Count} ratios have fallen. Whether it is noise: engine --cells {string.Join(' ', verdicts.Where(verdict => verdict.Failed).Select(verdict => $"\"{verdict.Name}\""))} --out again.json, and again.json as one more new run.");
            return failed == 0 ? 0 : 1;
        });
        return command;
    }

    private static Command Probe()
    {
        var folder = new Argument<string>("folder");
        var threads = new Argument<int>("threads");
        var command = new Command("memory-probe", "What engine starts in a process of its own to measure its memory.") { folder, threads };
        command.Hidden = true;
        command.SetAction(parsed => MemorySection.Probe(parsed.GetValue(folder)!, parsed.GetValue(threads)));
        return command;
    }
}
