using System.Text;
using DecodeAlign.Constraints;
using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

public class JsonSchemaTests
{
    private static readonly ByteTokenizer Bytes = new([[], .. Enumerable.Range(0, 256).Select(value => new[] { (byte)value })]);

    [Theory]
    [InlineData("""{"type":"object","properties":{"a":{"type":"integer"},"b":{}},"required":["b"]}""", """{"a":1,"b":[{}]}|{"b": null}|{"a": -3, "b": {"x":1.5e3}}""", """{"b":1,"a":1}|{"a":1}|{"b":1,"c":2}|{"b":01}| {"b":1}|{ "b":1}|{"b":1,}""")]
    [InlineData("""{"type":"object","additionalProperties":{"type":"boolean"},"properties":{"a":{"type":"null"}}}""", """{}|{"a":null,"b":true}|{"b":true,"":false}""", """{"a":true}|{"b":1}""")]
    [InlineData("""{"type":"array","items":{"type":"integer","minimum":3,"maximum":12},"minItems":1,"maxItems":2}""", "[3]|[12, 7]|[9,10]", "[]|[2]|[13]|[3,3,3]|[3.0]|[3,]")]
    [InlineData("""{"type":"number","minimum":-0.5,"exclusiveMaximum":2}""", "-0.5|0|1.999999|1|-0.25|0.000", "-0.6|2|2.0|-0.51|-1|1e0")]
    [InlineData("""{"type":"integer","minimum":-120,"maximum":-7}""", "-7|-120|-99|-100", "-6|-121|7|0|-07")]
    [InlineData("""{"type":"string","pattern":"^[a-c]+\\d$","maxLength":4}""", "\"ab1\"|\"abc9\"", "\"ab\"|\"aabb1\"|\"1\"|ab1")]
    [InlineData("""{"type":"string","minLength":2,"maxLength":3}""", "\"éé\"|\"🦊\\n\"|\"\\\"\\\\x\"", "\"a\"|\"abcd\"|\"\n\n\"")]
    [InlineData("""{"enum":["a\"b",1.50,null,{"x":[1,2]}]}""", "\"a\\\"b\"|1.50|1.5|null|{\"x\":[1,2]}|{\"x\": [1, 2]}", "1.51|{\"x\":[1,3]}|\"a\"")]
    [InlineData("""{"enum":["a",1,true],"type":["string","boolean"]}""", "\"a\"|true", "1")]
    [InlineData("""{"$ref":"#/$defs/tree","$defs":{"tree":{"type":"object","properties":{"v":{"const":1},"kids":{"type":"array","items":{"$ref":"#/$defs/tree"}}},"required":["v"]}}}""", """{"v":1}|{"v":1,"kids":[{"v":1,"kids":[]},{"v":1}]}""", """{"v":1,"kids":[{}]}|{"v":1,"kids":[{"v":1}}""")]
    [InlineData("""{"anyOf":[{"type":"null"},{"type":"array","prefixItems":[{"const":1},{"const":2}],"items":false}]}""", "null|[]|[1]|[1,2]", "[2]|[1,2,3]")]
    [InlineData("""{"required":["x"]}""", """{"x":1}|{"x": "y"}|1""", "{}|{\"y\":1}")]
    [InlineData("true", """[1,{"a":[]}]|-0.1e-7|"\u00e9\\" """, "\"\\ud800\"|01|[1,]|tru")]
    public void Accepts_Schema_AsDocumented(string schema, string valid, string invalid)
    {
        foreach (var text in valid.Split('|')) Assert.True(Accepts(schema, text.TrimEnd(' ')), text);
        foreach (var text in invalid.Split('|')) Assert.False(Accepts(schema, text), text);
    }

