namespace DecodeAlign.Benchmarks;

/// <summary>A token for each of 1, 8, 32 continuations of a prompt of 128 tokens, in each format.</summary>
internal static class PeerDecodeSection
{
    private const int Prompt = 128;
    private const int Depth = 16;
    private static readonly int[] Batches = [1, 8, 32];

    public static IEnumerable<ContestResult> Run(PeersReport report)
    {
        foreach (var shape in (string[])[.. PeersReport.Shapes, PeersReport.Large])
        {
            using var files = new PeerFiles(shape, report.Threads);
            foreach (var format in PeerFormat.Of(shape))
            {
                var batches = Batches.Where(batch => report.Wants(Name(shape, format, batch))).ToArray();
                if (batches.Length == 0) continue;
                Console.WriteLine();
                using var ours = files.LoadOurs(format);
                var theirs = format.Roundings.Select(rounding => (rounding.Name, Model: files.LoadLlama(rounding))).ToArray();
                var differ = theirs.Select(other => Agreement.Check($"{shape}, {format} and {other.Name}", ours, other.Model, format.Ours)).FirstOrDefault(why => why is not null);
                Console.WriteLine($"\n| decoding | {PeerContest.Header}");
                foreach (var batch in batches)
                {
                    var name = Name(shape, format, batch);
                    if (differ is not null)
                    {
                        report.MakeVoid(name, differ);
                        continue;
                    }
                    using var here = new EngineCase(ours, Prompt, batch, Depth);
                    var ways = from other in theirs from settings in LlamaSettings.All(batch) select ($"{other.Name}, {settings}", (Func<(IDisposable, Action)>)(() => Open(other.Model, settings, batch)));
                    yield return PeerContest.Run(report, name, batch, here.Decode, PeerContest.Quickest(ways, 60), 120);
                }
                foreach (var (_, model) in theirs) model.Dispose();
            }
        }
    }

    private static (IDisposable, Action) Open(LlamaModel model, LlamaSettings settings, int batch)
    {
        var decode = new LlamaDecode(model, settings, [.. PeerPrompt.Tokens(Prompt)], batch, Depth);
        return (decode, decode.Decode);
    }

    private static string Name(string shape, PeerFormat format, int batch) => $"llama.cpp/decode/{shape}/{format}/{batch}";
}
