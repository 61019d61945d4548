using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using DecodeAlign.Constraints;

namespace DecodeAlign.Tests;

/// <summary>A random JSON Schema over a vocabulary of JSON's pieces, judged by a validator of the tests' own.</summary>
internal sealed class SchemaCase : PromiseCase
{
    private static readonly string[] Pieces =
    [
        "{\"", "\":", "\": ", ", \"", "\"}", "\"", "},", "}}", "]", "[", "[]", "true", "null", "12", "0", "a", "b", "name", "na", "me", "é", "\\", "u00", "-", ".", "1", "9", "5", "e", " ", ",", ":", "{", "}", "x", "t", "r", "u", "f", "l", "s", "n", "i", "m", "\"a\"", "\\n", "🦊",
    ];

    private static readonly string[] Names = ["a", "b", "name", "x\"", "é"];

    private readonly byte[][] _tokens;
    private readonly string _schema;
    private readonly JsonElement _root;

    private SchemaCase(int seed)
    {
        var random = new Random(seed);
        var schema = Schema(random, 3);
        // a list of things like itself now and then
        if (random.Next(4) == 0) schema = new JsonObject { ["type"] = "object", ["properties"] = new JsonObject { ["a"] = schema, ["next"] = new JsonObject { ["$ref"] = "#" } }, ["required"] = new JsonArray("a"), ["additionalProperties"] = false };
        _schema = schema.ToJsonString();
        _root = JsonDocument.Parse(_schema).RootElement;
        _tokens = [[], .. Pieces.Where(_ => random.Next(12) > 0).Select(Encoding.UTF8.GetBytes), [0xC3], [0xA9], "next"u8.ToArray()];
        MaxTokens = random.Next(2, 60);
        Constraint = new JsonSchema(_schema, options: new() { Openness = (SchemaOpenness)random.Next(2), WhiteSpace = (JsonWhiteSpace)random.Next(3) });
        Tokenizer = new(_tokens);
    }

    /// <summary>A case; null where its schema joins what is refused by name, as unique items of many values are.</summary>
    public static SchemaCase? Make(int seed)
    {
        try
        {
            return new(seed);
        }
        catch (ArgumentException refusal) when (refusal.Message.Contains("is supported only", StringComparison.Ordinal))
        {
            return null;
        }
    }

