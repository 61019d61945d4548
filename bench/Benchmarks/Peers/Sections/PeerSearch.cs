using System.Diagnostics;
using DecodeAlign.Cpu;
using DecodeAlign.Decoding;
using DecodeAlign.Models;

namespace DecodeAlign.Benchmarks;

/// <summary>Both engines on one f32 file, and a decoder of ours over it, as a program has them.</summary>
internal sealed class PeerSearch : IDisposable
{
    private readonly PeerFiles _files;
    private readonly EngineModel _model;
    private readonly Decoder _decoder;

    public PeerSearch(string shape, int threads)
    {
        _files = new(shape, threads);
        Tokenizer = TokenizerLoader.Load(_files.Path(GgufRounding.F32));
        _model = new(_files.LoadOurs(PeerFormat.F32, Tokenizer.Fingerprint), Tokenizer);
        _decoder = new(_model);
        Llama = _files.LoadLlama(GgufRounding.F32);
    }

    public ITokenizer Tokenizer { get; }

    public LlamaModel Llama { get; }

    public DecodingResult Run(DecodingRequest request) => _decoder.GenerateAsync(request).GetAwaiter().GetResult();

    /// <summary>
    /// The quickest of llama.cpp's ways to the text of ours. What a batch of the same size costs ranks the settings; of those with one KV buffer and of those with several the
    /// best-ranked one that gives the text is tried.
    /// </summary>
    /// <param name="expected">Tokens of ours.</param>
    /// <param name="sequences">Sequences that the ways need.</param>
    /// <param name="batch">Rows of their calls.</param>
    /// <param name="open">Opens a way, and gives its tokens.</param>
    /// <param name="suffix">What it is told beside the settings.</param>
    /// <returns>The way, opened; none: how the texts differ, and the comparison is void.</returns>
    public (PeerWay? Way, string Differ) Quickest(IReadOnlyList<int> expected, int sequences, int batch, Func<LlamaSettings, (IDisposable Owner, Func<int[]> Tokens)> open, string suffix = "")
    {
        var (best, differ) = ((PeerWay?)null, "");
        foreach (var group in LlamaSettings.All(sequences).GroupBy(settings => settings.Unified))
            foreach (var settings in group.OrderBy(settings => Milliseconds(settings, batch)))
            {
                var (owner, tokens) = open(settings);
                var started = Stopwatch.GetTimestamp();
                var found = tokens();
                var time = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
                if (!found.SequenceEqual(expected))
                {
                    owner.Dispose();
                    differ = $"the texts differ: {Text(expected)} here, {Text(found)} there";
                    continue;
                }
                if (best is null || time < best.Milliseconds)
                {
                    best?.Owner.Dispose();
                    best = new($"F32, {settings}{suffix}", owner, () => tokens(), time);
                }
                else owner.Dispose();
                break;
            }
        return (best, differ);
    }

    public void Dispose()
    {
        Llama.Dispose();
        _model.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _files.Dispose();
    }

    private double Milliseconds(LlamaSettings settings, int batch)
    {
        using var decode = new LlamaDecode(Llama, settings, [.. PeerPrompt.Tokens(128)], batch, 16);
        return Contest.Measure(decode.Decode, 60).Median;
    }

    private string Text(IReadOnlyList<int> ids) => $"'{Tokenizer.Decode([.. ids])}' ({ids.Count} tokens)";
}
