using DecodeAlign.Constraints;
using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

/// <summary>Free text of at most so many tokens, then a form.</summary>
public class AfterMarkerTests
{
    private static readonly ByteTokenizer Tokens = ByteTokenizer.Of("", "</think>", "</", "think", ">", "t", "h", "i", "n", "k", "<", "/", "hm", " ", "{", "\"", "a", "\"a\"", ":", "1", "}", "é", "</think>{", "yes", "y", "e", "s");

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(6)]
    [InlineData(40)]
    public void Restrict_RandomChoices_MarkerEndsInTimeAndTheFormFollows(int most)
    {
        foreach (TextConstraint form in new TextConstraint[] { new JsonSchema("""{"type":"object","properties":{"a":{"const":1}},"required":["a"]}"""), new OneOf("yes", "a") })
        {
            var constraint = new AfterMarker("</think>", form, most);
            var latest = 0;
            for (var seed = 0; seed < 400; seed++)
            {
                var (random, context) = (new Random(seed), Generation.Context(Tokens, "", 60, 0));
                using var session = constraint.Open(context);
                var (node, used) = (context.Root, -1);
                for (var left = 60; ; left--)
                {
                    Assert.True(left > 0, "cut short");
                    var mask = new TokenMask(Tokens.VocabularySize, allowed: true);
                    session.Restrict(node, left, mask);
                    var allowed = Enumerable.Range(0, Tokens.VocabularySize).Where(token => mask[token]).ToList();
                    Assert.True(allowed.Count > 0, $"no token after {context.Text(node)}");
                    var token = allowed[random.Next(allowed.Count)];
                    if (token == 0) break;
                    node = context.Tree.Append(node, token);
                    if (used < 0 && context.Text(node).Contains("</think>", StringComparison.Ordinal)) used = 61 - left;
                }
                Assert.True(constraint.IsMetBy(context.Text(node)), context.Text(node));
                Assert.InRange(used, 1, most);
                latest = Math.Max(latest, used);
            }
            // the limit is used, not undercut
            if (most < 20) Assert.Equal(most, latest);
        }
    }

    [Fact]
    public void Open_MarkerThatDoesNotFit_IsRefused()
    {
        var pieces = ByteTokenizer.Of("", "<", "/", "t", "h", "i", "n", "k", ">", "a");
        var constraint = new AfterMarker("</think>", new OneOf("a"), 7);
        Assert.Contains("8 tokens", Assert.Throws<UnsatisfiableConstraintException>(() => constraint.Open(Generation.Context(pieces, "", 100, 0))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new AfterMarker("</think>", new OneOf("a"), 0));
    }
}
