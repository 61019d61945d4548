using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace DecodeAlign.Constraints;

/// <summary>Reads a JSON Schema into the rules of a grammar, a rule for each schema in it, as <see cref="JsonSchema"/> documents it.</summary>
internal sealed class JsonSchemaReader
{
    private const int MostRules = 20_000, MostCount = 10_000, MostEnum = 5_000, MostFraction = 12;

    private static readonly HashSet<string> Annotations = new(StringComparer.Ordinal)
    {
        "title", "description", "default", "examples", "$schema", "$id", "$comment", "$defs", "definitions", "deprecated", "readOnly", "writeOnly",
    };

    private static readonly Dictionary<string, string[]> KeywordsOf = new(StringComparer.Ordinal)
    {
        ["object"] = ["properties", "required", "additionalProperties"],
        ["array"] = ["items", "prefixItems", "minItems", "maxItems", "uniqueItems"],
        ["string"] = ["pattern", "minLength", "maxLength"],
        ["number"] = ["minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum"],
        ["integer"] = [],
        ["boolean"] = [],
        ["null"] = [],
    };

    private static readonly string[] AnyType = ["object", "array", "string", "number", "boolean", "null"];

    private readonly JsonElement _root;
    private readonly List<Pattern?> _rules = [];
    private readonly Dictionary<string, int> _known = new(StringComparer.Ordinal);
    private readonly Queue<(int Rule, JsonElement Schema, string Path)> _open = new();
    private int _any = -1;

    private JsonSchemaReader(JsonElement root) => _root = root;

    /// <summary>The rules, the first for the whole value.</summary>
    /// <exception cref="PatternException">The schema is not understood; the message names the place.</exception>
    public static IReadOnlyList<Pattern> Read(string schema)
    {
        if (schema.Length > JsonSchema.MostCharacters) throw new PatternException($"it has {schema.Length} characters; at most {JsonSchema.MostCharacters} are read");
        try
        {
            using var document = JsonDocument.Parse(schema, new() { MaxDepth = 128 });
            return new JsonSchemaReader(document.RootElement).All();
        }
        catch (JsonException fault)
        {
            throw new PatternException($"it is not valid JSON: {fault.Message}");
        }
    }

    private List<Pattern> All()
    {
        RuleOf(_root, "#");
        while (_open.TryDequeue(out var next)) _rules[next.Rule] = Compile(next.Schema, next.Path);
        return [.. _rules.Select(rule => rule!)];
    }

    private Call RuleOf(JsonElement schema, string path)
    {
        if (_known.TryGetValue(path, out var rule)) return new(rule);
        if (_rules.Count >= MostRules) throw new PatternException($"it is too large: more than {MostRules} schemas");
        _known.Add(path, rule = _rules.Count);
        _rules.Add(null);
        _open.Enqueue((rule, schema, path));
        return new(rule);
    }

    // a rule of our own, not of the schema's
    private Call NewRule(Pattern pattern)
    {
        if (_rules.Count >= MostRules) throw new PatternException($"it is too large: more than {MostRules} schemas");
        _rules.Add(pattern);
        return new(_rules.Count - 1);
    }

