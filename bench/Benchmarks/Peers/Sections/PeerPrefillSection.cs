namespace DecodeAlign.Benchmarks;

/// <summary>A prompt of 128 and of 512 tokens, in each format.</summary>
internal static class PeerPrefillSection
{
    private static readonly int[] Prompts = [128, 512];

    public static IEnumerable<ContestResult> Run(PeersReport report)
    {
        Console.WriteLine($"\n| prefill | {PeerContest.Header}");
        foreach (var shape in PeersReport.Shapes)
        {
            using var files = new PeerFiles(shape, report.Threads);
            foreach (var format in PeerFormat.Of(shape))
            {
                var prompts = Prompts.Where(prompt => report.Wants(Name(shape, format, prompt))).ToArray();
                if (prompts.Length == 0) continue;
                using var ours = files.LoadOurs(format);
                var theirs = format.Roundings.Select(rounding => (rounding.Name, Model: files.LoadLlama(rounding))).ToArray();
                foreach (var prompt in prompts)
                {
                    using var here = new EngineCase(ours, prompt, 1);
                    var ways = from other in theirs from settings in LlamaSettings.All(1).Where(settings => settings.Half) select ($"{other.Name}, {settings}", (Func<(IDisposable, Action)>)(() => Open(other.Model, settings, prompt)));
                    // the last token's answer too, as llama.cpp gives it
                    yield return PeerContest.Run(report, Name(shape, format, prompt), prompt, () =>
                    {
                        here.Prefill();
                        here.Decode();
                    }, PeerContest.Quickest(ways, 1), 200);
                }
                foreach (var (_, model) in theirs) model.Dispose();
            }
        }
    }

    private static (IDisposable, Action) Open(LlamaModel model, LlamaSettings settings, int prompt)
    {
        int[] tokens = [.. PeerPrompt.Tokens(prompt)];
        var sequences = model.Open(settings, 1, prompt);
        return (sequences, () =>
        {
            sequences.Prefill(tokens);
            Logits.Best(sequences.Logits(prompt - 1));
        });
    }

    private static string Name(string shape, PeerFormat format, int prompt) => $"llama.cpp/prefill/{shape}/{format}/{prompt}";
}
