using System.Text;
using System.Text.RegularExpressions;
using DecodeAlign.Constraints;
using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

public class RegexMatchTests
{
    private static readonly int Expressions = Environment.GetEnvironmentVariable("DECODEALIGN_PROOF") switch { "long" => 10_000, "middle" => 2000, _ => 500 };
    private const string Garbage = @"ab\()[]{}|*+?^$.,-0u1p:<=>!#";
    private static readonly string[] Pieces = ["f", "o", "x", "a", "b", " ", "é", ".", "fox", "z", "Ä", "\n", "1"];

    [Fact]
    public void Accepts_RandomExpressionsAndTexts_AgreesWithDotNet()
    {
        var (matches, texts) = (0, 0);
        for (var seed = 0; seed < Expressions; seed++)
        {
            var random = new Random(seed);
            var expression = RandomRegex.Next(random, random.Next(1, 5));
            var reference = new Regex($@"\A(?:{expression})\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
            var matcher = new Matcher(expression);
            for (var i = 0; i < 20; i++)
            {
                var text = string.Concat(random.GetItems(Pieces, random.Next(7)));
                Assert.True(reference.IsMatch(text) == matcher.IsMatch(text), $"'{expression}' on '{text}': .NET says {reference.IsMatch(text)}");
                if (reference.IsMatch(text)) matches++;
                texts++;
            }
        }
        Assert.True(matches > texts / 20, $"{matches} of {texts}");
    }

    [Theory]
    [InlineData(@"\d{3}-\d{4}", "555-0199", "555-019")]
    [InlineData("^yes$|^no$", "no", "yesno")]
    [InlineData(@"[\w.]+@[a-z]+\.(?:org|net)", "a.b_1@c.org", "a.b@c.com")]
    [InlineData(@"(?<year>\d{4})", "1999", "199")]
    [InlineData(@"a\{,2}", "a{,2}", "aa")]
    [InlineData("(^abc$)", "abc", "ab")]
    [InlineData("(^a|b$)", "a", "ab")]
    [InlineData("(?!TOOL).*|TOOL [a-z]", "TOOL x", "TOOL X")]
    [InlineData("(?=.*[0-9])(?=.*[a-z])[a-z0-9]{3,5}", "ab1", "abc")]
    [InlineData("(?!__.*__$)[^.]+", "__x", "__x__")]
    [InlineData("a(?=b)b", "ab", "a")]
    [InlineData("(a(?!b)|c).", "ac", "ab")]
    [InlineData(@"\p{Letter}+", "éß", "1")]
    [InlineData(@"\p{Script=Greek}\p{Han}", "α道", "a道")]
    [InlineData(@"\pL\x{41}\cA", "éA\u0001", "éa\u0001")]
    [InlineData(@"\u{1F98A}+", "🦊🦊", "🐺")]
    [InlineData(@"\uD83E\uDD8A", "🦊", "x")]
    [InlineData(".", "🦊", "\n")]
    [InlineData(@"[^\s]{2}", "é🦊", "é ")]
    [InlineData("[]a]+", "]a]", "b")]
    [InlineData("[a-]+", "a-", "b")]
    [InlineData(@"\P{Lu}*", "alles klein", "Groß")]
    [InlineData("", "", "a")]
    public void Accepts_Dialect_AsDocumented(string expression, string matching, string other)
    {
        var matcher = new Matcher(expression);
        Assert.True(matcher.IsMatch(matching));
        Assert.False(matcher.IsMatch(other));
    }

    [Theory]
    [InlineData(@"(a)\1", "back-reference")]
    [InlineData(@"\k<x>", "back-reference")]
    [InlineData("((?=a)b)*", "inside of a repetition")]
    [InlineData("(a?)^b", "after what may be empty")]
    [InlineData("^*a", "a quantifier after an assertion")]
    [InlineData("(?<!a)b", "lookbehind")]
    [InlineData("(?>a)", "atomic")]
    [InlineData("a++", "possessive")]
    [InlineData("(?i)a", "inline options")]
    [InlineData(@"\bfox\b", "word boundary")]
    [InlineData("(a", "without its ')'")]
    [InlineData("a)", "without its '('")]
    [InlineData("[a", "without its ']'")]
    [InlineData("[b-a]", "before its start")]
    [InlineData("*a", "nothing before it")]
    [InlineData("a{3,2}", "more than the most")]
    [InlineData(@"\p{Klingon}", "general categories")]
    [InlineData("a{,3}", "{0,3}")]
    [InlineData(@"\q", "the escape \\q")]
    [InlineData("a{99999}", "at most 10000")]
    [InlineData("[a-z-[b]]", "subtraction")]
    public void New_WhatIsNotUnderstood_IsRefusedByName(string expression, string part) =>
        Assert.Contains(part, Assert.Throws<ArgumentException>(() => new RegexMatch(expression)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("(a|b)*a(a|b){40}")]
    [InlineData("(((a{50}){50}){50}){50}")]
    [InlineData(@"(\p{L}{1,100}){1,100}")]
    [InlineData("(x+x+)+y(.*a.{30}){3}")]
    public void New_WhatGrowsTooLarge_IsRefusedInBoundedTime(string expression)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("too large", Assert.Throws<ArgumentException>(() => new RegexMatch(expression)).Message, StringComparison.Ordinal);
        // allocations are the work, whatever else the machine does
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4L << 30);
    }

