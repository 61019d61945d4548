using System.Text;
using DecodeAlign.Constraints;
using DecodeAlign.Decoding;
using DecodeAlign.Text;

namespace DecodeAlign.Tests;

/// <summary>Masks over a vocabulary too large to plan every position: tokens that hold pieces of characters lead into the middle of them.</summary>
public class MaskTests
{
    private static readonly ByteTokenizer Vocabulary = new(Tokens());

    [Fact]
    public void Restrict_EveryTokenOfALargeVocabulary_IsAllowedIfWhatItLeavesFits()
    {
        var (inside, masks) = (0, 0);
        for (var seed = 0; seed < 6; seed++)
        {
            var random = new Random(seed);
            var context = Generation.Context(Vocabulary, "", 10, 0);
            using var session = Constraint(seed).Open(context);
            var node = context.Root;
            for (var left = 10; left > 0; left--)
            {
                var mask = Mask(session, node, left);
                for (var token = 1; token < Vocabulary.VocabularySize; token++)
                {
                    var needed = session.TokensNeeded(context.Tree.Append(node, token));
                    Assert.True(mask[token] == needed < left, $"seed {seed}, {left} left after \"{context.Text(node)}\": token {token} is {(mask[token] ? "" : "not ")}allowed and leaves {needed}");
                }
                Assert.Equal(session.Accepts(node), mask[0]);
                Assert.True(session.TokensNeeded(node) <= left);
                if (left == 5)
                {
                    using var fresh = Constraint(seed).Open(context);
                    Assert.Equal(Mask(fresh, node, left).Words.ToArray(), mask.Words.ToArray());
                }
                masks++;
                var allowed = Enumerable.Range(0, mask.VocabularySize).Where(token => mask[token]).ToArray();
                var chosen = random.Next(3) == 0 ? Pieces(allowed, random) : allowed[random.Next(allowed.Length)];
                if (chosen == 0) break;
                node = context.Tree.Append(node, chosen);
                if (context.Text(node).EndsWith('\uFFFD')) inside++;
            }
        }
        Assert.True(inside > 3 && masks > 20, $"{inside} of {masks} in the middle of a character");
    }

    private static AllOf Constraint(int seed) => new(
        [
            new RequiredPhrases([Keyword.Of("fox"), Keyword.AnyOf("naïve", "été")], 0), new WordCount(2, 6, int.MaxValue), new SentenceEnd(0, 0),
            .. seed % 2 == 0 ? [new ForbiddenPhrases([Keyword.Of("red"), Keyword.Of("é")])] : Array.Empty<TextConstraint>(),
        ]);

    // a token that ends in the middle of a character, where one is allowed
    private static int Pieces(int[] allowed, Random random)
    {
        var pieces = allowed.Where(token => Vocabulary.TokenBytes(token) is [.., >= 0xC0]).ToArray();
        return pieces.Length == 0 ? allowed[random.Next(allowed.Length)] : pieces[random.Next(pieces.Length)];
    }

    private static TokenMask Mask(IConstraintSession session, int node, int left)
    {
        var mask = new TokenMask(Vocabulary.VocabularySize, allowed: true);
        session.Restrict(node, left, mask);
        return mask;
    }

    // the end, each byte, and pieces of a text of words of several scripts that are cut anywhere
    private static List<byte[]> Tokens()
    {
        var (random, tokens) = (new Random(7), new List<byte[]> { Array.Empty<byte>() });
        for (var value = 0; value < 256; value++) tokens.Add([(byte)value]);
        string[] words = ["fox", "red", "naïve", "été", "漢字", "river", "the", "a", "dog.", "“yes”", "😀", "ran", "well-known", "no!", "été."];
        var text = Encoding.UTF8.GetBytes(string.Join(' ', Enumerable.Range(0, 4000).Select(_ => words[random.Next(words.Length)] + (random.Next(3) == 0 ? "" : ((char)('a' + random.Next(26))).ToString()))));
        var known = new HashSet<string>();
        while (tokens.Count < 2500)
        {
            var (start, length) = (random.Next(text.Length - 8), random.Next(2, 8));
            if (known.Add(Convert.ToHexString(text, start, length))) tokens.Add(text[start..(start + length)]);
        }
        return tokens;
    }
}
