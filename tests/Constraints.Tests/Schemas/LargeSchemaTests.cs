using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DecodeAlign.Constraints;

namespace DecodeAlign.Tests;

/// <summary>What grows as the square of a schema, or is multiplied out, does not.</summary>
public class LargeSchemaTests
{
    [Theory]
    [InlineData(SchemaOpenness.Closed, 0, 0)]
    [InlineData(SchemaOpenness.Open, 0, 0)]
    [InlineData(SchemaOpenness.Closed, 3, 5)]
    public void Properties_Many_AreTakenInTheirOrderWithThoseRequired(SchemaOpenness openness, int least, int most)
    {
        var random = new Random(3);
        int[] required = [40, 95];
        var schema = new JsonObject
        {
            ["type"] = "object",
            ["properties"] = new JsonObject(Enumerable.Range(0, 100).Select(i => KeyValuePair.Create($"p{i}", (JsonNode?)new JsonObject { ["type"] = "null" }))),
            ["required"] = new JsonArray([.. required.Select(i => (JsonNode)$"p{i}")]),
        };
        if (most > 0) (schema["minProperties"], schema["maxProperties"]) = (least, most);
        var constraint = new JsonSchema(schema.ToJsonString(), options: new() { Openness = openness });
        var taken = 0;
        for (var i = 0; i < 100; i++)
        {
            var names = random.GetItems(Enumerable.Range(0, 100).ToArray(), random.Next(1, 6)).Distinct().ToList();
            if (random.Next(5) > 0) names = [.. names.Union(required)];
            if (random.Next(5) > 0) names.Sort();
            if (openness == SchemaOpenness.Open && random.Next(3) == 0) names.Insert(random.Next(names.Count + 1), 1000);
            var listed = names.Where(name => name < 1000).ToList();
            var expected = listed.SequenceEqual(listed.Order()) && required.All(names.Contains) && (most == 0 || (names.Count >= least && names.Count <= most));
            Assert.Equal(expected, SchemaText.IsTaken(constraint, $"{{{string.Join(", ", names.Select(name => $"\"p{name}\":null"))}}}"));
            if (expected) taken++;
        }
        Assert.InRange(taken, 20, 90);
        var context = Generation.Context(SchemaText.Bytes, "", 100, 0);
        // what is required, at a byte a token, and the end
        if (least == 0) Assert.Equal("""{"p40":null,"p95":null}""".Length + 1, constraint.Open(context).TokensNeeded(context.Root));
    }

    [Fact]
    public void Properties_Thousands_AllocateAsManyTimesMore()
    {
        Assert.InRange(Allocated(2000), 1, 5 * Allocated(500));

        static long Allocated(int properties)
        {
            var schema = $"{{\"type\":\"object\",\"properties\":{{{string.Join(',', Enumerable.Range(0, properties).Select(i => $"\"p{i}\":{{\"type\":\"null\"}}"))}}}}}";
            var before = GC.GetAllocatedBytesForCurrentThread();
            var constraint = new JsonSchema(schema);
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            SchemaText.Check(constraint, $"{{}}¦{{\"p0\":null, \"p{properties - 1}\":null}}¦{{\"p33\":null}}", "{\"p2\":null, \"p1\":null}");
            return allocated;
        }
    }

    [Fact]
    public void AnyOf_ManyPatternsJoinedByAllOf_AsDotNetSays()
    {
        var random = new Random(5);
        string[] parts = ["a", "b", "1", "2", "^a", "^b", "2$", "1$"];
        // a thousand alternatives, were they multiplied out
        List<string[]> groups = [.. Enumerable.Range(0, 4).Select(_ => Enumerable.Range(0, 9).Select(_ => string.Concat(random.GetItems(parts[..4], 2))).Append(parts[random.Next(4, 8)]).ToArray())];
        groups[3] = [.. groups[3].Select(pattern => $"^{pattern.TrimStart('^')}")];
        var schema = new JsonObject { ["type"] = "string", ["allOf"] = new JsonArray([.. groups.Take(3).Select(group => new JsonObject { ["anyOf"] = Patterns(group) }), new JsonObject { ["not"] = new JsonObject { ["anyOf"] = Patterns(groups[3]) } }]) };
        var constraint = new JsonSchema(schema.ToJsonString());
        var taken = 0;
        for (var i = 0; i < 60; i++)
        {
            var text = string.Concat(random.GetItems(["a", "b", "1", "2"], random.Next(1, 9)));
            var expected = groups.Take(3).All(group => group.Any(pattern => Regex.IsMatch(text, pattern))) && !groups[3].Any(pattern => Regex.IsMatch(text, pattern));
            Assert.Equal(expected, SchemaText.IsTaken(constraint, $"\"{text}\""));
            if (expected) taken++;
        }
        Assert.InRange(taken, 5, 55);

        static JsonArray Patterns(string[] patterns) => [.. patterns.Select(pattern => new JsonObject { ["pattern"] = pattern })];
    }

    [Fact]
    public void AnyOf_ManyPatternsOfLengthsApart_AreCountedEachByItself()
    {
        var patterns = Enumerable.Range(0, 12).Select(i => $"{{\"pattern\":\"^{(char)('a' + i)}{{{3 * i + 2}}}$\"}}");
        var constraint = new JsonSchema($"{{\"type\":\"string\",\"maxLength\":20000,\"anyOf\":[{string.Join(',', patterns)}]}}");
        SchemaText.Check(constraint, $"\"aa\"¦\"bbbbb\"¦\"\\u0062bbbb\"¦\"{new string('l', 35)}\"", $"\"a\"¦\"bb\"¦\"aaaaa\"¦\"{new string('l', 34)}\"");
    }
}
