using DecodeAlign.Constraints;

namespace DecodeAlign.Tests;

/// <summary>What once went wrong, each as its whole kind.</summary>
public class FaultTests
{
    private static readonly JsonSchemaOptions Open = new() { Openness = SchemaOpenness.Open };

    // names that writers escape: a listed one is not written raw as if it were not listed
    [Theory]
    [InlineData("a<b", "a\\u003Cb")]
    [InlineData("é", "\\u00e9")]
    [InlineData("🦊", "\\ud83E\\udd8a")]
    [InlineData("\ue000", "\\uE000")]
    [InlineData("a\u00a0b", "a\\u00a0b")]
    [InlineData("it's", "it\\u0027s")]
    [InlineData("a/b", "a\\/b")]
    [InlineData("x\"y\\", null)]
    public void Properties_NamesThatWritersEscape_AreOneHoweverTheyAreWritten(string name, string? escaped)
    {
        var schema = new JsonSchema("{\"type\":\"object\",\"properties\":{" + System.Text.Json.JsonSerializer.Serialize(name) + ":{\"type\":\"integer\"}},\"additionalProperties\":{\"type\":\"string\"}}");
        var raw = name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
        foreach (var written in new[] { raw, escaped ?? raw })
            SchemaText.Check(schema, $"{{\"{written}\":1}}", $"{{\"{written}\":\"x\"}}");
    }

    [Fact]
    public void Ref_BelowANestedId_IsResolvedThere() => SchemaText.Check(
        new("""{"type":"object","properties":{"a":{"$id":"http://x.y/a.json","$defs":{"v":{"type":"integer"}},"type":"object","properties":{"q":{"$ref":"#/$defs/v"}},"required":["q"]}},"$defs":{"v":{"type":"string"}}}"""),
        """{"a":{"q":1}}""", """{"a":{"q":"x"}}""");

    [Fact]
    public void Pattern_EcmaSpacesAndDots_AreTheStandards()
    {
        SchemaText.Check(new("""{"type":"string","pattern":"^\\s$"}"""), "\"\u00a0\"¦\"\ufeff\"¦\"\\n\"", "\"\u180e\"¦\"x\"");
        SchemaText.Check(new("""{"type":"string","pattern":"^\\S.$"}"""), "\"a\\t\"", "\"\u3000a\"¦\"a\u2028\"¦\"a\\r\"");
        SchemaText.Check(new("""{"type":"string","pattern":"^\\s.$"}""", options: new() { Patterns = RegexDialect.Ascii }), "\" \u2028\"", "\"\u00a0a\"");
    }

    [Fact]
    public void Grammar_NullableRulesThatDouble_TakeLittleWork()
    {
        var rules = string.Concat(Enumerable.Range(0, 24).Select(i => $"r{i} ::= r{i + 1} r{i + 1}\n"));
        var grammar = new GrammarMatch($"root ::= r0\n{rules}r24 ::= \"a\"?\n");
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.True(grammar.IsMetBy(new string('a', 50)));
        foreach (var limit in new[] { 3, 400 })
        {
            var context = Generation.Context(SchemaText.Bytes, "", limit, 0);
            Assert.Equal(1, grammar.Open(context).TokensNeeded(context.Root));
        }
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1L << 30);
    }

    [Fact]
    public void Class_ThousandsOfSingleCharacters_AreReadAtOnce()
    {
        var set = string.Concat(Enumerable.Range(0, 10_000).Select(i => (char)(0x4E00 + 2 * i)));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var match = new RegexMatch($"[{set}]");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 200 << 20);
        Assert.True(match.IsMetBy("\u4E02"));
        Assert.False(match.IsMetBy("\u4E03"));
    }

    [Fact]
    public void Enum_NumbersBeyondTheUsual_AreNotDropped() => SchemaText.Check(new("""{"type":"integer","enum":[1e30,12345678901234567890]}"""), "1e30¦1000000000000000000000000000000¦12345678901234567890", "1");

    [Fact]
    public void Strings_EscapesUnderPatternAndLength_AreRead() =>
        SchemaText.Check(new("""{"type":"string","pattern":"^[a-zé/🦊]+$","maxLength":3}"""), "\"\\u0061\\u00E9\\/\"¦\"\\ud83e\\udd8a\"¦\"/é🦊\"", "\"\\u0041\"¦\"\\ud83e\"¦\"\\u0061bcd\"¦\"\\ud83d\\udd8a\"");

    [Fact]
    public void Raise_WhereNothingHelps_IsNotAdvised()
    {
        // a vocabulary of pairs can't write an odd number of letters, whatever the limit
        var pairs = ByteTokenizer.Of("", "\"a", "aa", "a\"");
        var fault = Assert.Throws<Decoding.UnsatisfiableConstraintException>(() => new JsonSchema("""{"type":"string","pattern":"^a{3}$"}""").Open(Generation.Context(pairs, "", 50, 0)));
        Assert.DoesNotContain("raise", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Annotations_BesideClosedObjects_ChangeNothing() => SchemaText.Check(new("""{"type":"object","properties":{"a":true},"required":["b"]}""", options: Open), """{"b":1}¦{"b":1,"a":2}¦{"a":1,"c":0,"b":1}""", """{"a":1}""");
}
