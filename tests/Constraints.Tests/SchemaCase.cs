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

    public SchemaCase(int seed)
    {
        var random = new Random(seed);
        var schema = Schema(random, 3);
        // a list of things like itself now and then
        if (random.Next(4) == 0) schema = new JsonObject { ["type"] = "object", ["properties"] = new JsonObject { ["a"] = schema, ["next"] = new JsonObject { ["$ref"] = "#" } }, ["required"] = new JsonArray("a"), ["additionalProperties"] = false };
        _schema = schema.ToJsonString();
        _root = JsonDocument.Parse(_schema).RootElement;
        _tokens = [[], .. Pieces.Where(_ => random.Next(12) > 0).Select(Encoding.UTF8.GetBytes), [0xC3], [0xA9], "next"u8.ToArray()];
        MaxTokens = random.Next(2, 60);
        Constraint = new JsonSchema(_schema);
        Tokenizer = new(_tokens);
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
        switch (random.Next(depth == 0 ? 6 : 9))
        {
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
            case 6:
                var array = new JsonObject { ["type"] = "array", ["items"] = Schema(random, depth - 1) };
                if (random.Next(2) == 0) array["minItems"] = random.Next(3);
                if (random.Next(2) == 0) array["maxItems"] = random.Next(2, 4);
                if (random.Next(4) == 0) array["prefixItems"] = new JsonArray(Schema(random, depth - 1), Schema(random, 0));
                return array;
            case 7:
                return new JsonObject { ["anyOf"] = new JsonArray(Schema(random, depth - 1), Schema(random, depth - 1)) };
            default:
                var properties = new JsonObject();
                foreach (var name in random.GetItems(Names, random.Next(4)).Distinct()) properties[name] = Schema(random, depth - 1);
                var made = new JsonObject { ["type"] = "object", ["properties"] = properties };
                if (random.Next(2) == 0) made["required"] = new JsonArray([.. properties.Select(p => p.Key).Where(_ => random.Next(2) == 0).Select(name => (JsonNode)name)]);
                if (random.Next(3) == 0) made["additionalProperties"] = random.Next(2) == 0 ? false : Schema(random, 0);
                return made;
        }
    }
}
