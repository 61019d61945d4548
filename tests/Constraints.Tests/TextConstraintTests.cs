using System.Text;
using DecodeAlign.Constraints;
using DecodeAlign.Decoding;
using DecodeAlign.Text;

namespace DecodeAlign.Tests;

public class TextConstraintTests
{
    private const int Eos = 0;
    private static readonly ByteTokenizer Letters = ByteTokenizer.Of(["", .. " .abcdefghijklmnopqrstuvwxyz".Select(letter => letter.ToString()), " fox", " river", " a b c"]);

    [Fact]
    public void Open_KeywordTheVocabularyCannotSpell_IsRefusedByName() => Refused(
        new RequiredPhrases([Keyword.Of("fox"), Keyword.Of("Fuß")]), "'Fuß'", "spell");

    [Fact]
    public void Open_KeywordBothRequiredAndForbidden_IsRefused() => Refused(
        new AllOf(new RequiredPhrases([Keyword.Of("fox"), Keyword.Of("river")]), new ForbiddenPhrases([Keyword.Of("FOX")])), "'fox'", "without a forbidden one");

    [Fact]
    public void Open_RequiredWordsButNoneAllowed_IsRefused() => Refused(
        new AllOf(new RequiredPhrases([Keyword.Of("fox"), Keyword.Of("river")]), new WordCount(0, 0)), "at once");

    [Fact]
    public void Open_RangesThatDoNotMeet_IsRefused() => Refused(
        new AllOf(new WordCount(5, 9), new WordCount(10, 12)), "at least 10 and at most 9");

    [Fact]
    public void Open_MoreWordsThanTheLimitHolds_IsRefused() => Refused(
        new WordCount(1_000_000_000, int.MaxValue), "do not fit into 40 tokens");

    [Fact]
    public void TokensNeeded_SeveralConstraints_IsTheLeastOfTheWhole()
    {
        var context = Context(prompt: "Once", maxTokens: 40);
        using var session = new AllOf(new RequiredPhrases([Keyword.Of("fox"), Keyword.Of("river")], 0), new WordCount(6, 9), new SentenceEnd()).Open(context);
        // " fox", " river", " a b c" twice (8 words), ".", end
        Assert.Equal(6, session.TokensNeeded(context.Root));
    }

    [Fact]
    public void Restrict_KeptFreeTokens_ForceTheKeywordEarlier()
    {
        var keywords = new[] { Keyword.Of("fox"), Keyword.Of("river") };
        Assert.Equal(3, Needed(new RequiredPhrases(keywords, 0), 40));
        Assert.Equal(3 + 2 * 5, Needed(new RequiredPhrases(keywords, 5), 40));
        // 9 tokens leave 6 beyond the least: 3 for each
        Assert.Equal(9, Needed(new RequiredPhrases(keywords, 5), 9));
        Assert.Equal(3, Needed(new RequiredPhrases(keywords, 5), 2));
    }

    [Fact]
    public void Restrict_FewWordsLeft_ForceTheKeywordThoughManyTokensAre()
    {
        var context = Context("", 100);
        using var session = new AllOf(new RequiredPhrases([Keyword.Of("fox")], 4), new WordCount(0, 10)).Open(context);
        var path = context.Nodes([Letters.Id(" a b c"), Letters.Id(" a b c"), Letters.Id(" a b c")]);
        var mask = new TokenMask(context.Model.VocabularySize, allowed: true);
        session.Restrict(path[3], 97, mask);
        Assert.True(mask[Letters.Id(" fox")]);
        Assert.False(mask[Letters.Id(" river")] || mask[Letters.Id("a")]);
    }

    [Fact]
    public void Restrict_SentenceEndsNearTheLimit_EndsTheText()
    {
        var context = Context("", 40);
        using var session = new SentenceEnd(endingTokens: 5).Open(context);
        var path = context.Nodes([Letters.Id(" fox"), Letters.Id(".")]);
        Assert.True(Count(path[2], 6) > 1);
        Assert.Equal(1, Count(path[2], 5));
        Assert.True(Count(path[1], 5) > 1);

        int Count(int node, int left)
        {
            var mask = new TokenMask(context.Model.VocabularySize, allowed: true);
            session.Restrict(node, left, mask);
            return mask.Count;
        }
    }

