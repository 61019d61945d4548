using System.Text;
using DecodeAlign.Constraints;
using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

public class CountTests
{
    [Fact]
    public void MaxLength_AMillion_CountsCharactersNotStates()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var schema = new JsonSchema("""{"type":"string","minLength":3,"maxLength":1000000}""");
        SchemaText.Check(schema, "\"abc\"¦\"é\\u00e9🦊\"¦\"\\ud83e\\udd8a\\n\\/\"", "\"ab\"¦\"\\ud83e\\udd8aa\"¦\"\\ud83eabc\"");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 300 << 20);
        var ten = new JsonSchema("""{"type":"string","maxLength":10}""");
        SchemaText.Check(ten, "\"0123456789\"¦\"éééééééééé\"¦\"\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\"", "\"01234567890\"¦\"ééééééééééé\"");
    }

    [Theory]
    [InlineData("""{"type":"string","pattern":"^[a-z][a-z0-9-]*$","minLength":2,"maxLength":4}""", "\"ab\"¦\"a-9z\"", "\"a\"¦\"abcde\"¦\"9a\"")]
    [InlineData("""{"type":"string","pattern":"^[0-9a-f]{2,3000}$"}""", "\"0f\"¦\"00000000\"", "\"0\"¦\"0g\"")]
    // lengths that only some of its texts have
    [InlineData("""{"type":"string","pattern":"^(ab)*$","minLength":3,"maxLength":5}""", "\"abab\"", "\"ab\"¦\"ababab\"¦\"aba\"")]
    [InlineData("""{"type":"array","items":{"type":"integer"},"minItems":2,"maxItems":3}""", "[1,2]¦[1,2,3]", "[]¦[1]¦[1,2,3,4]¦[1,2,3,")]
    [InlineData("""{"type":"array","prefixItems":[{"type":"null"}],"items":{"type":"integer"},"minItems":3,"maxItems":4}""", "[null,1,2]¦[null,1,2,3]", "[null,1]¦[null]¦[null,1,2,3,4]")]
    [InlineData("""{"type":"array","items":{"type":"integer"},"maxItems":1}""", "[]¦[1]", "[1,2]¦[1,")]
    [InlineData("""{"type":"array","items":{"type":"array","items":{"type":"integer"},"maxItems":2},"minItems":2}""", "[[1,2],[]]¦[[],[],[3]]", "[[1,2,3],[]]¦[[]]")]
    public void Counted_Lengths_AsTheStandardSays(string schema, string taken, string other) => SchemaText.Check(new(schema), taken, other);

    [Fact]
    public void MinItems_Thousands_AreCountedExactly()
    {
        var schema = new JsonSchema("""{"type":"array","items":{"type":"integer"},"minItems":2000,"maxItems":2000}""");
        string Of(int count) => $"[{string.Join(',', Enumerable.Repeat(1, count))}]";
        Assert.True(SchemaText.IsTaken(schema, Of(2000)));
        Assert.False(SchemaText.IsTaken(schema, Of(1999)));
        Assert.False(SchemaText.IsTaken(schema, Of(2001)));
        // brackets, items and commas between them, and the end
        foreach (var limit in new[] { 4002, 4001 })
        {
            var context = Generation.Context(SchemaText.Bytes, "", limit, 0);
            if (limit == 4002) Assert.Equal(4002, schema.Open(context).TokensNeeded(context.Root));
            else Assert.Throws<UnsatisfiableConstraintException>(() => schema.Open(context));
        }
    }

    [Fact]
    public void Enum_TenThousandTexts_AreOneAutomaton()
    {
        var schema = new JsonSchema($$"""{"enum":[{{string.Join(',', Enumerable.Range(0, 10_000).Select(i => $"\"value number {i}\""))}}]}""");
        SchemaText.Check(schema, "\"value number 0\"¦\"value number 9999\"", "\"value number 10000\"¦\"value number 01\"");
    }

    [Fact]
    public void Properties_FourHundredOptionalOnes_AreRead()
    {
        var schema = new JsonSchema("{\"type\":\"object\",\"properties\":{" + string.Join(',', Enumerable.Range(0, 400).Select(i => $"\"p{i}\":{{\"type\":\"integer\"}}")) + "}}");
        SchemaText.Check(schema, """{}¦{"p3":1,"p399":2}¦{"p0":1}""", """{"p399":1,"p3":2}¦{"p400":1}""");
    }

    // what is allowed is exactly that after which what is needed fits, wherever the counts and the limit meet
    [Theory]
    [InlineData("""{"type":"string","minLength":4,"maxLength":9}""")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"string","pattern":"^x+$","maxLength":5},"b":{"type":"array","items":{"type":"string","maxLength":3},"minItems":2,"maxItems":4}},"required":["a","b"],"additionalProperties":{"type":"integer"}}""")]
    [InlineData("""{"type":"object","patternProperties":{"^a":{"type":"string","minLength":2},"b$":{"enum":["aé","b"]}}}""")]
    public void Restrict_EveryToken_IsAllowedIfWhatItLeavesFits(string text)
    {
        var schema = new JsonSchema(text, options: new() { Openness = SchemaOpenness.Open });
        foreach (var limit in new[] { 40, 70, 1000 })
            for (var seed = 0; seed < 6; seed++)
            {
                var (random, context) = (new Random(seed), Generation.Context(Pieces, "", limit, 0));
                using var session = schema.Open(context);
                var node = context.Root;
                for (var left = limit; left > 0 && left > limit - 60; left--)
                {
                    var mask = new TokenMask(Pieces.VocabularySize, allowed: true);
                    session.Restrict(node, left, mask);
                    for (var token = 1; token < Pieces.VocabularySize; token++)
                        Assert.True(mask[token] == session.TokensNeeded(context.Tree.Append(node, token)) < left, $"{text}, limit {limit}, {left} left after {context.Text(node)}: {Encoding.UTF8.GetString(Pieces.TokenBytes(token))}");
                    Assert.Equal(session.Accepts(node), mask[0]);
                    Assert.True(session.TokensNeeded(node) <= left);
                    var allowed = Enumerable.Range(0, mask.VocabularySize).Where(token => mask[token]).ToArray();
                    var token1 = allowed[random.Next(allowed.Length)];
                    if (token1 == 0) break;
                    node = context.Tree.Append(node, token1);
                }
            }
    }

    // all bytes, and pieces of JSON: plain ones, ones with quotation marks and escapes, and ones cut within a character
    private static readonly ByteTokenizer Pieces = new([[], .. Enumerable.Range(0, 256).Select(value => new[] { (byte)value }),
        .. new[] { "{\"", "\":", "\": ", ", \"", "\"}", "\",", "abc", "xx", "xxxx", "aé", "ééé", "\\n", "a\\", "\\u00", "e9", "\":\"", "[\"", "\"]", "\"a\":", "b\":\"", "null", "true", "12", "日本", "xxxxxxxx", "a\",\"b\":[\"" }.Select(Encoding.UTF8.GetBytes),
        [0xC3], [0xA9, (byte)'a'], [(byte)'a', 0xE6], [0x97, 0xA5]]);
}