    [Theory]
    [InlineData("""{"type":"object","minProperties":3}""", "'minProperties' beside names that are not listed")]
    [InlineData("""{"properties":{"a":{"oneOf":[{"minProperties":1,"additionalProperties":{"type":"string"}},{"additionalProperties":{"type":"integer"}}]}}}""", "#/properties/a/oneOf: 'oneOf' is supported where its branches exclude each other")]
    [InlineData("""{"not":{"additionalProperties":{"type":"string"}}}""", "can't be said")]
    [InlineData("""{"type":"number","multipleOf":0.0000001234567}""", "'multipleOf'")]
    [InlineData("""{"type":"string","format":"regex"}""", "'regex'")]
    [InlineData("""{"properties":{"a":{"unevaluatedProperties":false,"anyOf":[true]}}}""", "'unevaluatedProperties' beside")]
    [InlineData("""{"$dynamicRef":"#a"}""", "'$dynamicRef'")]
    [InlineData("""{"properties":{"a":{"required":true}}}""", "#/properties/a/required: an array")]
    [InlineData("""{"enum":["\ud800"]}""", "#/enum/0: a text with half a surrogate pair")]
    [InlineData("""{"$schema":"http://json-schema.org/draft-03/schema#"}""", "draft 3")]
    [InlineData("""{"type":"array","uniqueItems":true}""", "'uniqueItems'")]
    [InlineData("""{"$ref":"https://example.org/s"}""", "within the schema")]
    [InlineData("""{"$ref":"#/$defs/x"}""", "not in the schema")]
    [InlineData("""{"type":"text"}""", "'text' is no type")]
    [InlineData("""{"type":"string","pattern":"(a)\\1"}""", "#/pattern: the back-reference")]
    [InlineData("""{"type":"array","minItems":-1}""", "#/minItems: a whole number")]
    [InlineData("""{"type":"string","minLength":10000000000}""", "more than can be counted")]
    [InlineData("""{"type":"number","minimum":1e900}""", "#/minimum")]
    [InlineData("""{"type":"object",}""", "not valid JSON")]
    [InlineData("""{"type":"string","type":"null"}""", "given twice")]
    [InlineData("3", "a schema is an object")]
    public void New_WhatIsNotUnderstood_IsRefusedByName(string schema, string part) =>
        Assert.Contains(part, Assert.Throws<ArgumentException>(() => new JsonSchema(schema)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"type":"integer","minimum":5,"maximum":4}""")]
    [InlineData("""{"type":"object","properties":{"a":{"$ref":"#"}},"required":["a"]}""")]
    [InlineData("""{"type":"string","minLength":3,"maxLength":2}""")]
    [InlineData("""{"type":"object","additionalProperties":false,"required":["a"]}""")]
    [InlineData("""{"enum":["a"],"type":"integer"}""")]
    [InlineData("""{"type":"array","minItems":1,"items":false}""")]
    [InlineData("""{"$ref":"#"}""")]
    [InlineData("false")]
    public void Open_NothingSatisfiesIt_IsRefused(string schema) =>
        Assert.Contains("no text at all", Assert.Throws<UnsatisfiableConstraintException>(() => new JsonSchema(schema).Open(Generation.Context(Bytes, "", 100, 0))).Message, StringComparison.Ordinal);

    [Fact]
    public void New_SchemaBombs_AreReadOrRefusedInBoundedWork()
    {
        // each level names the one below ten times: 10^20 when written out, 20 rules as a grammar
        var levels = string.Join(',', Enumerable.Range(1, 20).Select(level =>
            $"\"l{level}\":{{\"type\":\"object\",\"properties\":{{{string.Join(',', Enumerable.Range(0, 10).Select(i => $"\"p{i}\":{{\"$ref\":\"#/$defs/l{level - 1}\"}}"))}}}}}"));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var schema = new JsonSchema("{\"$ref\":\"#/$defs/l20\",\"$defs\":{\"l0\":{\"type\":\"null\"}," + levels + "}}");
        var context = Generation.Context(Bytes, "", 100, 0);
        Assert.Equal(3, schema.Open(context).TokensNeeded(context.Root));
        var nested = string.Concat(Enumerable.Repeat("""{"type":"array","maxItems":9000,"items":""", 60)) + "true" + new string('}', 60);
        // counted, not unrolled
        Assert.Equal(3, new JsonSchema(nested).Open(context).TokensNeeded(context.Root));
        Assert.Contains("not valid JSON", Assert.Throws<ArgumentException>(() => new JsonSchema(new string('[', 100_000))).Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8L << 30);
    }

    [Fact]
    public void Open_VocabularyWithoutABrace_RefusalNamesIt()
    {
        var letters = ByteTokenizer.Of("", "\"", "a", ":", "}", "1", "[", "]");
        foreach (var schema in new[] { """{"type":"object","properties":{"a":{"const":1}},"required":["a"]}""", """{"type":"object","properties":{"a":{"anyOf":[{"const":1},{"$ref":"#"}]}},"required":["a"]}""" })
            Assert.Contains("'{'", Assert.Throws<UnsatisfiableConstraintException>(() => new JsonSchema(schema).Open(Generation.Context(letters, "", 100, 0))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnyObject_IsShared() => Assert.True(Accepts(JsonSchema.AnyObject, """{"a": [1, {"b": null}], "": ""}"""));

    private static bool Accepts(string schema, string text) => Accepts(new JsonSchema(schema), text);

    private static bool Accepts(JsonSchema schema, string text)
    {
        var context = Generation.Context(Bytes, "", 200, 0);
        using var session = schema.Open(context);
        var node = context.Root;
        foreach (var value in Encoding.UTF8.GetBytes(text)) node = context.Tree.Append(node, value + 1);
        return session.Accepts(node);
    }
}
