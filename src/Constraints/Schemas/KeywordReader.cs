using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace DecodeAlign.Constraints;

/// <summary>Reads the keywords of a schema that speak of its own value, and those that are only annotations. What is left is refused by name.</summary>
internal sealed partial class KeywordReader(SchemaDocument document, RegexDialect dialect, ISet<string> notes)
{
    // of every edition, or of those that OpenAPI adds
    private static readonly HashSet<string> Annotations = new(StringComparer.Ordinal)
    {
        "title", "description", "default", "examples", "$schema", "$id", "$anchor", "$dynamicAnchor", "$comment", "$defs", "definitions", "$vocabulary", "deprecated", "readOnly", "writeOnly",
        "contentEncoding", "contentMediaType", "contentSchema",
    };

    // read by the one who joins alternatives
    private static readonly HashSet<string> Joining = new(StringComparer.Ordinal) { "$ref", "allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependencies", "dependentRequired", "dependentSchemas" };

    private static readonly HashSet<string> Refused = new(StringComparer.Ordinal) { "$dynamicRef", "$recursiveRef", "$recursiveAnchor" };

    private static readonly Dictionary<string, SchemaDraft> Since = new(StringComparer.Ordinal)
    {
        ["const"] = SchemaDraft.Draft6, ["contains"] = SchemaDraft.Draft6, ["propertyNames"] = SchemaDraft.Draft6, ["if"] = SchemaDraft.Draft7, ["then"] = SchemaDraft.Draft7, ["else"] = SchemaDraft.Draft7,
        ["minContains"] = SchemaDraft.Draft2019, ["maxContains"] = SchemaDraft.Draft2019, ["dependentRequired"] = SchemaDraft.Draft2019, ["dependentSchemas"] = SchemaDraft.Draft2019,
        ["unevaluatedItems"] = SchemaDraft.Draft2019, ["unevaluatedProperties"] = SchemaDraft.Draft2019, ["prefixItems"] = SchemaDraft.Draft2020,
    };

    /// <summary>What a schema's keywords ask for, those left out that join schemas.</summary>
    /// <exception cref="PatternException">A keyword is not supported or not understood.</exception>
    public Shape Read(SchemaPlace place)
    {
        var (schema, path, shape) = (place.Schema, place.Path, Shape.Any);
        foreach (var property in schema.EnumerateObject())
        {
            var (name, value, at) = (property.Name, property.Value, $"{path}/{property.Name}");
            if (name is "contentEncoding" or "contentMediaType") notes.Add($"{path}: '{name}' is an annotation");
            if (Annotations.Contains(name)) continue;
            if (Refused.Contains(name)) throw new PatternException($"{path}: the keyword '{name}' is not supported");
            // an earlier edition does not know the keyword
            if (Since.TryGetValue(name, out var since) && since > document.Draft && !(name is "dependentRequired" or "dependentSchemas"))
            {
                notes.Add($"{path}: '{name}' is an annotation in this edition");
                continue;
            }
            if (Joining.Contains(name)) continue;
            switch (name)
            {
                case "type":
                    var types = Types(value, path);
                    if (schema.TryGetProperty("nullable", out var nullable) && nullable.ValueKind == JsonValueKind.True) types |= JsonTypes.Null;
                    shape = shape with { Types = shape.Types & types };
                    break;
                case "nullable":
                    notes.Add($"{path}: 'nullable' adds null to the type");
                    break;
                case "enum":
                    shape = shape.And(Shape.Any with { Values = [.. List(value, at)] });
                    break;
                case "const":
                    shape = shape.And(Shape.Any with { Values = [value] });
                    break;
                case "minimum":
                    shape = shape with { Numbers = shape.Numbers.AtLeast(Number(value, at), schema.TryGetProperty("exclusiveMinimum", out var above) && above.ValueKind == JsonValueKind.True) };
                    break;
                case "maximum":
                    shape = shape with { Numbers = shape.Numbers.AtMost(Number(value, at), schema.TryGetProperty("exclusiveMaximum", out var below) && below.ValueKind == JsonValueKind.True) };
                    break;
                case "exclusiveMinimum" or "exclusiveMaximum" when value.ValueKind is JsonValueKind.True or JsonValueKind.False:
                    break;
                case "exclusiveMinimum":
                    shape = shape with { Numbers = shape.Numbers.AtLeast(Number(value, at), above: true) };
                    break;
                case "exclusiveMaximum":
                    shape = shape with { Numbers = shape.Numbers.AtMost(Number(value, at), below: true) };
                    break;
                case "multipleOf":
                    var multiple = Number(value, at);
                    shape = shape.And(Shape.Any with { Numbers = NumberRange.Any with { Multiples = [multiple.Units.Sign > 0 ? multiple : throw new PatternException($"{at}: a number above 0 is expected")] } });
                    break;
                case "minLength" or "maxLength":
                    shape = shape with { Length = shape.Length.And(Range(name == "minLength", value, at)) };
                    break;
                case "minItems" or "maxItems":
                    shape = shape with { Items = shape.Items.And(Range(name == "minItems", value, at)) };
                    break;
                case "minProperties" or "maxProperties":
                    shape = shape with { Properties = shape.Properties.And(Range(name == "minProperties", value, at)) };
                    break;
                case "pattern":
                    shape = shape.And(Repeated(Text(value, at)) is { } repeated
                        ? Shape.Any with { Texts = [Pattern(repeated.Pattern, at)], Length = repeated.Length }
                        : Shape.Any with { Texts = [Pattern(Text(value, at), at)] });
                    break;
                case "format":
                    shape = shape.And(Format(value, path));
                    break;
                case "uniqueItems":
                    shape = shape with { HasUniqueItems = shape.HasUniqueItems || value.ValueKind == JsonValueKind.True };
                    break;
                case "required":
                    shape = shape.And(Shape.Any with { Required = [.. Texts(value, at).Distinct()] });
                    break;
                case "propertyNames":
                    shape = shape.And(Shape.Any with { Names = [Node(place, value, name)] });
                    break;
                case "contains":
                    shape = shape.And(Shape.Any with { Contains = [(Node(place, value, name), Contained(schema, path))] });
                    break;
                case "minContains" or "maxContains":
                    break;
                case "unevaluatedProperties" or "unevaluatedItems" when value.ValueKind != JsonValueKind.True && Joining.Any(keyword => schema.TryGetProperty(keyword, out _)):
                    throw new PatternException($"{path}: '{name}' beside keywords that join schemas is not supported");
                case "unevaluatedItems" when value.ValueKind != JsonValueKind.True && schema.TryGetProperty("contains", out _):
                    throw new PatternException($"{path}: '{name}' beside 'contains' is not supported");
                case "properties" or "patternProperties" or "additionalProperties" or "unevaluatedProperties" or "items" or "prefixItems" or "additionalItems" or "unevaluatedItems":
                    break;
                default:
                    notes.Add($"{path}: '{name}' is an annotation");
                    break;
            }
        }
        return Array(place, Object(place, shape)).Pruned();
    }

