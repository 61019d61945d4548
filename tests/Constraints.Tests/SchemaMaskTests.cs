using System.Text;
using DecodeAlign.Constraints;
using DecodeAlign.Decoding;
using DecodeAlign.Text;

namespace DecodeAlign.Tests;

/// <summary>Masks of schemas over a vocabulary of several scripts: many tokens are taken or left together, and each must be what its bytes, read one by one, say.</summary>
public class SchemaMaskTests
{
    private const int Tokens = 60;

    private static readonly ByteTokenizer Vocabulary = new(Pieces());

    [Theory]
    [InlineData("""{"type": "object", "properties": {"name": {"type": "string"}, "née": {"type": "string", "maxLength": 3}, "漢": {"type": "integer"}}}""")]
    [InlineData("""{"type": "object", "properties": {"名前": {"type": "string", "minLength": 2}, "a": {"const": "été"}}, "additionalProperties": {"type": "string", "maxLength": 1}}""")]
    [InlineData("""{"type": "string", "maxLength": 4}""")]
    [InlineData("""{"type": "string", "pattern": "^[^é]+$"}""")]
    [InlineData("""{"type": "string", "pattern": "^[\u4e00-\u9fff]{1,3}$"}""")]
    [InlineData("""{"type": "string", "pattern": "^[^a].{0,2}$"}""")]
    [InlineData("""{"type": "string", "pattern": "^[^é].*$"}""")]
    [InlineData("""{"type": "string", "pattern": "^[^é]"}""")]
    [InlineData("""{"type": "string", "pattern": "^([^é]|é[^a])"}""")]
    [InlineData("""{"anyOf": [{"const": ""}, {"type": "string", "minLength": 6}]}""")]
    [InlineData("""{"anyOf": [{"const": ""}, {"type": "string", "pattern": "^[^é]", "minLength": 6}]}""")]
    [InlineData("""{"type": "string", "pattern": "^漢.{2,4}$"}""")]
    [InlineData("""{"anyOf": [{"type": "string", "format": "date"}, {"type": "string"}]}""")]
    [InlineData("""{"anyOf": [{"type": "string", "maxLength": 2}, {"type": "string", "pattern": "^a*$"}, {"enum": ["漢字", "reader", null]}]}""")]
    [InlineData("""{"type": "array", "items": {"anyOf": [{"type": "string", "minLength": 30}, {"type": "string", "maxLength": 1}]}}""")]
    [InlineData("""{"type": "object", "propertyNames": {"pattern": "^[a-zé]+$"}, "additionalProperties": {"type": "boolean"}}""")]
    public void Restrict_EveryToken_IsAllowedIfItsBytesLeadOn(string schema)
    {
        var constraint = new JsonSchema(schema, options: new() { Openness = SchemaOpenness.Open });
        for (var seed = 0; seed < 8; seed++)
        {
            var random = new Random(seed);
            var context = Generation.Context(Vocabulary, "", Tokens, 0);
            using var session = constraint.Open(context);
            var node = context.Root;
            for (var left = Tokens; left > 0; left--)
            {
                var all = Mask(session, node, left);
                Check(all, left);
                // the fewest that it may need and more
                var few = random.Next(Math.Min(session.TokensNeeded(node), left), left + 1);
                Check(Mask(session, node, few), few);
                var allowed = Enumerable.Range(1, all.VocabularySize - 1).Where(token => all[token]).ToArray();
                if (allowed.Length == 0 || (all[0] && random.Next(8) == 0)) break;
                var bytes = allowed.Where(token => Vocabulary.TokenBytes(token).Length == 1).ToArray();
                node = context.Tree.Append(node, bytes.Length > 0 && random.Next(2) == 0 ? bytes[random.Next(bytes.Length)] : allowed[random.Next(allowed.Length)]);
            }

            void Check(TokenMask mask, int left)
            {
                for (var token = 1; token < Vocabulary.VocabularySize; token++)
                {
                    var needed = session.TokensNeeded(context.Tree.Append(node, token));
                    Assert.True(mask[token] == needed < left, $"seed {seed}, {left} left after \"{context.Text(node)}\": token \"{Encoding.UTF8.GetString(Vocabulary.TokenBytes(token))}\" is {(mask[token] ? "" : "not ")}allowed and leaves {needed}");
                }
                Assert.Equal(session.Accepts(node), mask[0]);
            }
        }
    }

    private static TokenMask Mask(IConstraintSession session, int node, int left)
    {
        var mask = new TokenMask(Vocabulary.VocabularySize, allowed: true);
        session.Restrict(node, left, mask);
        return mask;
    }

    // the end, each byte, and pieces of JSON texts in several scripts that are cut anywhere
    private static List<byte[]> Pieces()
    {
        var (random, tokens) = (new Random(7), new List<byte[]> { Array.Empty<byte>() });
        for (var value = 0; value < 256; value++) tokens.Add([(byte)value]);
        string[] words = ["{\"", "name", "\": \"", "née", "\", \"", "漢字", "名前", "\": ", "12", "a", "aa", "été", "😀", "\\n", "\"}", "reader", "true", "[", "\"]", "2026-01-02", "the river", "was well known", "and others ran", "red fox", "łódź", "на", " "];
        var text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 6000).Select(_ => words[random.Next(words.Length)])));
        var known = new HashSet<string>();
        while (tokens.Count < 1200)
        {
            var (start, length) = (random.Next(text.Length - 8), random.Next(2, 8));
            if (known.Add(Convert.ToHexString(text, start, length))) tokens.Add(text[start..(start + length)]);
        }
        return tokens;
    }
}