    [Fact]
    public void Restrict_SentenceEndsNearTheMostWords_EndsTheText()
    {
        var context = Context("", 100);
        using var session = new AllOf(new WordCount(0, 20), new SentenceEnd(endingTokens: 0, endingWords: 5)).Open(context);
        int[] words = [.. Enumerable.Repeat(Letters.Id(" a b c"), 5)];
        Assert.True(Count([.. words[1..], Letters.Id(".")]) > 1);
        Assert.Equal(1, Count([.. words, Letters.Id(".")]));
        Assert.True(Count(words) > 1);

        int Count(int[] path)
        {
            var mask = new TokenMask(context.Model.VocabularySize, allowed: true);
            session.Restrict(context.Nodes(path)[^1], 100 - path.Length, mask);
            return mask.Count;
        }
    }

    [Fact]
    public void Suggest_MissingKeywords_AreSpelledFromWhereTheTextStands()
    {
        var tokenizer = new ToyTokenizer(" ", ".", "a", "e", "f", "i", "o", "r", "v", "x", " a", "fox", " fox", " riv", "er", "riv");
        var context = Generation.Context(tokenizer, "", 40, Eos);
        using var session = new RequiredPhrases([Keyword.Of("fox"), Keyword.Of("river")]).Open(context);
        Check(0, ["fox", "riv"]);
        Check(0, [" fox", " riv"], " a");
        Check(0, [" fox", " riv", "fox", "riv"], " a", ".");
        Check(1, [" fox", " riv", "er"], " a", " riv");
        Check(2, [" fox"], " a", " riv", "er");
        Check(2, [" riv", "riv"], " fox", ".");

        void Check(int progress, string[] suggested, params string[] pieces)
        {
            var node = context.Nodes([.. pieces.Select(Id)])[^1];
            var tokens = new HashSet<int>();
            session.Suggest(node, tokens);
            Assert.Equal(suggested, tokens.Select(tokenizer.TokenText).Order(StringComparer.Ordinal));
            Assert.Equal(progress, session.Progress(node));
        }

        int Id(string piece) => Enumerable.Range(2, tokenizer.VocabularySize - 2).First(id => tokenizer.TokenText(id) == piece);
    }

    [Fact]
    public void Restrict_NoWordLeftToBegin_ClosesTheTextAfterSomeTokens()
    {
        var context = Context("", 100);
        using var session = new AllOf(new WordCount(0, 1, closingTokens: 3), new SentenceEnd()).Open(context);
        var path = context.Nodes([Letters.Id(" fox"), Letters.Id(" "), Letters.Id(" "), Letters.Id(" "), Letters.Id(".")]);
        Assert.Equal([" ", "."], Allowed(3).Where(text => text is " " or "."));
        Assert.Equal(["."], Allowed(4));
        Assert.Equal([""], Allowed(5));

        string[] Allowed(int after)
        {
            var mask = new TokenMask(context.Model.VocabularySize, allowed: true);
            session.Restrict(path[after], 100 - after, mask);
            return [.. Enumerable.Range(0, mask.VocabularySize).Where(token => mask[token]).Select(token => Encoding.UTF8.GetString(Letters.TokenBytes(token)))];
        }
    }

    [Fact]
    public void Restrict_FarFromTheLimit_ForbidsOnlyTheEnd()
    {
        var context = Context("", 100);
        using var session = new RequiredPhrases([Keyword.Of("fox")]).Open(context);
        var mask = new TokenMask(context.Model.VocabularySize, allowed: true);
        Assert.True(session.Restrict(context.Root, 100, mask));
        Assert.Equal(mask.VocabularySize - 1, mask.Count);
        Assert.False(mask[Eos]);
    }

