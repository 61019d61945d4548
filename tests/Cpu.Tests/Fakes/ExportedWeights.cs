using DecodeAlign.Models;

namespace DecodeAlign.Tests;

/// <summary>Random weights of a small model as a GGUF file holds them.</summary>
internal static class ExportedWeights
{
    /// <summary>Rows of whole blocks of every type.</summary>
    public static TransformerDescription Shape { get; } = Descriptions.Llama with { HiddenSize = 256, IntermediateSize = 512, HeadCount = 8, KvHeadCount = 4, HeadSize = 32, VocabularySize = 112 };

    /// <param name="folder">Where the file goes.</param>
    /// <param name="type">The type of its matrices.</param>
    /// <param name="typeOf">Another one for those of the layers.</param>
    public static IWeightSource Open(TempFolder folder, string type, Func<WeightRole, string>? typeOf = null)
    {
        using var source = new RandomWeights(Shape, 3, deviation: 0.06);
        return Open(folder, source, type, typeOf);
    }

    public static IWeightSource Open(TempFolder folder, IWeightSource source, string type, Func<WeightRole, string>? typeOf = null, string architecture = "llama")
    {
        var path = folder.File($"{Guid.NewGuid():n}.gguf");
        File.WriteAllBytes(path, GgufExport.Write(source, architecture, type, GgufVocabulary.Numbered(Shape.VocabularySize), typeOf: typeOf));
        return ModelFolder.Open(path).OpenWeights();
    }
}
