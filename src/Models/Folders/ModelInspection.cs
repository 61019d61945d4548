using System.Text.Json;
using System.Text.Json.Serialization;

namespace DecodeAlign.Models;

/// <summary>What a model folder holds, and whether it can be run.</summary>
public sealed record ModelInspection
{
    /// <summary>The folder's own name.</summary>
    public required string Name { get; init; }

    /// <summary>Whether weights, architecture and tokenizer are all there and supported.</summary>
    public required bool Runnable { get; init; }

    /// <summary>Why not, one sentence a finding, each naming its file; empty where runnable.</summary>
    public required IReadOnlyList<string> Problems { get; init; }

    /// <summary>What was read otherwise than it is written, one sentence a finding; it can be run all the same.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The architecture; null where the config does not describe a supported one.</summary>
    public TransformerDescription? Description { get; init; }

    /// <summary>Elements of the tensors in use; null where the weights do not fit the config.</summary>
    public long? Parameters { get; init; }

    /// <summary>The safetensors files' element types, with how many elements each has.</summary>
    public IReadOnlyDictionary<string, long> ElementTypes { get; init; } = new Dictionary<string, long>();

    /// <summary>Tensors that the model does not use.</summary>
    public IReadOnlyList<string> UnusedTensors { get; init; } = [];

    /// <summary>What the tokenizer is made from.</summary>
    public required TokenizerKind Tokenizer { get; init; }

    /// <summary>The tokenizer's number of ids; null where it can't be loaded.</summary>
    public int? TokenizerVocabularySize { get; init; }

    /// <summary>Where the chat template stands, as a file's name; null: none.</summary>
    public string? ChatTemplate { get; init; }

    /// <summary>The folder's files.</summary>
    public required IReadOnlyList<InspectedFile> Files { get; init; }

    /// <summary>This record as one JSON object, with names in camel case.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, InspectionJson.Default.ModelInspection);
}

/// <summary>A file of a model folder.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Bytes">Its length.</param>
public sealed record InspectedFile(string Name, long Bytes);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, WriteIndented = true)]
[JsonSerializable(typeof(ModelInspection))]
internal sealed partial class InspectionJson : JsonSerializerContext;
