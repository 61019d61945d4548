using System.Text.Json;
using System.Text.Json.Serialization;

namespace DecodeAlign.Server;

/// <summary>What there is to choose from.</summary>
internal sealed record CatalogueResponse(
    IReadOnlyList<CatalogueModel> Models, string DefaultModel, string DefaultDecoder, IReadOnlyList<CatalogueDecoder> Decoders, IReadOnlyList<ConfiguredDecoder> Configured,
    IReadOnlyList<CatalogueItem> Heuristics, IReadOnlyList<CatalogueItem> Constraints, IReadOnlyList<CatalogueItem> Combinations, IReadOnlyList<string> PreferenceSettings);

/// <summary>A model.</summary>
internal sealed record CatalogueModel(string Name, string State, double Progress, CatalogueFacts? Facts, bool ChatTemplate, IReadOnlyList<string> Objectives);

/// <summary>What is known of a model that is loaded.</summary>
internal sealed record CatalogueFacts(string Name, long Parameters, int ContextLength, int VocabularySize);

/// <summary>A decoder of the catalogue.</summary>
internal sealed record CatalogueDecoder(string Name, string Summary, string? Paper, IReadOnlyList<CatalogueSetting> Settings);

/// <summary>A setting of a decoder.</summary>
internal sealed record CatalogueSetting(string Name, string Kind, string Meaning, string Range, JsonElement Default, string? DefaultsTo, double? Least, double? Greatest, bool IsAboveLeast, IReadOnlyList<string> Choices);

/// <summary>A decoder of the app's options.</summary>
internal sealed record ConfiguredDecoder(string Name, string Model, string Preset);

/// <summary>Something that a request can name.</summary>
internal sealed record CatalogueItem(string Name, string Summary, string Argument, string Example);

/// <summary>camelCase, as everything of our own.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(CatalogueResponse))]
[JsonSerializable(typeof(string[]))]
internal sealed partial class CatalogueJson : JsonSerializerContext;
