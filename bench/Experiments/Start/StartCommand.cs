using System.CommandLine;

namespace DecodeAlign.Experiments;

/// <summary>Starts builds of the command line in turn, and measures each from its start: to its first output, to its end, and the memory that it took.</summary>
internal static class StartCommand
{
    private static readonly (string Name, string[] Arguments)[] Works =
    [
        ("5 tokens", ["generate", "Once upon a time", "--max-tokens", "5", "--quiet"]),
        ("DeAL search", ["generate", "Once upon a time", "--decoder", "deal", "--heuristic", "vividness=default", "--max-tokens", "90", "--quiet"]),
    ];

    public static Command Create()
    {
        var builds = new Argument<string[]>("BUILD") { Description = "NAME=COMMAND, such as \"managed=dotnet src/Cli/bin/Release/net10.0/decodealign.dll\"; its words are separated by spaces.", Arity = ArgumentArity.OneOrMore };
        var rounds = new Option<int>("--rounds") { Description = "Rounds, each of which starts every build once; medians and quartiles are shown.", DefaultValueFactory = _ => 11 };
        var command = new Command("start", "Start of the command line: time to the first output and to the end, and peak memory, of builds in turn.") { builds, rounds };
        command.SetAction((parsed, cancellationToken) => RunAsync([.. parsed.GetValue(builds)!.Select(Read)], parsed.GetValue(rounds), cancellationToken));
        return command;
    }

    private static async Task RunAsync(IReadOnlyList<(string Name, string[] Command)> builds, int rounds, CancellationToken cancellationToken)
    {
        Console.WriteLine($"| work | build | to the first output, ms | to the end, ms | peak memory, MB |\n|---|---|---|---|---|");
        foreach (var (work, arguments) in Works)
        {
            var runs = builds.ToDictionary(build => build.Name, _ => new List<StartedRun>());
            // the first round reads what is started from the disk
            for (var round = -1; round < rounds; round++)
                foreach (var (name, command) in builds)
                {
                    var run = await StartedRun.OfAsync([.. command, .. arguments], cancellationToken);
                    if (round >= 0) runs[name].Add(run);
                }
            if (runs.Values.SelectMany(list => list).Select(run => run.Output).Distinct().Count() > 1) throw new InvalidOperationException($"{work}: the builds' outputs differ");
            foreach (var (name, list) in runs)
                Console.WriteLine($"| {work} | {name} | {Of(list, run => run.FirstOutput.TotalMilliseconds)} | {Of(list, run => run.End.TotalMilliseconds)} | {Of(list, run => run.PeakBytes / 1e6)} |");
        }
    }

    private static (string, string[]) Read(string build) => build.Split('=', 2) is [var name, var command]
        ? (name, command.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        : throw new ArgumentException($"'{build}' is not NAME=COMMAND");

    // the median, and between which values half of the runs lie
    private static string Of(List<StartedRun> runs, Func<StartedRun, double> measure)
    {
        var sorted = runs.Select(measure).Order().ToList();
        return FormattableString.Invariant($"{sorted[sorted.Count / 2]:0} ({sorted[sorted.Count / 4]:0} to {sorted[sorted.Count * 3 / 4]:0})");
    }
}
