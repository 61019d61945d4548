using System.CommandLine;
using DecodeAlign.Cpu;

namespace DecodeAlign.Benchmarks;

internal static partial class ReportCommands
{
    private static Command Peers()
    {
        var sections = new Option<string[]>("--sections") { Description = "What to measure.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [.. PeersReport.Sections.Keys] };
        sections.AcceptOnlyFromAmong([.. PeersReport.Sections.Keys]);
        var rounds = new Option<int>("--rounds") { Description = "Rounds in which ours and the others take turns.", DefaultValueFactory = _ => 5 };
        var threads = new Option<int>("--threads") { Description = "Threads of each.", DefaultValueFactory = _ => 2 };
        var cells = new Option<string[]>("--cells") { Description = "Only figures whose name has one of these parts, such as decode/stories15M/F32/1 or deal.", AllowMultipleArgumentsPerToken = true };
        var result = new Option<string?>("--out") { Description = "Writes the run as JSON, to be committed or compared." };
        var command = new Command("peers", "Ours beside LLamaSharp and TorchSharp on the same weights, in one run; fails where they compute different things.") { sections, rounds, threads, cells, result };
        command.SetAction(parsed =>
        {
            var report = new PeersReport(parsed.GetValue(threads), parsed.GetValue(rounds), parsed.GetValue(cells) ?? []);
            var run = report.Run(parsed.GetValue(sections)!);
            if (parsed.GetValue(result) is { } path) run.Write(path);
            if (report.Void.Count > 0) Console.WriteLine($"\n{report.Void.Count} comparisons are void, since the engines computed different things: {string.Join(", ", report.Void)}");
            return report.Void.Count == 0 ? 0 : 1;
        });
        return command;
    }

    private static Command PeersProbe()
    {
        var ours = new Argument<bool>("ours");
        var path = new Argument<string>("path");
        var format = new Argument<WeightFormat>("format");
        var threads = new Argument<int>("threads");
        var command = new Command("peers-probe", "What peers starts in a process of its own to see it load a model.") { ours, path, format, threads };
        command.Hidden = true;
        command.SetAction(parsed => PeerLoadSection.Probe(parsed.GetValue(ours), parsed.GetValue(path)!, parsed.GetValue(format), parsed.GetValue(threads)));
        return command;
    }
}
