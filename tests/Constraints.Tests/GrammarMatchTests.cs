using System.Text;
using DecodeAlign.Constraints;
using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

public class GrammarMatchTests
{
    private static readonly ByteTokenizer Bytes = new([[], .. Enumerable.Range(0, 256).Select(value => new[] { (byte)value })]);

    private const string Balanced = """
        # brackets, left-recursive and ambiguous on purpose
        root ::= root root
               | "(" root ")" | ""
        """;

    [Fact]
    public void Accepts_RandomGrammars_AgreesWithTheTableOfSpans()
    {
        var (accepted, all) = (0, 0);
        for (var seed = 0; seed < 150; seed++)
        {
            var test = new GrammarCase(seed, 3, 3);
            var context = Generation.Context(Bytes, "", 60, 0);
            if (Open(new GrammarMatch(test.Text), context) is not { } session) continue;
            foreach (var text in AllTexts("ab()é", 4))
            {
                var node = context.Root;
                foreach (var value in Encoding.UTF8.GetBytes(text)) node = context.Tree.Append(node, value + 1);
                Assert.True(test.Derives(text) == session.Accepts(node), $"{test.Text}: '{text}' {test.Derives(text)}");
                all++;
                if (session.Accepts(node)) accepted++;
            }
        }
        Assert.True(accepted > 300 && all > 50_000, $"{accepted} of {all}");
    }

    [Fact]
    public void Accepts_BalancedBrackets_DeepAndWide()
    {
        Assert.True(Accepts(Balanced, new string('(', 200) + new string(')', 200)));
        Assert.True(Accepts(Balanced, string.Concat(Enumerable.Repeat("(())", 100))));
        Assert.False(Accepts(Balanced, "(()"));
    }

    [Theory]
    [InlineData("root ::= [a-c]{2,3} \"\\n\" .?", "abc\n🦊", "abcd\n")]
    [InlineData("root ::= \"\\u00e9\\x41\\\"\" x\nx ::= [^x\\]]+ # a class", "éA\"byc", "éA\"")]
    [InlineData("root::=(\"a\"|\"b\")+ tail\ntail::=\"!\"", "abba!", "abba")]
    public void Accepts_Notation_AsDocumented(string grammar, string matching, string other)
    {
        Assert.True(Accepts(grammar, matching));
        Assert.False(Accepts(grammar, other));
    }

    [Theory]
    [InlineData("", "'root' is missing")]
    [InlineData("root ::= a", "line 1: rule 'a' is not defined")]
    [InlineData("root ::= \"a\"\nroot ::= \"b\"", "line 2: rule 'root' is defined twice")]
    [InlineData("root ::= (\"a\"", "'(' without its ')'")]
    [InlineData("root ::= \"a", "closing")]
    [InlineData("root ::= \"\\q\"", "the escape \\q")]
    [InlineData("root ::= \"a\"{3,1}", "counts")]
    [InlineData("root ::= [b-a]", "before its start")]
    [InlineData("root = a", "is expected")]
    [InlineData("root ::= \"a\"{1,10000}{1,10000}", "too large")]
    [InlineData("root ::= x{9999}\nx ::= [a-z]{9999}[a-z]{9999}", "too large")]
    public void New_WhatIsNotUnderstood_IsRefused(string grammar, string part) =>
        Assert.Contains(part, Assert.Throws<ArgumentException>(() => new GrammarMatch(grammar)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("root ::= \"a\" root", "no text at all")]
    [InlineData("root ::= \"a\" root \"b\" | \"c\" root", "no text at all")]
    [InlineData("root ::= \"a\" root \"é\" | \"b\"", null)]
    public void Open_NoDerivation_IsRefused(string grammar, string? part)
    {
        var context = Generation.Context(Bytes, "", 20, 0);
        if (part is null) Assert.Equal(2, new GrammarMatch(grammar).Open(context).TokensNeeded(context.Root));
        else Assert.Contains(part, Assert.Throws<UnsatisfiableConstraintException>(() => new GrammarMatch(grammar).Open(context)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_VocabularyLacksACharacter_RefusalNamesIt()
    {
        var letters = ByteTokenizer.Of("", "(", "a");
        var fault = Assert.Throws<UnsatisfiableConstraintException>(() => new GrammarMatch("root ::= \"(\" root \")\" | \"(a)\"").Open(Generation.Context(letters, "", 20, 0)));
        Assert.Contains("')'", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_MoreThanTheLimitHolds_IsRefusedByItsLeastBytes()
    {
        var fault = Assert.Throws<UnsatisfiableConstraintException>(() => new GrammarMatch("root ::= \"(\" root \")\" | \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"").Open(Generation.Context(Bytes, "", 20, 0)));
        Assert.Contains("29 bytes", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void And_TwoContextFreeParts_IsRefused() =>
        Assert.Contains("at most one", Assert.Throws<ArgumentException>(() => new AllOf(new GrammarMatch(Balanced), new GrammarMatch(Balanced))).Message, StringComparison.Ordinal);

    [Fact]
    public void New_RandomGarbage_IsReadOrRefusedAsSuch()
    {
        string[] pieces = ["root", " ::= ", "\"", "a", "|", "(", ")", "[", "]", "{", "}", "*", "\n", "#", "\\", "1", ",", "x ::= "];
        var random = new Random(3);
        for (var i = 0; i < 2000; i++)
        {
            var text = (random.Next(2) == 0 ? "root ::= " : "") + string.Concat(random.GetItems(pieces, random.Next(12)));
            try
            {
                _ = new GrammarMatch(text);
            }
            catch (ArgumentException fault)
            {
                Assert.StartsWith("grammar: ", fault.Message, StringComparison.Ordinal);
            }
        }
    }

    private static bool Accepts(string grammar, string text)
    {
        var context = Generation.Context(Bytes, "", 2000, 0);
        using var session = new GrammarMatch(grammar).Open(context);
        var node = context.Root;
        foreach (var value in Encoding.UTF8.GetBytes(text)) node = context.Tree.Append(node, value + 1);
        return session.Accepts(node);
    }

    private static IConstraintSession? Open(GrammarMatch grammar, GenerationContext context)
    {
        try
        {
            return grammar.Open(context);
        }
        catch (UnsatisfiableConstraintException)
        {
            return null;
        }
    }

    private static IEnumerable<string> AllTexts(string letters, int most) =>
        most == 0 ? [""] : AllTexts(letters, most - 1).SelectMany(text => text.Length == most - 1 ? letters.Select(letter => text + letter).Prepend(text) : [text]);
}