    public static IEnumerable<string> Texts(JsonElement list, string path) => List(list, path).Select(text => Text(text, path));

    private Shape Object(SchemaPlace place, Shape shape)
    {
        var schema = place.Schema;
        var listed = schema.TryGetProperty("properties", out var properties);
        var matched = schema.TryGetProperty("patternProperties", out var patterns);
        var (keyword, others) = ("additionalProperties", default(JsonElement));
        var more = schema.TryGetProperty(keyword, out others);
        if (!more && document.Draft >= SchemaDraft.Draft2019) more = schema.TryGetProperty(keyword = "unevaluatedProperties", out others);
        if (!listed && !matched && !more) return shape;
        var term = new ObjectTerm
        {
            Listed = listed ? [.. Members(properties, $"{place.Path}/properties").Select(property => (property.Name, Node(place, property.Value, "properties", property.Name)))] : [],
            Patterns = matched ? [.. Members(patterns, $"{place.Path}/patternProperties").Select(property => (Pattern(property.Name, $"{place.Path}/patternProperties"), Node(place, property.Value, "patternProperties", property.Name)))] : [],
            Others = more ? Node(place, others, keyword) : null,
        };
        return shape with { Objects = [.. shape.Objects, term] };
    }

    private Shape Array(SchemaPlace place, Shape shape)
    {
        var schema = place.Schema;
        var prefix = schema.TryGetProperty("prefixItems", out var first) && document.Draft >= SchemaDraft.Draft2020;
        var given = schema.TryGetProperty("items", out var items);
        var (keyword, others) = ("items", given ? items : (JsonElement?)null);
        if (given && items.ValueKind == JsonValueKind.Array)
        {
            if (prefix) throw new PatternException($"{place.Path}/items: an array beside 'prefixItems'");
            (prefix, first, keyword) = (true, items, "additionalItems");
            others = schema.TryGetProperty(keyword, out var additional) ? additional : null;
        }
        if (others is null && document.Draft >= SchemaDraft.Draft2019 && schema.TryGetProperty("unevaluatedItems", out var unevaluated)) (keyword, others) = ("unevaluatedItems", unevaluated);
        if (!prefix && others is null) return shape;
        var name = given && items.ValueKind == JsonValueKind.Array ? "items" : "prefixItems";
        var term = new ArrayTerm
        {
            First = prefix ? [.. List(first, $"{place.Path}/{name}").Select((item, i) => Node(place, item, name, $"{i}"))] : [],
            Others = others is { } rest ? Node(place, rest, keyword) : null,
        };
        return shape with { Arrays = [.. shape.Arrays, term] };
    }

