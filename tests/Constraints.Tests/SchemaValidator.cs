using System.Text.Json;
using System.Text.RegularExpressions;

namespace DecodeAlign.Tests;

/// <summary>A plain validator of the parts of JSON Schema that the constraint understands, for values of any form.</summary>
internal static class SchemaValidator
{
    public static bool IsValid(JsonElement root, JsonElement schema, JsonElement value)
    {
        if (schema.ValueKind is JsonValueKind.True or JsonValueKind.False) return schema.ValueKind == JsonValueKind.True;
        bool Has(string name, out JsonElement of) => schema.TryGetProperty(name, out of);
        if (Has("$ref", out var reference)) return IsValid(root, Find(root, reference.GetString()!), value);
        if (Has("anyOf", out var any) && !any.EnumerateArray().Any(option => IsValid(root, option, value))) return false;
        if (Has("enum", out var values) && !values.EnumerateArray().Any(other => JsonElement.DeepEquals(other, value))) return false;
        if (Has("const", out var constant) && !JsonElement.DeepEquals(constant, value)) return false;
        if (Has("type", out var type) && !(type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().ToArray() : [type]).Any(name => IsOf(value, name.GetString()!))) return false;
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                var length = value.GetString()!.EnumerateRunes().Count();
                return (!Has("minLength", out var shortest) || length >= shortest.GetInt32()) && (!Has("maxLength", out var longest) || length <= longest.GetInt32())
                    && (!Has("pattern", out var pattern) || Regex.IsMatch(value.GetString()!, pattern.GetString()!, RegexOptions.ECMAScript));
            case JsonValueKind.Number:
                var number = value.GetDouble();
                return (!Has("minimum", out var least) || number >= least.GetDouble()) && (!Has("exclusiveMinimum", out var above) || number > above.GetDouble())
                    && (!Has("maximum", out var most) || number <= most.GetDouble()) && (!Has("exclusiveMaximum", out var below) || number < below.GetDouble());
            case JsonValueKind.Array:
                var count = value.GetArrayLength();
                if ((Has("minItems", out var fewest) && count < fewest.GetInt32()) || (Has("maxItems", out var greatest) && count > greatest.GetInt32())) return false;
                var prefix = Has("prefixItems", out var tuple) ? tuple.GetArrayLength() : 0;
                return value.EnumerateArray().Select((item, i) => i < prefix ? IsValid(root, tuple[i], item) : !Has("items", out var items) || IsValid(root, items, item)).All(valid => valid);
            case JsonValueKind.Object:
                if (Has("required", out var required) && !required.EnumerateArray().All(name => value.TryGetProperty(name.GetString()!, out _))) return false;
                return value.EnumerateObject().All(member =>
                    Has("properties", out var properties) && properties.TryGetProperty(member.Name, out var of) ? IsValid(root, of, member.Value)
                    : !Has("additionalProperties", out var additional) || IsValid(root, additional, member.Value));
            default:
                return true;
        }
    }

    private static JsonElement Find(JsonElement root, string reference) => reference.Split('/').Skip(1).Aggregate(root, (at, name) => at.ValueKind == JsonValueKind.Array ? at[int.Parse(name)] : at.GetProperty(name));

    private static bool IsOf(JsonElement value, string type) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "number" => value.ValueKind == JsonValueKind.Number,
        "integer" => value.ValueKind == JsonValueKind.Number && value.GetDecimal() is var number && number == Math.Floor(number),
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        _ => value.ValueKind == JsonValueKind.Null,
    };
}
