using System.Globalization;
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
        if (Has("allOf", out var all) && !all.EnumerateArray().All(part => IsValid(root, part, value))) return false;
        if (Has("oneOf", out var one) && one.EnumerateArray().Count(option => IsValid(root, option, value)) != 1) return false;
        if (Has("not", out var not) && IsValid(root, not, value)) return false;
        if (Has("if", out var condition) && (IsValid(root, condition, value) ? Has("then", out var then) && !IsValid(root, then, value) : Has("else", out var otherwise) && !IsValid(root, otherwise, value))) return false;
        if (Has("enum", out var values) && !values.EnumerateArray().Any(other => JsonElement.DeepEquals(other, value))) return false;
        if (Has("const", out var constant) && !JsonElement.DeepEquals(constant, value)) return false;
        if (Has("type", out var type) && !(type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().ToArray() : [type]).Any(name => IsOf(value, name.GetString()!))) return false;
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                var length = value.GetString()!.EnumerateRunes().Count();
                return (!Has("minLength", out var shortest) || length >= shortest.GetInt32()) && (!Has("maxLength", out var longest) || length <= longest.GetInt32())
                    && (!Has("pattern", out var pattern) || Regex.IsMatch(value.GetString()!, pattern.GetString()!, RegexOptions.ECMAScript))
                    && (!Has("format", out var format) || IsOfFormat(value.GetString()!, format.GetString()!));
            case JsonValueKind.Number:
                var number = value.GetDouble();
                return (!Has("minimum", out var least) || number >= least.GetDouble()) && (!Has("exclusiveMinimum", out var above) || number > above.GetDouble())
                    && (!Has("maximum", out var most) || number <= most.GetDouble()) && (!Has("exclusiveMaximum", out var below) || number < below.GetDouble())
                    && (!Has("multipleOf", out var multiple) || value.GetDecimal() % multiple.GetDecimal() == 0);
            case JsonValueKind.Array:
                var count = value.GetArrayLength();
                if ((Has("minItems", out var fewest) && count < fewest.GetInt32()) || (Has("maxItems", out var greatest) && count > greatest.GetInt32())) return false;
                if (Has("contains", out var contains) && value.EnumerateArray().Count(item => IsValid(root, contains, item)) is var found
                    && (found < (Has("minContains", out var few) ? few.GetInt32() : 1) || (Has("maxContains", out var many) && found > many.GetInt32()))) return false;
                if (Has("uniqueItems", out var unique) && unique.GetBoolean() && value.EnumerateArray().Index().Any(item => value.EnumerateArray().Take(item.Index).Any(other => JsonElement.DeepEquals(other, item.Item)))) return false;
                var prefix = Has("prefixItems", out var tuple) ? tuple.GetArrayLength() : 0;
                return value.EnumerateArray().Select((item, i) => i < prefix ? IsValid(root, tuple[i], item) : !Has("items", out var items) || IsValid(root, items, item)).All(valid => valid);
            case JsonValueKind.Object:
                if (Has("required", out var required) && !required.EnumerateArray().All(name => value.TryGetProperty(name.GetString()!, out _))) return false;
                var names = value.EnumerateObject().Select(member => member.Name).Distinct().ToList();
                if ((Has("minProperties", out var leastNames) && names.Count < leastNames.GetInt32()) || (Has("maxProperties", out var mostNames) && names.Count > mostNames.GetInt32())) return false;
                if (Has("dependentRequired", out var dependent) && !dependent.EnumerateObject().All(pair => !names.Contains(pair.Name) || pair.Value.EnumerateArray().All(name => names.Contains(name.GetString()!)))) return false;
                if (Has("propertyNames", out var ofNames) && !names.TrueForAll(name => IsValid(root, ofNames, JsonSerializer.SerializeToElement(name)))) return false;
                return value.EnumerateObject().All(member =>
                {
                    var matched = new List<JsonElement>();
                    if (Has("properties", out var properties) && properties.TryGetProperty(member.Name, out var of)) matched.Add(of);
                    if (Has("patternProperties", out var patterns)) matched.AddRange(patterns.EnumerateObject().Where(pattern => Regex.IsMatch(member.Name, pattern.Name)).Select(pattern => pattern.Value));
                    if (matched.Count == 0 && Has("additionalProperties", out var additional)) matched.Add(additional);
                    return matched.TrueForAll(schema => IsValid(root, schema, member.Value));
                });
            default:
                return true;
        }
    }

    private static bool IsOfFormat(string text, string format) => format switch
    {
        "date" => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
        "ipv4" => text.Split('.') is { Length: 4 } parts && parts.All(part => byte.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && $"{value}" == part),
        "uuid" => Guid.TryParseExact(text, "D", out _),
        _ => throw new ArgumentException($"format {format}"),
    };

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