    private PlaceNode Node(SchemaPlace place, JsonElement schema, params ReadOnlySpan<string> steps) => new(document.Below(place, schema, steps));

    private TextRule Pattern(string pattern, string path)
    {
        try
        {
            var rule = new TextRule(TextRuleKind.Pattern, pattern, dialect);
            rule.Automaton();
            return rule;
        }
        catch (PatternException fault)
        {
            throw new PatternException($"{path}: {fault.Message}");
        }
    }

    // one class so many times, as in ^[a-z]{1,255}$: a length, and any number of it
    private static (string Pattern, CountRange Length)? Repeated(string pattern)
    {
        var match = ManyOfOne().Match(pattern);
        if (!match.Success || !int.TryParse(match.Groups[2].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var least)) return null;
        var most = least;
        if (match.Groups[3].Success && !int.TryParse(match.Groups[4].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out most)) most = int.MaxValue;
        return least <= most ? ($"^{match.Groups[1].Value}*$", new(least, most)) : null;
    }

    [GeneratedRegex("""^\^(\[(?:[^\]\\[]|\\.)+\]|\.|\\[dDwWsS])\{([0-9]{1,9})(,([0-9]{0,9}))?\}\$$""", RegexOptions.CultureInvariant)]
    private static partial Regex ManyOfOne();

    private Shape Format(JsonElement format, string path)
    {
        var name = format.ValueKind == JsonValueKind.String ? format.GetString()! : throw new PatternException($"{path}/format: a text is expected");
        if (NumberFormats.Range(name) is { } range) return Shape.Any with { Numbers = range };
        switch (StringFormats.Find(name))
        {
            case FormatSupport.Checked: return Shape.Any with { Texts = [new TextRule(TextRuleKind.Format, name, RegexDialect.Ecma)] };
            case FormatSupport.Refused: throw new PatternException($"{path}: the format '{name}' is not supported");
            default:
                notes.Add($"{path}: the format '{name}' is an annotation");
                return Shape.Any;
        }
    }

    private static CountRange Contained(JsonElement schema, string path) => new(
        schema.TryGetProperty("minContains", out var least) ? Range(true, least, $"{path}/minContains").Least : 1,
        schema.TryGetProperty("maxContains", out var most) ? Range(false, most, $"{path}/maxContains").Most : int.MaxValue);

    private static CountRange Range(bool isLeast, JsonElement count, string path)
    {
        if (count.ValueKind != JsonValueKind.Number || !JsonNumber.TryRead(count, out var number) || !number.IsWhole || number.Units.Sign < 0) throw new PatternException($"{path}: a whole number is expected");
        var value = number.Units >= int.MaxValue ? int.MaxValue : (int)number.Units;
        if (isLeast && value == int.MaxValue) throw new PatternException($"{path}: {number} is more than can be counted");
        return isLeast ? new(value, int.MaxValue) : new(0, value);
    }

    private static JsonNumber Number(JsonElement number, string path) =>
        number.ValueKind == JsonValueKind.Number && JsonNumber.TryRead(number, out var value) ? value : throw new PatternException($"{path}: a number of at most 400 digits is expected");

    private static string Text(JsonElement text, string path) => text.ValueKind == JsonValueKind.String ? text.GetString()! : throw new PatternException($"{path}: texts are expected");

    private static JsonElement.ArrayEnumerator List(JsonElement list, string path) => list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : throw new PatternException($"{path}: an array is expected");

    private static JsonElement.ObjectEnumerator Members(JsonElement members, string path) => members.ValueKind == JsonValueKind.Object ? members.EnumerateObject() : throw new PatternException($"{path}: an object is expected");

    private static JsonTypes Types(JsonElement type, string path)
    {
        IEnumerable<JsonElement> names = type.ValueKind == JsonValueKind.Array ? type.EnumerateArray() : [type];
        return names.Aggregate(JsonTypes.None, (all, name) => all | (name.ValueKind != JsonValueKind.String ? null : name.GetString()) switch
        {
            "null" => JsonTypes.Null,
            "boolean" => JsonTypes.Boolean,
            "integer" => JsonTypes.Whole,
            "number" => JsonTypes.Number,
            "string" => JsonTypes.String,
            "array" => JsonTypes.Array,
            "object" => JsonTypes.Object,
            _ => throw new PatternException($"{path}/type: '{name}' is no type"),
        });
    }
}
