using DecodeAlign.Heuristics;
using DecodeAlign.Models;
using DecodeAlign.Onnx;

namespace DecodeAlign.Tests;

public class TextClassifierTests
{
    [Fact]
    public void Classify_OneLabelOfSeveral_IsTheSoftmax()
    {
        using var made = new MadeModel(config: """{"id2label":{"0":"calm","1":"angry"}}""").WithClassifier();
        using var classifier = TextClassifier.Open(made.Folder);
        Assert.Equal(["calm", "angry"], classifier.Labels);
        foreach (var text in (string[])["fox", "red river .", "blue"])
        {
            var logits = Logits(made, text);
            Assert.All(classifier.Classify(text).Zip(logits), pair => Assert.Equal(Math.Exp(pair.Second) / logits.Sum(Math.Exp), pair.First, 1e-6));
        }
    }

    [Theory]
    [InlineData(1, "{}")]
    [InlineData(3, """{"problem_type":"multi_label_classification"}""")]
    public void Classify_LabelsOnTheirOwn_IsTheLogisticFunction(int labels, string config)
    {
        using var made = new MadeModel(bias: [.. Enumerable.Range(0, labels).Select(i => i * 0.4f)], config: config).WithClassifier();
        using var classifier = TextClassifier.Open(made.Folder);
        Assert.Equal(Enumerable.Range(0, labels).Select(i => $"LABEL_{i}"), classifier.Labels);
        Assert.All(classifier.Classify("red fox").Zip(Logits(made, "red fox")), pair => Assert.Equal(1 / (1 + Math.Exp(-pair.Second)), pair.First, 1e-6));
    }

    [Fact]
    public async Task Label_AsAHeuristic_KeepsItsContract()
    {
        using var made = new MadeModel().WithClassifier();
        using var classifier = TextClassifier.Open(made.Folder);
        var heuristic = classifier.Label("LABEL_1", "tone");
        Assert.Equal("tone", heuristic.Name);
        await HeuristicCheck.RunAsync(heuristic, TokenizerLoader.Load(made.Folder), new() { Paths = 20, Reference = (_, text, _) => classifier.Classify(text)[1] });
        Assert.Contains("there are LABEL_0, LABEL_1", Assert.Throws<ArgumentException>(() => classifier.Label("LABEL_7")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"id2label":{"0":"a","1":"b","2":"c"}}""", "config.json: id2label: has 3 labels, and the model 2")]
    [InlineData("""{"problem_type":"regression"}""", "config.json: problem_type: is regression")]
    public void Open_ConfigurationThatDoesNotFit_IsRefused(string config, string message)
    {
        using var made = new MadeModel(config: config).WithClassifier();
        Assert.Contains(message, Assert.Throws<ModelFormatException>(() => TextClassifier.Open(made.Folder)).Message, StringComparison.Ordinal);
    }

    private static double[] Logits(MadeModel made, string text)
    {
        var mean = made.Mean(text);
        return [.. made.Bias.Select((bias, label) => bias + mean.Select((value, d) => value * made.Weights[d][label]).Sum())];
    }
}
