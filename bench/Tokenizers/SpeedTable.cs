using System.Diagnostics;
using System.Text;

namespace DecodeAlign.Benchmarks;

/// <summary>Time to load, memory that stays, and speed on one text, each library's best of several rounds in turn.</summary>
internal static class SpeedTable
{
    private const int Rounds = 5;

    public static int Run(VocabularyFiles files)
    {
        // a megabyte of this repository's prose and code, paragraph by paragraph, as prompts come
        var text = Repository();
        var megabytes = text.Sum(Encoding.UTF8.GetByteCount) / 1e6;
        Console.WriteLine($"{text.Length} paragraphs, {megabytes:0.00} MB, one thread\n");
        Console.WriteLine("| vocabulary | library | load, ms | memory, MB | MB/s |\n|---|---|---|---|---|");
        foreach (var ranks in files.Ranks)
        {
            List<Row> rows =
            [
                Load("ours, tokenizer.json", () => Libraries.Ours(files.TokenizerJson(ranks))),
                Load("Microsoft's through the adapter, rank file", () => Libraries.Adapter(files.RankFile(ranks), ranks.Encoding)),
                Load("Microsoft's alone, rank file", () => Libraries.Microsoft(files.RankFile(ranks), ranks.Encoding)),
            ];
            if (Libraries.HuggingFace(files.TokenizerJson(ranks)) is not null) rows.Add(Load("Hugging Face's, tokenizer.json", () => Libraries.HuggingFace(files.TokenizerJson(ranks))!));
            Time(ranks.Encoding.Name, rows, text, megabytes);
        }
        if (files.Phi3Json is null) return 0;
        List<Row> phi =
        [
            Load("ours, tokenizer.json", () => Libraries.Ours(files.Phi3Json)),
            Load("ours, SentencePiece model", () => Libraries.Ours(files.Phi3Model!)),
            Load("Microsoft's, SentencePiece model", () => Libraries.MicrosoftSentencePiece(files.Phi3Model!)),
        ];
        if (Libraries.HuggingFace(files.Phi3Json) is not null) phi.Add(Load("Hugging Face's, tokenizer.json", () => Libraries.HuggingFace(files.Phi3Json)!));
        var speeds = Time("Phi-3", phi, text, megabytes);
        if (speeds[2] < speeds[1]) return 0;
        Console.WriteLine("\nMicrosoft's library is as fast on SentencePiece models now as ours");
        return 1;
    }

    private static Row Load(string name, Func<Func<string, int[]>> load)
    {
        // what a process loads once, native code among it, is not the tokenizer's
        var first = load();
        var before = Resident();
        var clock = Stopwatch.StartNew();
        var encode = load();
        var took = clock.Elapsed.TotalMilliseconds;
        var memory = Math.Max(0, Resident() - before) / 1e6;
        GC.KeepAlive(first);
        return new(name, encode, took, memory);
    }

    private static double[] Time(string vocabulary, List<Row> rows, string[] text, double megabytes)
    {
        var best = rows.ToDictionary(row => row.Name, _ => double.PositiveInfinity);
        for (var round = 0; round < Rounds; round++)
            foreach (var row in rows)
            {
                var clock = Stopwatch.StartNew();
                foreach (var paragraph in text) row.Encode(paragraph);
                best[row.Name] = Math.Min(best[row.Name], clock.Elapsed.TotalSeconds);
            }
        double[] speeds = [.. rows.Select(row => megabytes / best[row.Name])];
        foreach (var (row, speed) in rows.Zip(speeds)) Console.WriteLine($"| {vocabulary} | {row.Name} | {row.LoadMilliseconds:0} | {row.Megabytes:0} | {speed:0.0} |");
        return speeds;
    }

    private static long Resident()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }

    private static string[] Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "DecodeAlign.sln"))) folder = folder.Parent;
        if (folder is null) throw new DirectoryNotFoundException("the text is the repository's own: run from within it");
        var paragraphs = new List<string>();
        foreach (var part in new[] { "docs", "src" })
            foreach (var file in Directory.EnumerateFiles(Path.Combine(folder.FullName, part), "*", SearchOption.AllDirectories).Where(file => Path.GetExtension(file) is ".md" or ".cs" && !file.Contains("/obj/", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
                paragraphs.AddRange(File.ReadAllText(file).Split("\n\n", StringSplitOptions.RemoveEmptyEntries));
        return [.. paragraphs];
    }

    private sealed record Row(string Name, Func<string, int[]> Encode, double LoadMilliseconds, double Megabytes);
}