    [Fact]
    public void New_CatastrophicForBacktracking_IsAnAutomatonLikeAnyOther()
    {
        var matcher = new Matcher("(a+)+b|(a|aa)*c");
        Assert.False(matcher.IsMatch(new string('a', 5000)));
        Assert.True(matcher.IsMatch(new string('a', 5000) + "c"));
    }

    [Fact]
    public void New_GroupsNestedWithoutEnd_AreRefused() =>
        Assert.Contains("nested", Assert.Throws<ArgumentException>(() => new RegexMatch(new string('(', 5000) + new string(')', 5000))).Message, StringComparison.Ordinal);

    [Fact]
    public void New_RandomGarbage_IsReadOrRefusedAsSuch()
    {
        var random = new Random(5);
        for (var i = 0; i < 3000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => Garbage[random.Next(Garbage.Length)]));
            try
            {
                _ = new RegexMatch(text);
            }
            catch (ArgumentException fault)
            {
                Assert.Contains("regular expression", fault.Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Open_VocabularyLacksACharacter_RefusalNamesIt()
    {
        var letters = ByteTokenizer.Of("", "a", "b", "ab");
        var fault = Assert.Throws<UnsatisfiableConstraintException>(() => new RegexMatch(@"\{a+\}").Open(Generation.Context(letters, "", 20, 0)));
        Assert.Contains("'{', '}'", fault.Message, StringComparison.Ordinal);
        fault = Assert.Throws<UnsatisfiableConstraintException>(() => new RegexMatch("bb|aa").Open(Generation.Context(ByteTokenizer.Of("", "ba", "ab"), "", 20, 0)));
        Assert.Contains("no tokens of this vocabulary", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_ContradictoryExpressions_AreRefused()
    {
        var letters = ByteTokenizer.Of("", "a", "b", "ab");
        var fault = Assert.Throws<UnsatisfiableConstraintException>(() => new AllOf(new RegexMatch("a+"), new RegexMatch("b+")).Open(Generation.Context(letters, "", 20, 0)));
        Assert.Contains("no text at all", fault.Message, StringComparison.Ordinal);
        Assert.Throws<UnsatisfiableConstraintException>(() => new AllOf(new RegexMatch("a+"), new CharacterCount(3, 4), new WordCount(2, 3)).Open(Generation.Context(letters, "", 20, 0)));
    }

    [Fact]
    public void TokensNeeded_CountsTokensOfTheVocabularyAndTheEnd()
    {
        var context = Generation.Context(ByteTokenizer.Of("", "a", "aaa"), "", 20, 0);
        using var session = new RegexMatch("a{8}").Open(context);
        Assert.Equal(2 + 2 + 1, session.TokensNeeded(context.Root));
    }

    [Fact]
    public void Open_ModelWithoutEndOfSequence_IsRefused() =>
        Assert.Contains("end-of-sequence", Assert.Throws<UnsatisfiableConstraintException>(() => new RegexMatch("a").Open(Generation.Context(ByteTokenizer.Of("", "a")))).Message, StringComparison.Ordinal);

    /// <summary>Reads whether a text matches from the constraint's states, byte by byte.</summary>
    private sealed class Matcher(string expression)
    {
        private static readonly ByteTokenizer Bytes = new([[], .. Enumerable.Range(0, 256).Select(value => new[] { (byte)value })]);

        private readonly RegexMatch _constraint = new(expression);

        public bool IsMatch(string text)
        {
            var context = Generation.Context(Bytes, "", 6000, 0);
            try
            {
                using var session = _constraint.Open(context);
                var node = context.Root;
                foreach (var value in Encoding.UTF8.GetBytes(text)) node = context.Tree.Append(node, value + 1);
                return session.Accepts(node);
            }
            catch (UnsatisfiableConstraintException)
            {
                // [^x] and the like may leave nothing at all
                return false;
            }
        }
    }
}
