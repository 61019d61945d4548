using DecodeAlign.Decoding;
using DecodeAlign.Heuristics;
using DecodeAlign.Models;
using DecodeAlign.Onnx;

namespace DecodeAlign.Tests;

public class TextEmbedderTests
{
    private static readonly string[] Texts = ["fox", "red fox .", "blue river river", "fox red blue river .", ""];

    [Fact]
    public void Embed_ATable_IsTheMeanOfItsRowsAtLengthOne()
    {
        using var made = new MadeModel().WithEmbedder();
        using var embedder = TextEmbedder.Open(made.Folder);
        Assert.Equal(MadeModel.Width, embedder.Dimensions);
        foreach (var text in Texts)
        {
            var mean = made.Mean(text);
            var length = Math.Sqrt(mean.Sum(value => value * value));
            Assert.All(embedder.Embed(text).Zip(mean), pair => Assert.Equal(pair.Second / length, pair.First, 1e-6));
            foreach (var other in Texts) Assert.Equal(made.Cosine(text, other), embedder.Similarity.Measure(text, other), 1e-6);
        }
    }

    [Theory]
    [InlineData(Pooling.First)]
    [InlineData(Pooling.Mean)]
    public void Embed_PooledByTheFirstToken_IsItsRow(Pooling pooling)
    {
        using var made = new MadeModel().WithEmbedder(["input_ids"], "rows");
        using var embedder = TextEmbedder.Open(Path.Combine(made.Folder, "model.onnx"), pooling);
        // every text begins with [CLS]
        var same = embedder.Embed("fox").SequenceEqual(embedder.Embed("river"));
        Assert.Equal(pooling == Pooling.First, same);
    }

    [Fact]
    public void Embed_LongTexts_AreCutBeforeWhatEndsThem()
    {
        using var made = new MadeModel().WithEmbedder();
        using var embedder = TextEmbedder.Open(made.Folder, options: new() { MaxTokens = 4 });
        Assert.Equal(embedder.Embed("fox red"), embedder.Embed("fox red blue river"));
        Assert.NotEqual(embedder.Embed("fox red"), embedder.Embed("fox"));
    }

    [Fact]
    public async Task Heuristics_KeepTheirContractAndHaveTheirValues()
    {
        using var made = new MadeModel().WithEmbedder();
        using var embedder = TextEmbedder.Open(made.Folder);
        var tokenizer = TokenizerLoader.Load(made.Folder);
        string[] examples = ["red fox", "blue river ."];
        foreach (var (heuristic, reference) in ((IHeuristic, Func<string, string, double>)[])[
            (embedder.Relevance(), (prompt, text) => Measure(prompt, text)),
            (embedder.Nearness(examples), (_, text) => examples.Max(example => Measure(example, text))),
            (embedder.Distance(examples), (_, text) => 1 - examples.Max(example => Measure(example, text)))])
            await HeuristicCheck.RunAsync(heuristic, tokenizer, new() { Paths = 20, Reference = (prompt, text, _) => reference(prompt, text) });

        double Measure(string text, string other) => embedder.Similarity.Measure(text, other);
    }

    [Fact]
    public async Task Work_IsWhatTheModelRead_OnceForEachText()
    {
        using var made = new MadeModel().WithEmbedder();
        using var embedder = TextEmbedder.Open(made.Folder);
        var tree = new TokenTree();
        var tokenizer = TokenizerLoader.Load(made.Folder);
        var context = new GenerationContext
        {
            Tree = tree, Root = tree.AddRoot([5]), Prompt = "fox", Tokenizer = tokenizer, MaxTokens = 8,
            Model = new() { Name = "made", VocabularySize = MadeModel.Words.Length, ContextLength = 64, EosIds = [], TokenizerFingerprint = tokenizer.Fingerprint, Capabilities = ModelCapabilities.None },
        };
        await using var sessions = await ModelSessions.OpenAsync([], TestContext.Current.CancellationToken);
        using var session = await embedder.Relevance().OpenAsync(context, sessions, TestContext.Current.CancellationToken);
        var (one, two) = (tree.AppendAll(context.Root, [7]), tree.AppendAll(context.Root, [7, 6]));
        var values = new double[3];
        await session.ScoreAsync(new ScoreRequest[] { new(one, false), new(two, false), new(one, true) }, values, TestContext.Current.CancellationToken);
        // the prompt and two texts, each with [CLS] and [SEP]
        var read = new[] { "fox", context.Text(one), context.Text(two) }.Sum(text => tokenizer.Encode(text).Length);
        Assert.Equal((read, 3), (session.Work.TokenEvaluations, session.Work.BatchedPasses));
        Assert.Equal(values[0], values[2]);
    }

    [Fact]
    public async Task ConcurrentCalls_GiveTheSameVectors()
    {
        using var made = new MadeModel().WithEmbedder();
        using var embedder = TextEmbedder.Open(made.Folder);
        float[][] expected = [.. Texts.Select(embedder.Embed)];
        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < Texts.Length; i++) Assert.Equal(expected[i], embedder.Embed(Texts[i]));
        })));
    }

    [Fact]
    public void Open_WhatIsNoModelOfTexts_IsRefusedByName()
    {
        using var made = new MadeModel();
        Assert.Contains("there is no ONNX model", Assert.Throws<FileNotFoundException>(() => TextEmbedder.Open(made.Folder)).Message, StringComparison.Ordinal);
        Assert.Contains("model.onnx: ONNX Runtime refuses it", Assert.Throws<ModelFormatException>(() => TextEmbedder.Open(made.With([1, 2, 3]).Folder)).Message, StringComparison.Ordinal);
        Assert.Contains("pixels: is an input that a model of texts does not have", Assert.Throws<ModelFormatException>(() => TextEmbedder.Open(made.WithEmbedder(["input_ids", "pixels"]).Folder)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>("MaxTokens", () => TextEmbedder.Open(made.WithEmbedder().Folder, options: new() { MaxTokens = 2 }));
        Assert.Throws<ArgumentOutOfRangeException>("Threads", () => TextEmbedder.Open(made.Folder, options: new() { Threads = 0 }));
        File.Delete(Path.Combine(made.Folder, "vocab.txt"));
        Assert.Contains("holds no tokenizer", Assert.Throws<FileNotFoundException>(() => TextEmbedder.Open(made.Folder)).Message, StringComparison.Ordinal);
    }
}