    private Pattern Compile(JsonElement schema, string path)
    {
        if (schema.ValueKind == JsonValueKind.True) return AnyValue();
        if (schema.ValueKind == JsonValueKind.False) return Pattern.Never;
        if (schema.ValueKind != JsonValueKind.Object) throw new PatternException($"{path}: a schema is an object, true or false");
        var keywords = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var property in schema.EnumerateObject())
        {
            if (Annotations.Contains(property.Name)) continue;
            if (!keywords.TryAdd(property.Name, property.Value)) throw new PatternException($"{path}: '{property.Name}' is given twice");
        }
        if (keywords.TryGetValue("$ref", out var reference)) return Alone("$ref", keywords, path, () => Reference(reference, path));
        if (keywords.TryGetValue("anyOf", out var any)) return Alone("anyOf", keywords, path, () => AnyOf(any, path));
        if (keywords.TryGetValue("const", out var constant)) return Alone("const", keywords, path, () => Values([constant], keywords, path), "type");
        if (keywords.TryGetValue("enum", out var values)) return Alone("enum", keywords, path, () => Values(List(values, $"{path}/enum"), keywords, path), "type");
        return OfTypes(keywords, path);
    }

    private static Pattern Alone(string keyword, Dictionary<string, JsonElement> keywords, string path, Func<Pattern> read, string? beside = null)
    {
        foreach (var other in keywords.Keys)
            if (other != keyword && other != beside) throw new PatternException($"{path}: '{other}' beside '{keyword}' is not supported");
        return read();
    }

    private Call Reference(JsonElement reference, string path)
    {
        var target = reference.ValueKind == JsonValueKind.String ? reference.GetString()! : throw new PatternException($"{path}/$ref: a text is expected");
        if (target is not ['#', ..] || (target.Length > 1 && target[1] != '/')) throw new PatternException($"{path}/$ref: '{target}' is not supported: only references within the schema, such as #/$defs/name");
        var (found, place) = (_root, "#");
        foreach (var step in target.Split('/').Skip(1))
        {
            var name = Uri.UnescapeDataString(step).Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            var inside = found.ValueKind == JsonValueKind.Object ? found.TryGetProperty(name, out var property) ? property : (JsonElement?)null
                : found.ValueKind == JsonValueKind.Array && int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < found.GetArrayLength() ? found[index] : null;
            found = inside ?? throw new PatternException($"{path}/$ref: '{target}' is not in the schema");
            place = $"{place}/{name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";
        }
        return RuleOf(found, place);
    }

    private OneOfPatterns AnyOf(JsonElement any, string path)
    {
        var options = List(any, $"{path}/anyOf");
        return new([.. options.Select((option, i) => RuleOf(option, $"{path}/anyOf/{i}"))]);
    }

    private static OneOfPatterns Values(List<JsonElement> values, Dictionary<string, JsonElement> keywords, string path)
    {
        if (values.Count > MostEnum) throw new PatternException($"{path}/enum: {values.Count} values; at most {MostEnum} are read");
        var types = keywords.TryGetValue("type", out var type) ? Types(type, path) : null;
        return new([.. values.Where(value => types is null || types.Exists(name => IsOf(value, name))).Select(value => Pattern.Text(Compact(value)))]);
    }

    private OneOfPatterns OfTypes(Dictionary<string, JsonElement> keywords, string path)
    {
        foreach (var keyword in keywords.Keys)
            if (keyword != "type" && !KeywordsOf.Values.Any(of => of.Contains(keyword))) throw new PatternException($"{path}: the keyword '{keyword}' is not supported");
        var types = keywords.TryGetValue("type", out var type) ? Types(type, path) : null;
        if (types is null)
        {
            types = [.. KeywordsOf.Where(pair => pair.Value.Any(keywords.ContainsKey)).Select(pair => pair.Key)];
            if (types.Count == 0) return new([AnyValue()]);
        }
        return new([.. types.Select(name => OfType(name, keywords, path))]);
    }

    private Pattern OfType(string type, Dictionary<string, JsonElement> keywords, string path) => type switch
    {
        "object" => Object(keywords, path),
        "array" => Array(keywords, path),
        "string" => Text(keywords, path),
        "number" => Number(keywords, path, whole: false),
        "integer" => Number(keywords, path, whole: true),
        "boolean" => JsonPatterns.Boolean,
        _ => JsonPatterns.Null,
    };

    private Sequence Object(Dictionary<string, JsonElement> keywords, string path)
    {
        var properties = new List<(string Name, Pattern Value)>();
        var listed = keywords.TryGetValue("properties", out var given);
        if (listed && given.ValueKind != JsonValueKind.Object) throw new PatternException($"{path}/properties: an object is expected");
        if (listed)
            foreach (var property in given.EnumerateObject())
            {
                if (properties.Exists(other => other.Name == property.Name)) throw new PatternException($"{path}/properties: '{property.Name}' is given twice");
                properties.Add((property.Name, RuleOf(property.Value, $"{path}/properties/{property.Name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}")));
            }
        var additional = keywords.TryGetValue("additionalProperties", out var more) ? RuleOf(more, $"{path}/additionalProperties") : null;
        var required = keywords.TryGetValue("required", out var names) ? List(names, $"{path}/required").Select(name => name.ValueKind == JsonValueKind.String ? name.GetString()! : throw new PatternException($"{path}/required: texts are expected")).ToHashSet(StringComparer.Ordinal) : [];
        foreach (var name in required)
            if (!properties.Exists(property => property.Name == name)) properties.Add((name, additional ?? (Pattern)AnyValue()));
        var open = additional is not null ? Additional(properties, additional) : !listed ? Additional(properties, AnyValue()) : null;

        // from the last to the first: what may follow once something stands before it, and what where nothing does
        Pattern after = open is null ? Pattern.Empty : new Repeat(new Sequence(JsonPatterns.Comma, open), 0, int.MaxValue);
        Pattern first = open is null ? Pattern.Empty : Pattern.Optional(new Sequence(open, after));
        for (var i = properties.Count - 1; i >= 0; i--)
        {
            var member = new Sequence(Pattern.Text(Compact(properties[i].Name)), JsonPatterns.Colon, properties[i].Value);
            var isRequired = required.Contains(properties[i].Name);
            var rest = Shared(after);
            first = isRequired ? new Sequence(member, rest) : new OneOfPatterns(new Sequence(member, rest), first);
            var next = new Sequence(JsonPatterns.Comma, member);
            after = new Sequence(isRequired ? next : Pattern.Optional(next), rest);
        }
        return new Sequence(Pattern.Text("{"), first, Pattern.Text("}"));
    }

    // stands in two places: a rule of its own, unless it is next to nothing
    private Pattern Shared(Pattern pattern) => pattern is Sequence { Parts.Count: 0 } ? pattern : NewRule(pattern);

    private static Sequence Additional(List<(string Name, Pattern Value)> properties, Pattern value)
    {
        var names = JsonPatterns.PlainString;
        if (properties.Count > 0) names = names.And(Determiniser.Compile(new OneOfPatterns([.. properties.Select(property => Pattern.Text(Compact(property.Name)))])), negated: true);
        return new(new Embedded(names), JsonPatterns.Colon, value);
    }

    private Pattern Array(Dictionary<string, JsonElement> keywords, string path)
    {
        if (keywords.TryGetValue("uniqueItems", out var unique) && unique.ValueKind != JsonValueKind.False) throw new PatternException($"{path}: the keyword 'uniqueItems' is not supported");
        var (least, most) = (Count("minItems", 0, keywords, path), Count("maxItems", int.MaxValue, keywords, path));
        List<Pattern> prefix = keywords.TryGetValue("prefixItems", out var tuple) ? [.. List(tuple, $"{path}/prefixItems").Select((item, i) => RuleOf(item, $"{path}/prefixItems/{i}"))] : [];
        if (prefix.Count > 100) throw new PatternException($"{path}/prefixItems: more than 100");
        Pattern rest = keywords.TryGetValue("items", out var items) ? RuleOf(items, $"{path}/items") : AnyValue();
        if (least > most) return Pattern.Never;
        // from the last to the first: the items from the i-th on, nothing or more
        var fixedItems = Math.Min(prefix.Count, most);
        var (restLeast, restMost) = (Math.Max(0, least - fixedItems), most == int.MaxValue ? most : most - fixedItems);
        Pattern tail = restMost == 0 ? Pattern.Empty : new Repeat(new Sequence(JsonPatterns.Comma, rest), restLeast, restMost);
        if (fixedItems == 0)
        {
            if (restMost == 0) return Pattern.Text("[]");
            var all = new Sequence(rest, new Repeat(new Sequence(JsonPatterns.Comma, rest), Math.Max(0, restLeast - 1), restMost == int.MaxValue ? restMost : restMost - 1));
            return new Sequence(Pattern.Text("["), restLeast == 0 ? Pattern.Optional(all) : all, Pattern.Text("]"));
        }
        for (var i = fixedItems - 1; i >= 0; i--)
        {
            Pattern one = new Sequence(i == 0 ? Pattern.Empty : JsonPatterns.Comma, prefix[i], tail);
            tail = i < least ? one : Pattern.Optional(one);
        }
        return new Sequence(Pattern.Text("["), tail, Pattern.Text("]"));
    }

    private static Pattern Text(Dictionary<string, JsonElement> keywords, string path)
    {
        var (least, most) = (Count("minLength", 0, keywords, path), Count("maxLength", int.MaxValue, keywords, path));
        var hasPattern = keywords.TryGetValue("pattern", out var pattern);
        if (!hasPattern && least == 0 && most == int.MaxValue) return JsonPatterns.String;
        if (least > most) return Pattern.Never;
        var content = Determiniser.Compile(new Repeat(new OneCharacter(CharacterSet.All), least, most));
        if (!hasPattern) return JsonPatterns.StringOf(content);
        if (pattern.ValueKind != JsonValueKind.String) throw new PatternException($"{path}/pattern: a text is expected");
        try
        {
            return JsonPatterns.StringOf(content.And(Determiniser.Compile(RegexParser.ParseSearch(pattern.GetString()!))));
        }
        catch (PatternException fault)
        {
            throw new PatternException($"{path}/pattern: {fault.Message}");
        }
    }

    private static Pattern Number(Dictionary<string, JsonElement> keywords, string path, bool whole)
    {
        var bounds = KeywordsOf["number"].Select(name => Bound(name, keywords, path)).ToArray();
        if (bounds.All(bound => bound is null)) return whole ? JsonPatterns.Integer : JsonPatterns.Number;
        var digits = whole && bounds.All(bound => bound is null || bound.Value.Scale <= 0) ? 0 : Math.Max(6, bounds.Max(bound => bound?.Scale ?? 0));
        var unit = BigInteger.Pow(10, digits);
        var (least, most) = (-BigInteger.Pow(10, 15 + digits) + 1, BigInteger.Pow(10, 15 + digits) - 1);
        if (bounds[0] is { } minimum) least = BigInteger.Max(least, minimum.In(digits));
        if (bounds[1] is { } above) least = BigInteger.Max(least, above.In(digits) + 1);
        if (bounds[2] is { } maximum) most = BigInteger.Min(most, maximum.In(digits));
        if (bounds[3] is { } below) most = BigInteger.Min(most, below.In(digits) - 1);
        return whole ? JsonNumbers.Integers(Ceiling(least, unit), -Ceiling(-most, unit)) : JsonNumbers.Decimals(least, most, digits);
    }

    private static BigInteger Ceiling(BigInteger value, BigInteger unit) => BigInteger.DivRem(value, unit, out var rest) + (rest.Sign > 0 ? 1 : 0);

    private static Scaled? Bound(string name, Dictionary<string, JsonElement> keywords, string path)
    {
        if (!keywords.TryGetValue(name, out var bound)) return null;
        if (bound.ValueKind != JsonValueKind.Number || !bound.TryGetDecimal(out var value) || Math.Abs(value) >= 1_000_000_000_000_000m)
            throw new PatternException($"{path}/{name}: a number below 10^15 is expected");
        value /= 1.0000000000000000000000000000m;
        var scale = value.Scale;
        return scale <= MostFraction ? new((BigInteger)(value * (decimal)BigInteger.Pow(10, scale)), scale) : throw new PatternException($"{path}/{name}: at most {MostFraction} digits after the point are read");
    }

    private static int Count(string name, int missing, Dictionary<string, JsonElement> keywords, string path)
    {
        if (!keywords.TryGetValue(name, out var count)) return missing;
        if (count.ValueKind != JsonValueKind.Number || !count.TryGetDecimal(out var value) || value < 0 || value != Math.Floor(value)) throw new PatternException($"{path}/{name}: a whole number is expected");
        return value <= MostCount ? (int)value : throw new PatternException($"{path}/{name}: {value} is more than can be counted ({MostCount})");
    }

    private static List<string> Types(JsonElement type, string path)
    {
        List<JsonElement> names = type.ValueKind == JsonValueKind.Array ? [.. type.EnumerateArray()] : [type];
        return [.. names.Select(name => name.ValueKind == JsonValueKind.String && KeywordsOf.ContainsKey(name.GetString()!) ? name.GetString()! : throw new PatternException($"{path}/type: '{name}' is no type")).Distinct()];
    }

    private static List<JsonElement> List(JsonElement array, string path) => array.ValueKind == JsonValueKind.Array ? [.. array.EnumerateArray()] : throw new PatternException($"{path}: an array is expected");

    private static bool IsOf(JsonElement value, string type) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "number" => value.ValueKind == JsonValueKind.Number,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var number) && number == Math.Floor(number),
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        _ => value.ValueKind == JsonValueKind.Null,
    };

    // any value: an object or an array of any values, or a simple one
    private Call AnyValue()
    {
        if (_any >= 0) return new(_any);
        var call = NewRule(Pattern.Never);
        _any = call.Rule;
        var none = new Dictionary<string, JsonElement>();
        _rules[_any] = new OneOfPatterns([.. AnyType.Select(type => OfType(type, none, "#"))]);
        return call;
    }

    private static string Compact(JsonElement value)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping })) value.WriteTo(writer);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static string Compact(string text) => $"\"{JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text)}\"";

    /// <summary>A decimal number: units of 10^−scale.</summary>
    private readonly record struct Scaled(BigInteger Units, int Scale)
    {
        public BigInteger In(int digits) => Units * BigInteger.Pow(10, digits - Scale);
    }
}
