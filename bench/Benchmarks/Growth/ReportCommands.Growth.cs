using System.CommandLine;

namespace DecodeAlign.Benchmarks;

internal static partial class ReportCommands
{
    private static Command Growth()
    {
        string[] all = [.. new GrowthCases(1, 0).All.Keys];
        var curves = new Option<string[]>("--curves") { Description = "What is grown.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => all };
        curves.AcceptOnlyFromAmong(all);
        var threads = new Option<int>("--threads") { Description = "Threads of the engine.", DefaultValueFactory = _ => 2 };
        var milliseconds = new Option<double>("--milliseconds") { Description = "How long each size is timed at least.", DefaultValueFactory = _ => 500 };
        var picture = new Option<string?>("--picture") { Description = "Draws the curves to a file (SVG)." };
        var command = new Command("growth", "How time and memory grow with context, rows, candidates, beam, requests, vocabulary, nodes and weights, one at a time.") { curves, threads, milliseconds, picture };
        command.SetAction(parsed =>
        {
            var measured = GrowthReport.Run(new(parsed.GetValue(threads), parsed.GetValue(milliseconds)), parsed.GetValue(curves)!);
            if (parsed.GetValue(picture) is { } path) File.WriteAllText(path, GrowthPicture.Draw(measured));
        });
        return command;
    }
}
