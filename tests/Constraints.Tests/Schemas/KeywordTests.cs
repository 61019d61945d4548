using DecodeAlign.Constraints;

namespace DecodeAlign.Tests;

public class KeywordTests
{
    private static readonly JsonSchemaOptions Open = new() { Openness = SchemaOpenness.Open };

    [Theory]
    [InlineData("""{"allOf":[{"type":"object","properties":{"a":{"type":"integer"}},"required":["a"]},{"properties":{"b":{"type":"string"}},"required":["b"]}]}""", """{"a":1,"b":"x"}¦{"a":1,"b":"x","c":[]}¦{"a":1,"c":[],"b":"x"}""", """{"a":1}¦{"a":"x","b":"x"}¦[]""")]
    [InlineData("""{"allOf":[{"minimum":3},{"maximum":5}],"type":"integer"}""", "3¦5", "2¦6¦3.5")]
    [InlineData("""{"oneOf":[{"type":"string"},{"type":"integer"},{"enum":[1.5,true]}]}""", "\"x\"¦7¦1.5¦true", "false¦2.5")]
    [InlineData("""{"oneOf":[{"required":["a"]},{"required":["b"]}],"type":"object"}""", """{"a":1}¦{"b":1,"c":2}""", """{"a":1,"b":2}¦{"b":1,"a":2}¦{}¦{"c":1}""")]
    [InlineData("""{"oneOf":[{"minimum":3},{"maximum":5}],"type":"integer"}""", "2¦6", "3¦5")]
    [InlineData("""{"oneOf":[{"pattern":"^a"},{"pattern":"z$"}],"type":"string"}""", "\"ab\"¦\"bz\"", "\"az\"¦\"b\"")]
    [InlineData("""{"oneOf":[{"properties":{"t":{"const":"a"}},"required":["t"]},{"properties":{"t":{"const":"b"},"n":{"type":"integer"}},"required":["t"]}],"type":"object"}""", """{"t":"a"}¦{"t":"b","n":1}¦{"t":"a","n":"x"}""", """{"t":"c"}¦{"t":"b","n":"x"}""")]
    [InlineData("""{"type":"string","not":{"enum":["x","yy"]}}""", "\"a\"¦\"xx\"¦\"y\"", "\"x\"¦\"\\u0078\"¦\"yy\"¦1")]
    [InlineData("""{"not":{"type":["object","array","string"]}}""", "1¦null¦true", "{}¦[]¦\"\"")]
    [InlineData("""{"type":"object","not":{"required":["a"]}}""", """{}¦{"b":1}""", """{"a":1}¦{"b":1,"a":2}""")]
    [InlineData("""{"type":"array","not":{"items":{"type":"integer"}}}""", """[1,"x"]¦["x"]""", "[]¦[1,2]")]
    [InlineData("""{"properties":{"c":{"enum":["US","DE"]},"z":{"type":"string"}},"if":{"properties":{"c":{"const":"US"}}},"then":{"required":["z"]},"type":"object"}""", """{"c":"DE"}¦{"c":"US","z":"x"}""", """{"c":"US"}¦{}""")]
    [InlineData("""{"type":"object","dependentRequired":{"a":["b"]}}""", """{}¦{"b":1}¦{"a":1,"b":2}¦{"b":1,"a":2}""", """{"a":1}¦{"c":1,"a":1}""")]
    [InlineData("""{"type":"object","dependencies":{"a":{"properties":{"b":{"type":"integer"}},"required":["b"]}}}""", """{"b":"x"}¦{"a":1,"b":2}""", """{"a":1,"b":"x"}""")]
    [InlineData("""{"patternProperties":{"^n":{"type":"integer"},"e$":{"minimum":5}},"additionalProperties":false,"type":"object"}""", """{"n":1,"ne":6}¦{"e":"x"}¦{"e":5.5}""", """{"ne":1}¦{"n":"x"}¦{"x":1}¦{"nice":5.5}""")]
    [InlineData("""{"type":"object","propertyNames":{"pattern":"^[a-c]+$","maxLength":3},"additionalProperties":{"type":"null"}}""", """{}¦{"abc":null}""", """{"abca":null}¦{"d":null}¦{"a":1}""")]
    [InlineData("""{"type":"object","properties":{"a":true,"b":true,"c":true},"minProperties":2,"additionalProperties":false}""", """{"a":1,"c":2}¦{"a":1,"b":2,"c":3}""", """{"a":1}¦{}""")]
    [InlineData("""{"type":"object","minProperties":1,"maxProperties":2}""", """{"a":1}¦{"a":1,"b":2}""", """{}¦{"a":1,"b":2,"c":3}""")]
    [InlineData("""{"type":"integer","multipleOf":7}""", "0¦-14¦49¦7000", "1¦-13¦48")]
    [InlineData("""{"type":"number","multipleOf":0.25}""", "0.5¦1.75¦3¦-2.50¦0.250", "0.3¦1.751¦0.125")]
    [InlineData("""{"type":"number","minimum":-0.5,"exclusiveMaximum":12.25}""", "-0.5¦0¦12.2499999¦12¦9.99", "-0.51¦12.25¦12.250¦13¦100")]
    [InlineData("""{"type":"integer","minimum":-9223372036854775808,"maximum":18446744073709551615}""", "-9223372036854775808¦18446744073709551615", "-9223372036854775809¦18446744073709551616")]
    [InlineData("""{"type":"array","contains":{"type":"integer"},"minContains":2,"maxContains":2}""", """[1,"x",2]¦[1,2]""", """[1]¦[1,2,3]¦["x"]""")]
    [InlineData("""{"type":"array","items":{"enum":["a","b",1]},"uniqueItems":true,"minItems":1}""", """["b","a"]¦[1]¦[1,"a","b"]""", """["a","a"]¦[]¦[1,1]""")]
    [InlineData("""{"items":[{"type":"integer"},{"type":"string"}],"additionalItems":{"type":"null"},"type":"array"}""", """[]¦[1]¦[1,"x"]¦[1,"x",null,null]""", """["x"]¦[1,"x",2]""")]
    [InlineData("""{"$schema":"http://json-schema.org/draft-04/schema#","type":"integer","minimum":0,"exclusiveMinimum":true,"const":3}""", "1¦3", "0¦-1")]
    [InlineData("""{"$defs":{"a":{"minLength":2}},"type":"string","$ref":"#/$defs/a"}""", "\"ab\"", "\"a\"¦1")]
    [InlineData("""{"$schema":"http://json-schema.org/draft-07/schema#","definitions":{"a":{"minLength":2}},"$ref":"#/definitions/a","type":"string"}""", "\"ab\"¦1", "\"a\"")]
    [InlineData("""{"$defs":{"x":{"$anchor":"here","type":"null"},"y":{"$id":"http://x.y/z.json","$defs":{"v":{"type":"integer"}},"items":{"$ref":"#/$defs/v"}},"v":{"type":"string"}},"type":"array","prefixItems":[{"$ref":"#here"},{"$ref":"http://x.y/z.json"}]}""", """[null,[1,2]]""", """[1]¦[null,["x"]]""")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"string","nullable":true}},"required":["a"],"x-order":1,"example":2}""", """{"a":null}¦{"a":"x"}""", """{"a":1}""")]
    [InlineData("""{"unevaluatedProperties":false,"properties":{"a":true},"type":"object"}""", """{"a":1}""", """{"b":1}""")]
    [InlineData("""{"minLength":2}""", "\"ab\"¦1¦{}¦null", "\"a\"")]
    [InlineData("""{"type":"string","const":1}""", "", "1")]
    public void Open_Keyword_AsTheStandardSays(string schema, string taken, string other)
    {
        var constraint = new JsonSchema(schema, options: Open);
        if (taken.Length > 0) SchemaText.Check(constraint, taken, other);
        else Assert.Throws<Decoding.UnsatisfiableConstraintException>(() => SchemaText.IsTaken(constraint, other));
    }

    [Theory]
    [InlineData("date", "2024-02-29¦1999-12-31¦2000-02-29", "2023-02-29¦1900-02-29¦2024-04-31¦0000-01-01¦2024-1-1")]
    [InlineData("time", "23:59:59Z¦00:00:00.125+14:00", "24:00:00Z¦12:00:00¦12:00Z")]
    [InlineData("date-time", "2024-02-29T10:00:00Z¦2024-12-31T23:59:59.999-05:30", "2024-02-30T10:00:00Z¦2024-02-29 10:00:00Z")]
    [InlineData("duration", "P1Y2M3DT4H5M6S¦PT1S¦P2W¦P1D", "P¦PT¦1D¦P1W2D¦P1YT")]
    [InlineData("uuid", "123e4567-e89b-12d3-A456-426614174000", "123e4567e89b12d3a456426614174000¦123e4567-e89b-12d3-a456-42661417400g")]
    [InlineData("email", "john.doe+x@example.com", "john¦a@b@c¦.a@b.co¦a..b@c.de¦-@Results¦a@b.c")]
    [InlineData("hostname", "example.com¦a-b.c¦localhost", "-a.b¦a_b¦a..b¦a-")]
    [InlineData("ipv4", "127.0.0.1¦255.255.255.255", "256.0.0.1¦1.2.3¦01.2.3.4")]
    [InlineData("ipv6", "::1¦2001:db8::8a2e:370:7334¦1:2:3:4:5:6:7:8¦::ffff:1.2.3.4", "1::2::3¦12345::¦1:2:3:4:5:6:7:8:9¦:1")]
    [InlineData("uri", "https://example.com/a/b?c=d#e¦urn:isbn:0451450523¦mailto:a@b.c¦http://[::1]:8080/", "example.com¦http://a b¦//x/y¦http://x:99999/¦http:///x")]
    [InlineData("uri-reference", "/a/b¦a?b#c¦#x¦¦https://example.com", "a b¦http://a b")]
    [InlineData("json-pointer", "¦/a/b~0c~1d/0", "a¦/a~2¦/a~")]
    [InlineData("byte", "QUJD¦QQ==¦", "QUJ¦Q===¦QU D")]
    public void Format_Strings_AreChecked(string format, string taken, string other)
    {
        var constraint = new JsonSchema($$"""{"type":"string","format":"{{format}}"}""");
        SchemaText.Check(constraint, string.Join('¦', taken.Split('¦').Select(text => $"\"{text}\"")), string.Join('¦', other.Split('¦').Select(text => $"\"{text}\"")));
        // formats speak of strings alone
        Assert.True(SchemaText.IsTaken(new JsonSchema($$"""{"format":"{{format}}"}"""), "12"));
    }

    [Fact]
    public void Notes_AnnotationsAndUncheckedFormats_AreNamed()
    {
        var schema = new JsonSchema("""{"type":"object","reply":1,"properties":{"a":{"type":"string","format":"color","x-y":[]},"b":{"type":"integer","format":"int32"}},"title":"t"}""");
        Assert.Equal(["#/properties/a: 'x-y' is an annotation", "#/properties/a: the format 'color' is an annotation", "#: 'reply' is an annotation"], schema.Notes);
        SchemaText.Check(schema, """{"b":2147483647}""", """{"b":2147483648}""");
    }

    [Fact]
    public void Options_OpennessOrderAndWhiteSpace_AreHonoured()
    {
        const string Schema = """{"type":"object","properties":{"a":{"type":"integer"},"b":{"type":"array","items":{"type":"integer"},"minItems":2}},"required":["a"]}""";
        SchemaText.Check(new(Schema), """{"a":1,"b":[1,2]}¦{"a": 1, "b": [1, 2]}""", """{"a":1,"c":2}¦{"b":[1,2],"a":1}¦{ "a":1}¦{"a":  1}""");
        SchemaText.Check(new(Schema, options: new() { Openness = SchemaOpenness.Open }), """{"a":1,"c":2}¦{"c":2,"a":1}""", """{"b":[1,2],"a":1}""");
        SchemaText.Check(new(Schema, options: new() { Order = PropertyOrder.Any }), """{"b":[1,2],"a":1}¦{"a":1}""", """{"b":[1,2]}¦{"a":1,"a":2}¦{"a":1,"c":2}""");
        SchemaText.Check(new(Schema, options: new() { WhiteSpace = JsonWhiteSpace.Compact }), """{"a":1,"b":[1,2]}""", """{"a": 1}¦{"a":1, "b":[1,2]}""");
        SchemaText.Check(new(Schema, options: new() { WhiteSpace = JsonWhiteSpace.Indented }), "{\n  \"a\": 1,\n  \"b\": [\n    1,\n    2\n  ]\n}¦{\"a\":1}", "{\n\n\"a\":1}¦{\n  \"b\": []}¦{\"a\":1,\"b\":[1\n]}");
        Assert.Contains("at most 10", Assert.Throws<ArgumentException>(() => new JsonSchema("{\"properties\":{" + string.Join(',', Enumerable.Range(0, 11).Select(i => $"\"p{i}\":true")) + "}}", options: new() { Order = PropertyOrder.Any })).Message, StringComparison.Ordinal);
    }
}
