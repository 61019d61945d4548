using System.Diagnostics;
using System.Globalization;
using DecodeAlign.Cpu;
using DecodeAlign.Decoding;

namespace DecodeAlign.Benchmarks;

/// <summary>Processes that load a file, which lies in the system's cache, and give one token: how long until it is there, and their peak memory.</summary>
internal static class PeerLoadSection
{
    private const int Prompt = 16;

    public static IEnumerable<ContestResult> Run(PeersReport report)
    {
        Console.WriteLine("\n| a process that loads and gives a token | ours (ms) | llama.cpp | llama.cpp ÷ ours | quartiles | of which loading and the token (ms) | peak memory (MB), in brackets without mapped files |\n|---|---|---|---|---|---|---|");
        foreach (var shape in (string[])[.. PeersReport.Shapes, PeersReport.Large])
        {
            using var files = new PeerFiles(shape, report.Threads);
            foreach (var format in PeerFormat.Of(shape))
            {
                var (time, memory) = ($"llama.cpp/start/{shape}/{format}", $"llama.cpp/memory/{shape}/{format}");
                if (!report.Wants(time) && !report.Wants(memory)) continue;
                var path = files.Path(format.Roundings[0]);
                var (ours, theirs) = (new List<Probed>(), new List<Probed>());
                for (var round = 0; round <= report.Rounds; round++)
                {
                    var (here, there) = (Start(true, path, format.Ours, report.Threads), Start(false, path, format.Ours, report.Threads));
                    // the first brings the files and programs into the system's cache
                    if (round == 0) continue;
                    ours.Add(here);
                    theirs.Add(there);
                }
                double[] ratios = [.. ours.Zip(theirs, (here, there) => there.Milliseconds / here.Milliseconds)];
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"| {shape} {format} | {Median(ours, p => p.Milliseconds):0} | {Median(theirs, p => p.Milliseconds):0} | {Samples.MedianOf(ratios):0.00} | {Samples.PercentileOf(ratios, 25):0.00} to {Samples.PercentileOf(ratios, 75):0.00} | {Median(ours, p => p.Loading):0} and {Median(theirs, p => p.Loading):0} | {Median(ours, p => p.Peak):0} ({Median(ours, p => p.Own):0}) and {Median(theirs, p => p.Peak):0} ({Median(theirs, p => p.Own):0}) |"));
                yield return new() { Name = time, Ratio = Samples.MedianOf(ratios), Rounds = ratios, BestRatio = theirs.Min(p => p.Milliseconds) / ours.Min(p => p.Milliseconds), MedianMilliseconds = Median(ours, p => p.Milliseconds) };
                double[] peaks = [.. ours.Zip(theirs, (here, there) => there.Peak / here.Peak)];
                yield return new() { Name = memory, Ratio = Samples.MedianOf(peaks), Rounds = peaks };
            }
        }
    }

    /// <summary>What the child does.</summary>
    public static void Probe(bool ours, string path, WeightFormat format, int threads)
    {
        var started = Stopwatch.GetTimestamp();
        int[] prompt = [.. PeerPrompt.Tokens(Prompt)];
        int token;
        if (ours)
        {
            var engine = PeerFiles.LoadOurs(path, format, threads);
            token = First(engine, prompt);
        }
        else
        {
            var sequences = new LlamaModel(path, threads).Open(LlamaSettings.Exact, 1, 256);
            sequences.Prefill(prompt);
            token = Logits.Best(sequences.Logits(prompt.Length - 1));
        }
        var loading = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{token} {loading} {Status("VmHWM:")} {Status("RssAnon:")}"));
    }

    private static int First(CpuEngine engine, int[] prompt)
    {
        var tree = new TokenTree();
        using var session = engine.Open(tree, prompt.Length);
        var rows = new ForwardRow[prompt.Length];
        var top = new TokenLogProbability[1];
        var last = tree.AddRoot(prompt);
        for (int i = prompt.Length, node = last; i-- > 0; node = tree.Parent(node)) rows[i] = new(session, node, 0, node == last ? 1 : 0);
        engine.Forward(rows, [new() { Node = last, Top = top }]);
        return top[0].Token;
    }

    private static Probed Start(bool ours, string path, WeightFormat format, int threads)
    {
        var started = Stopwatch.GetTimestamp();
        using var child = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [.. Self(), "peers-probe", $"{ours}", path, $"{format}", threads.ToString(CultureInfo.InvariantCulture)]) { RedirectStandardOutput = true })!;
        var line = child.StandardOutput.ReadLine();
        var milliseconds = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        child.WaitForExit();
        double[] told = [.. (line ?? throw new InvalidOperationException("the process that loads a model said nothing")).Split(' ').Select(value => double.Parse(value, CultureInfo.InvariantCulture))];
        return new(milliseconds, told[1], told[2] / 1e6, told[3] / 1e6);
    }

    // 0 where the system does not tell
    private static long Status(string field)
    {
        const string Own = "/proc/self/status";
        return File.Exists(Own) && File.ReadLines(Own).FirstOrDefault(line => line.StartsWith(field, StringComparison.Ordinal)) is { } found
            ? long.Parse(found[field.Length..].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture) << 10
            : 0;
    }

    private static double Median(List<Probed> of, Func<Probed, double> value) => Samples.MedianOf(of.Select(value));

    // run by the dotnet host, the program is its first argument
    private static string[] Self() => Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(PeerLoadSection).Assembly.Location] : [];

    /// <summary>A process: milliseconds until its token was read, those of loading and computing it, megabytes at the peak, and those of its own.</summary>
    private readonly record struct Probed(double Milliseconds, double Loading, double Peak, double Own);
}
