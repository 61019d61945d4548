using DecodeAlign.Decoding;

namespace DecodeAlign.Benchmarks;

/// <summary>Beam search with four hypotheses after a prompt of 128 tokens.</summary>
internal static class PeerBeamSection
{
    private const int Beam = 4;
    private const int Prompt = 128;

    public static IEnumerable<ContestResult> Run(PeersReport report)
    {
        Console.WriteLine($"\n| beam search | {PeerContest.Header}");
        foreach (var (shape, tokens) in new[] { ("stories15M", 32), ("SmolLM2-135M", 16) })
        {
            var name = $"llama.cpp/beam/{shape}/F32/{Beam}";
            if (!report.Wants(name)) continue;
            using var search = new PeerSearch(shape, report.Threads);
            var request = new DecodingRequest { Prompt = PeerPrompt.Text(Prompt), Decoder = Decoders.Beam(Beam), MaxTokens = tokens };
            var (way, differ) = search.Quickest(search.Run(request).Answer.Ids, 2 * Beam, Beam, settings =>
            {
                var beam = new LlamaBeam(search.Llama, settings, [.. PeerPrompt.Tokens(Prompt)], Beam, tokens);
                return (beam, beam.Search);
            });
            if (way is null) report.MakeVoid(name, differ);
            else yield return PeerContest.Run(report, name, tokens, () => search.Run(request), way, 500);
        }
    }
}
