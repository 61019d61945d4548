using System.Globalization;
using System.Text.Json;

namespace DecodeAlign.Constraints;

/// <summary>A JSON Schema's text, the edition it is written in, and where its references lead. Immutable once read.</summary>
internal sealed class SchemaDocument
{
    private const int MostDepth = 128;
    private const string Here = "json-schema://this/";

    private static readonly string[] OfSchemas = ["properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "dependencies"];
    private static readonly string[] Schemas = ["items", "additionalItems", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames", "unevaluatedItems", "unevaluatedProperties", "contentSchema"];
    private static readonly string[] Lists = ["allOf", "anyOf", "oneOf", "prefixItems", "items"];

    private readonly Dictionary<string, SchemaPlace> _places = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SchemaPlace> _resources = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Resource, string Name), SchemaPlace> _anchors = [];

    private SchemaDocument(JsonElement root)
    {
        Draft = DraftOf(root);
        Index(new(root, "#", Here), isResource: true);
        Root = _places["#"];
    }

    public SchemaDraft Draft { get; }

    public SchemaPlace Root { get; }

    /// <exception cref="PatternException">The text is no JSON, too long, or holds what is no Unicode text.</exception>
    public static SchemaDocument Read(string text)
    {
        if (text.Length > JsonSchema.MostCharacters) throw new PatternException($"it has {text.Length} characters; at most {JsonSchema.MostCharacters} are read");
        try
        {
            using var document = JsonDocument.Parse(text, new() { MaxDepth = MostDepth });
            Check(document.RootElement, "#");
            return new(document.RootElement.Clone());
        }
        catch (JsonException fault)
        {
            throw new PatternException($"it is not valid JSON: {fault.Message}");
        }
    }

    /// <summary>The schema that a reference leads to.</summary>
    /// <exception cref="PatternException">It leads out of the document, or nowhere.</exception>
    public SchemaPlace Resolve(SchemaPlace from, string reference)
    {
        var hash = reference.IndexOf('#', StringComparison.Ordinal);
        var (address, fragment) = hash < 0 ? (reference, "") : (reference[..hash], reference[(hash + 1)..]);
        if (!_resources.TryGetValue(address.Length == 0 ? from.Resource : Absolute(from.Resource, address), out var resource))
            throw new PatternException($"{from.Path}/$ref: '{reference}' is not supported: only references within the schema, such as #/$defs/name");
        if (fragment.Length == 0) return resource;
        if (fragment[0] != '/')
            return _anchors.TryGetValue((resource.Resource, Uri.UnescapeDataString(fragment)), out var anchor) ? anchor : throw new PatternException($"{from.Path}/$ref: '{reference}' is not in the schema");
        var at = resource;
        foreach (var step in fragment.Split('/').Skip(1))
        {
            var name = Uri.UnescapeDataString(step).Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            var inside = at.Schema.ValueKind == JsonValueKind.Object ? at.Schema.TryGetProperty(name, out var property) ? property : (JsonElement?)null
                : at.Schema.ValueKind == JsonValueKind.Array && int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < at.Schema.GetArrayLength() ? at.Schema[index] : null;
            var below = at.Below(inside ?? throw new PatternException($"{from.Path}/$ref: '{reference}' is not in the schema"), name);
            at = _places.GetValueOrDefault(below.Path, below);
        }
        return at;
    }

    /// <summary>A schema that stands below another one.</summary>
    public SchemaPlace Below(SchemaPlace place, JsonElement schema, params ReadOnlySpan<string> steps)
    {
        var below = place.Below(schema, steps);
        return _places.GetValueOrDefault(below.Path, below);
    }

    private static SchemaDraft DraftOf(JsonElement root)
    {
        var name = root.ValueKind == JsonValueKind.Object && root.TryGetProperty("$schema", out var schema) && schema.ValueKind == JsonValueKind.String ? schema.GetString()! : "";
        if (name.Contains("draft-03", StringComparison.Ordinal)) throw new PatternException("#/$schema: draft 3 is not supported; draft 4 to 2020-12 are");
        return name.Contains("draft-04", StringComparison.Ordinal) ? SchemaDraft.Draft4
            : name.Contains("draft-06", StringComparison.Ordinal) ? SchemaDraft.Draft6
            : name.Contains("draft-07", StringComparison.Ordinal) ? SchemaDraft.Draft7
            : name.Contains("2019-09", StringComparison.Ordinal) ? SchemaDraft.Draft2019 : SchemaDraft.Draft2020;
    }

    private void Index(SchemaPlace place, bool isResource = false)
    {
        var schema = place.Schema;
        if (schema.ValueKind == JsonValueKind.Object)
        {
            var id = Text(schema, Draft == SchemaDraft.Draft4 ? "id" : "$id");
            // before 2019-09 nothing counts beside a reference
            if (id is not null && (Draft >= SchemaDraft.Draft2019 || !schema.TryGetProperty("$ref", out _)))
            {
                if (id.StartsWith('#') && id.Length > 1) _anchors.TryAdd((place.Resource, id[1..]), place);
                else if (id.TrimEnd('#') is { Length: > 0 } address)
                {
                    place = place with { Resource = Absolute(place.Resource, address) };
                    isResource = true;
                }
            }
            foreach (var keyword in new[] { "$anchor", "$dynamicAnchor" })
                if (Draft >= SchemaDraft.Draft2019 && Text(schema, keyword) is { } anchor) _anchors.TryAdd((place.Resource, anchor), place);
        }
        if (isResource)
        {
            _resources.TryAdd(place.Resource, place);
            if (place.Path == "#") _resources.TryAdd(Here, place);
        }
        _places[place.Path] = place;
        if (schema.ValueKind != JsonValueKind.Object) return;
        foreach (var property in schema.EnumerateObject())
        {
            var value = property.Value;
            if (value.ValueKind == JsonValueKind.Object && OfSchemas.Contains(property.Name))
                foreach (var inner in value.EnumerateObject()) Enter(place.Below(inner.Value, property.Name, inner.Name));
            if (Schemas.Contains(property.Name)) Enter(place.Below(value, property.Name));
            if (value.ValueKind != JsonValueKind.Array || !Lists.Contains(property.Name)) continue;
            for (var i = 0; i < value.GetArrayLength(); i++) Enter(place.Below(value[i], property.Name, i.ToString(CultureInfo.InvariantCulture)));
        }
    }

    private void Enter(SchemaPlace place)
    {
        if (place.Schema.ValueKind is JsonValueKind.Object or JsonValueKind.True or JsonValueKind.False) Index(place);
    }

    private static string? Text(JsonElement schema, string keyword) => schema.TryGetProperty(keyword, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string Absolute(string from, string address)
    {
        try
        {
            var isWhole = address.Contains("://", StringComparison.Ordinal) || address.StartsWith("urn:", StringComparison.Ordinal) || address.StartsWith("tag:", StringComparison.Ordinal);
            return isWhole ? new Uri(address).AbsoluteUri : new Uri(new Uri(from), address).AbsoluteUri;
        }
        catch (UriFormatException)
        {
            return address;
        }
    }

    // texts and names that are no Unicode text can be told only by reading them
    private static void Check(JsonElement element, string path)
    {
        try
        {
            switch (element.ValueKind)
            {
                case JsonValueKind.String:
                    element.GetString();
                    break;
                case JsonValueKind.Object:
                    var names = new HashSet<string>(StringComparer.Ordinal);
                    foreach (var property in element.EnumerateObject())
                    {
                        if (!names.Add(property.Name)) throw new PatternException($"{path}: '{property.Name}' is given twice");
                        Check(property.Value, $"{path}/{SchemaPlace.Escape(property.Name)}");
                    }
                    break;
                case JsonValueKind.Array:
                    for (var i = 0; i < element.GetArrayLength(); i++) Check(element[i], $"{path}/{i}");
                    break;
            }
        }
        catch (InvalidOperationException)
        {
            throw new PatternException($"{path}: a text with half a surrogate pair");
        }
    }
}