    public override bool Meets(IEnumerable<int> path)
    {
        byte[] bytes = [.. path.SelectMany(id => _tokens[id])];
        try
        {
            using var document = JsonDocument.Parse(bytes, new() { MaxDepth = 500 });
            return SchemaValidator.IsValid(_root, _root, document.RootElement);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    public override string ToString() => $"{_schema}; {MaxTokens} tokens";

    private static JsonNode Schema(Random random, int depth)
    {
        switch (random.Next(depth == 0 ? 9 : 26))
        {
            case 6:
                return new JsonObject { ["type"] = "string", ["format"] = random.GetItems(["date", "ipv4", "uuid"], 1)[0] };
            case 7:
                return new JsonObject { ["type"] = random.Next(2) == 0 ? "integer" : "number", ["multipleOf"] = random.GetItems([3.0, 0.25, 7, 0.1], 1)[0], ["minimum"] = random.Next(-30, 3) };
            case 8:
                return new JsonObject { ["type"] = "string", ["minLength"] = random.Next(0, 40), ["maxLength"] = random.Next(40, 1000000) };
            case 9:
                return new JsonObject { ["allOf"] = new JsonArray(Schema(random, depth - 1), Object(random, depth - 1)) };
            case 10:
                return new JsonObject { ["oneOf"] = new JsonArray(Tagged("a", Schema(random, depth - 1)), Tagged("b", Schema(random, depth - 1)), new JsonObject { ["type"] = "null" }) };
            case 11:
                return new JsonObject { ["oneOf"] = new JsonArray(new JsonObject { ["type"] = "object", ["required"] = new JsonArray("a") }, new JsonObject { ["required"] = new JsonArray("name") }), ["properties"] = new JsonObject { ["a"] = Schema(random, 0), ["name"] = true } };
            case 12:
                return new JsonObject { ["not"] = random.Next(2) == 0 ? new JsonObject { ["type"] = new JsonArray("object", "array") } : new JsonObject { ["enum"] = new JsonArray("a", 5, true) }, ["anyOf"] = new JsonArray(Schema(random, 0), new JsonObject { ["type"] = "boolean" }) };
            case 13:
                return new JsonObject { ["type"] = "object", ["properties"] = new JsonObject { ["a"] = Schema(random, 0), ["b"] = Schema(random, 0), ["name"] = Schema(random, 0) }, ["additionalProperties"] = false, ["minProperties"] = random.Next(3), ["maxProperties"] = random.Next(1, 4) };
            case 14:
                return new JsonObject { ["type"] = "object", ["patternProperties"] = new JsonObject { ["^n"] = Schema(random, 0), ["[ae]$"] = Schema(random, depth - 1) }, ["additionalProperties"] = random.Next(2) == 0, ["maxProperties"] = random.Next(1, 4) };
            case 15:
                return new JsonObject { ["type"] = "object", ["additionalProperties"] = Schema(random, depth - 1), ["propertyNames"] = new JsonObject { ["maxLength"] = 2 }, ["minProperties"] = random.Next(2) };
            case 16:
                return new JsonObject { ["type"] = "array", ["items"] = Schema(random, depth - 1), ["contains"] = Schema(random, 0), ["maxItems"] = random.Next(2, 5) };
            case 17:
                return new JsonObject { ["type"] = "array", ["items"] = new JsonObject { ["enum"] = new JsonArray("a", 1, null) }, ["uniqueItems"] = true, ["minItems"] = random.Next(3) };
            case 18:
                return new JsonObject { ["type"] = "object", ["properties"] = new JsonObject { ["a"] = new JsonObject { ["enum"] = new JsonArray(1, 2) }, ["b"] = true, ["name"] = Schema(random, 0) }, ["if"] = new JsonObject { ["properties"] = new JsonObject { ["a"] = new JsonObject { ["const"] = 1 } } }, ["then"] = new JsonObject { ["required"] = new JsonArray("b") }, ["else"] = new JsonObject { ["required"] = new JsonArray("name") }, ["dependentRequired"] = new JsonObject { ["b"] = new JsonArray("a") } };
            case 19:
                return new JsonObject { ["type"] = "array", ["items"] = Schema(random, depth - 1), ["minItems"] = random.Next(3), ["maxItems"] = random.Next(3, 5000) };
            case 0:
                var text = new JsonObject { ["type"] = "string" };
                if (random.Next(2) == 0) text["minLength"] = random.Next(3);
                if (random.Next(2) == 0) text["maxLength"] = random.Next(2, 5);
                if (random.Next(3) == 0) text["pattern"] = random.GetItems(["^a", "b$", "^[a-c]+$", "a|é", @"\d"], 1)[0];
                return text;
            case 1 or 2:
                var number = new JsonObject { ["type"] = random.Next(2) == 0 ? "integer" : "number" };
                if (random.Next(2) == 0) number[random.Next(2) == 0 ? "minimum" : "exclusiveMinimum"] = random.Next(-20, 20);
                if (random.Next(2) == 0) number[random.Next(2) == 0 ? "maximum" : "exclusiveMaximum"] = random.Next(10, 150) / (random.Next(2) == 0 ? 1.0 : 10.0);
                return number;
            case 3:
                return new JsonObject { ["type"] = random.Next(2) == 0 ? "boolean" : new JsonArray("null", "boolean") };
            case 4:
                return new JsonObject { ["enum"] = new JsonArray("a", "name", 12, true, null) };
            case 5:
                return new JsonObject { ["const"] = random.Next(2) == 0 ? "é" : 5 };
            case 21:
                var array = new JsonObject { ["type"] = "array", ["items"] = Schema(random, depth - 1) };
                if (random.Next(2) == 0) array["minItems"] = random.Next(3);
                if (random.Next(2) == 0) array["maxItems"] = random.Next(2, 4);
                if (random.Next(4) == 0) array["prefixItems"] = new JsonArray(Schema(random, depth - 1), Schema(random, 0));
                return array;
            case 22:
                return new JsonObject { ["anyOf"] = new JsonArray(Schema(random, depth - 1), Schema(random, depth - 1)) };
            default:
                return Object(random, depth);
        }
    }

    private static JsonObject Tagged(string tag, JsonNode value) => new() { ["type"] = "object", ["properties"] = new JsonObject { ["name"] = new JsonObject { ["const"] = tag }, ["a"] = value }, ["required"] = new JsonArray("name"), ["additionalProperties"] = false };

    private static JsonObject Object(Random random, int depth)
    {
        var properties = new JsonObject();
        foreach (var name in random.GetItems(Names, random.Next(4)).Distinct()) properties[name] = Schema(random, Math.Max(0, depth - 1));
        var made = new JsonObject { ["type"] = "object", ["properties"] = properties };
        if (random.Next(2) == 0) made["required"] = new JsonArray([.. properties.Select(p => p.Key).Where(_ => random.Next(2) == 0).Select(name => (JsonNode)name)]);
        if (random.Next(3) == 0) made["additionalProperties"] = random.Next(2) == 0 ? false : Schema(random, 0);
        return made;
    }
}
