using System.Text.Json;
using DecodeAlign.Cli;
using DecodeAlign.DefaultModel;
using DecodeAlign.Heuristics;
using DecodeAlign.Models;
using DecodeAlign.Onnx;

namespace DecodeAlign.Tests;

/// <summary>Classifiers and embedders by name: what specifications make is what code makes, and the command line ranks by it.</summary>
public class OnnxHeuristicsTests
{
    public OnnxHeuristicsTests() => OnnxHeuristics.Register();

    [Fact]
    public async Task Parse_Specifications_MakeWhatCodeMakes()
    {
        using var made = new MadeModel(config: """{"id2label":{"0":"calm","1":"angry"}}""").WithClassifier();
        using var vectors = new MadeModel(2).WithEmbedder();
        using var embedder = TextEmbedder.Open(vectors.Folder);
        var examples = Path.Combine(vectors.Folder, "examples.txt");
        File.WriteAllText(examples, "red fox\n\n blue river \n");
        var tokenizer = TokenizerLoader.Load(made.Folder);
        using (var classifier = TextClassifier.Open(made.Folder))
            await CheckAsync($"onnx-label={made.Folder}#angry@-2", -2, "angry", (_, text) => classifier.Classify(text)[1]);
        await CheckAsync($"onnx-nearness={vectors.Folder}#{examples}", 1, "onnx-nearness", (_, text) => Math.Max(Near("red fox", text), Near("blue river", text)));
        await CheckAsync($"onnx-distance={Path.Combine(vectors.Folder, "model.onnx")}#{examples}@3", 3, "onnx-distance", (_, text) => 1 - Math.Max(Near("red fox", text), Near("blue river", text)));
        await CheckAsync($"onnx-relevance={vectors.Folder}", 1, "onnx-relevance", (prompt, text) => Near(prompt, text));

        async Task CheckAsync(string spec, double weight, string name, Func<string, string, double> value)
        {
            var (heuristic, read) = HeuristicParser.Parse(spec);
            Assert.Equal((name, weight), (heuristic.Name, read));
            await HeuristicCheck.RunAsync(heuristic, tokenizer, new() { Paths = 10, Reference = (prompt, text, _) => value(prompt, text) });
        }

        double Near(string text, string other) => embedder.Similarity.Measure(text, other);
    }

    [Fact]
    public void Parse_WhatCantBeOpened_SaysWhy()
    {
        using var made = new MadeModel(config: """{"id2label":{"0":"calm","1":"angry"}}""").WithClassifier();
        using var one = new MadeModel(bias: [0.1f]).WithClassifier();
        using var broken = new MadeModel().With([1, 2, 3]);
        File.WriteAllText(Path.Combine(made.Folder, "none.txt"), "\n");
        Assert.Equal("LABEL_0", HeuristicParser.Parse($"onnx-label={one.Folder}").Heuristic.Name);
        Refuses($"onnx-label={made.Folder}", "has several labels, of which one must be named after #: calm, angry");
        Refuses($"onnx-label={made.Folder}#glad", "there is no label 'glad'; there are calm, angry");
        Refuses("onnx-label=", "the model is missing");
        Refuses($"onnx-relevance={broken.Folder}", "ONNX Runtime refuses it");
        Refuses("onnx-relevance=no/such/folder", "there is no ONNX model at");
        Refuses($"onnx-nearness={made.Folder}", "the file with the examples is missing, after #");
        Refuses($"onnx-nearness={made.Folder}#{made.Folder}/none.txt", "none.txt holds no text");

        static void Refuses(string spec, string message) => Assert.Contains(message, Assert.Throws<FormatException>(() => HeuristicParser.Parse(spec)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CommandLine_Classifier_RanksByIt()
    {
        Assert.SkipUnless(EmbeddedModel.Exists, "this build has no embedded model");
        using var made = new MadeModel(config: """{"id2label":{"0":"calm","1":"angry"}}""").WithClassifier();
        using var classifier = TextClassifier.Open(made.Folder);
        var (wanted, unwanted) = (await RunAsync("@1"), await RunAsync("@-1"));
        foreach (var run in (JsonElement[])[wanted, unwanted])
        {
            var told = run.GetProperty("heuristics")[0];
            Assert.Equal("angry", told.GetProperty("name").GetString());
            Assert.Equal(classifier.Classify(run.GetProperty("text").GetString()!)[1], told.GetProperty("value").GetDouble(), 1e-9);
        }
        string[] texts = [" red fox.", " blue river."];
        Assert.Equal(texts.OrderByDescending(text => classifier.Classify(text)[1]), [wanted.GetProperty("text").GetString(), unwanted.GetProperty("text").GetString()]);

        async Task<JsonElement> RunAsync(string weight)
        {
            var (output, error) = (new StringWriter(), new StringWriter());
            var terminal = new Terminal { In = TextReader.Null, Out = output, Error = error };
            var code = await CommandLine.RunAsync(["generate", "Once upon a time", "--heuristic", $"onnx-label={made.Folder}#angry{weight}", "--choice", " red fox.| blue river.", "--decoder", "best-of", "--answers", "64", "--temperature", "2", "--max-tokens", "12", "--json"], terminal, new ModelSource(terminal), TestContext.Current.CancellationToken);
            Assert.True(code == 0, error.ToString());
            return JsonDocument.Parse(output.ToString()).RootElement;
        }
    }
}