    [Fact]
    public void Restrict_ForbiddenWordAcrossTokens_OnlyItsBoundaryIsForbidden()
    {
        var context = Context("", 100);
        using var session = new ForbiddenPhrases([Keyword.Of("fox")]).Open(context);
        var path = context.Nodes([Letters.Id("f"), Letters.Id("o"), Letters.Id("x")]);
        var mask = new TokenMask(context.Model.VocabularySize, allowed: true);
        Assert.True(session.Restrict(path[3], 50, mask));
        Assert.True(mask[Letters.Id("g")]);
        Assert.False(mask[Letters.Id(" ")] || mask[Letters.Id(".")] || mask[Letters.Id(" fox")] || mask[Eos]);
    }

    [Fact]
    public void Open_ModelWithoutEndOfSequence_MayStopAtTheLimit()
    {
        var context = Generation.Context(Letters, "", 2);
        using var session = new RequiredPhrases([Keyword.Of("fox")], 0).Open(context);
        Assert.Equal(1, session.TokensNeeded(context.Root));
        Assert.Equal(0, session.TokensNeeded(context.Nodes([Letters.Id(" fox")])[1]));
    }

    [Fact]
    public void Open_AfterATokenThatIsNotAllowed_NothingIsKnown()
    {
        var context = Context("", 40);
        using var session = new RequiredPhrases([Keyword.Of("fox")]).Open(context);
        var ended = context.Nodes([Eos])[1];
        Assert.Equal(int.MaxValue, session.TokensNeeded(ended));
        Assert.False(session.Accepts(ended));
    }

    [Fact]
    public void Open_TooManyKeywordsForAPlan_IsRefusedWithTheReason() => Refused(
        new RequiredPhrases(Enumerable.Range(0, 30).Select(i => Keyword.Of($"{(char)('a' + i % 26)}{(char)('a' + i / 26)}"))), "30 required phrases are too many to plan");

    [Fact]
    public void Sessions_SharedByThreads_AgreeWithOneAlone()
    {
        var constraint = new AllOf(new RequiredPhrases([Keyword.Of("fox"), Keyword.Of("cab")]), new WordCount(3, 8));
        var expected = Walk(constraint, 0);
        Parallel.For(0, 16, _ => Assert.Equal(expected, Walk(constraint, 0)));

        static string Walk(AllOf constraint, int seed)
        {
            var context = Context("", 30);
            using var session = constraint.Open(context);
            var random = new Random(seed);
            var text = new StringBuilder();
            for (var (node, left) = (context.Root, 30); session.TokensNeeded(node) > 0; left--)
            {
                var mask = new TokenMask(context.Model.VocabularySize, allowed: true);
                session.Restrict(node, left, mask);
                var allowed = Enumerable.Range(0, mask.VocabularySize).Where(token => mask[token]).ToArray();
                node = context.Tree.Append(node, allowed[random.Next(allowed.Length)]);
                text.Append(context.Tree.Token(node)).Append(' ');
            }
            return text.ToString();
        }
    }

    [Fact]
    public void Constructors_BadArguments_Throw()
    {
        Assert.Throws<ArgumentException>(() => new RequiredPhrases([]));
        Assert.Throws<ArgumentException>(() => new RequiredPhrases(Enumerable.Range(0, 65).Select(i => Keyword.Of($"w{i}"))));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RequiredPhrases([Keyword.Of("a")], -1));
        Assert.Throws<ArgumentException>(() => new ForbiddenPhrases([]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new WordCount(2, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new WordCount(1, 2, 0));
        Assert.Throws<ArgumentException>(() => new AllOf());
    }

    private static GenerationContext Context(string prompt, int maxTokens) => Generation.Context(Letters, prompt, maxTokens, Eos);

    private static int Needed(TextConstraint constraint, int maxTokens)
    {
        var context = Context("", maxTokens);
        using var session = constraint.Open(context);
        return session.TokensNeeded(context.Root);
    }

    private static void Refused(TextConstraint constraint, params string[] expected)
    {
        var fault = Assert.Throws<UnsatisfiableConstraintException>(() => constraint.Open(Context("", 40)));
        Assert.Equal(constraint.Name, fault.Constraint);
        foreach (var part in expected) Assert.Contains(part, fault.Message);
    }
}
