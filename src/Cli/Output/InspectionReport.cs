using System.Globalization;
using DecodeAlign.Models;

namespace DecodeAlign.Cli;

/// <summary>What <c>inspect</c> prints for people.</summary>
internal static class InspectionReport
{
    public static void Write(ModelInspection model, TextWriter writer)
    {
        writer.WriteLine(model.Runnable ? $"{model.Name}: can be run" : $"{model.Name}: can't be run");
        foreach (var problem in model.Problems) writer.WriteLine($"  - {problem}");
        foreach (var warning in model.Warnings) writer.WriteLine($"  - {warning}");
        if (model.Description is { } description) WriteDescription(description, writer);
        if (model.Parameters is { } parameters)
            Line(writer, "weights", $"{parameters:N0} parameters ({string.Join(", ", model.ElementTypes.Select(type => string.Create(CultureInfo.InvariantCulture, $"{type.Value:N0} {type.Key}")))})");
        if (model.UnusedTensors.Count > 0) Line(writer, "unused", string.Join(", ", model.UnusedTensors.Take(8)) + (model.UnusedTensors.Count > 8 ? $" and {model.UnusedTensors.Count - 8} more" : ""));
        Line(writer, "tokenizer", model.Tokenizer switch
        {
            TokenizerKind.TokenizerJson => "tokenizer.json",
            TokenizerKind.SentencePiece => "tokenizer.model (SentencePiece)",
            TokenizerKind.Gguf => "in the file",
            TokenizerKind.VocabularyAndMerges => "vocab.json and merges.txt",
            TokenizerKind.Other => "rank file (Microsoft.ML.Tokenizers)",
            _ => "none",
        });
        Line(writer, "chat", model.ChatTemplate is null ? "no template" : $"template in {model.ChatTemplate}");
        foreach (var file in model.Files) Line(writer, "file", string.Create(CultureInfo.InvariantCulture, $"{file.Name}, {file.Bytes:N0} bytes"));
    }

    private static void WriteDescription(TransformerDescription model, TextWriter writer)
    {
        Line(writer, "architecture", model.RewardCount > 0 ? $"{model.Architecture}, a reward model with {model.RewardCount - model.GateWidth} outputs{(model.GateWidth > 0 ? " and a gate over them" : "")}" : model.Architecture);
        Line(writer, "size", string.Create(CultureInfo.InvariantCulture,
            $"{model.LayerCount} layers, hidden {model.HiddenSize}, feed-forward {model.IntermediateSize}, {model.HeadCount} heads ({model.KvHeadCount} for keys and values) of {model.HeadSize}"));
        Line(writer, "vocabulary", string.Create(CultureInfo.InvariantCulture, $"{model.VocabularySize:N0} tokens, context {model.ContextLength:N0}"));
        Line(writer, "ends with", model.EosIds.Count > 0 ? $"token {string.Join(", ", model.EosIds)}" : "no end-of-sequence token");
    }

    private static void Line(TextWriter writer, string name, string value) => writer.WriteLine($"  {name,-13} {value}");
}
