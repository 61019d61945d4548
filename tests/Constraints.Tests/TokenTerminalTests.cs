using System.Text;
using DecodeAlign.Constraints;
using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

/// <summary>Grammars that name tokens: control tokens without text, and tokens with one.</summary>
public class TokenTerminalTests
{
    private const int Think = 1, Done = 2, Call = 3;

    private static readonly ControlTokens Tokens = new();

    private static readonly GrammarMatch Thinking = new("""
        root   ::= <think> [a-z ]{0,20} <[2]> answer
        answer ::= "yes" | "no" | <call> "{" [0-9]{1,3} "}"
        """);

    [Theory]
    [InlineData(16)]
    [InlineData(40)]
    [InlineData(400)]
    public void Restrict_RandomChoices_TokensStandWhereTheGrammarNamesThem(int limit)
    {
        var calls = 0;
        for (var seed = 0; seed < 200; seed++)
        {
            var (random, context) = (new Random(seed), Generation.Context(Tokens, "", limit, 0));
            using var session = Thinking.Open(context);
            Assert.InRange(session.TokensNeeded(context.Root), 1, limit);
            var (node, path) = (context.Root, new List<int>());
            for (var left = limit; ; left--)
            {
                Assert.True(left > 0 && session.TokensNeeded(node) <= left, "cut short");
                var mask = new TokenMask(Tokens.VocabularySize, allowed: true);
                session.Restrict(node, left, mask);
                var allowed = Enumerable.Range(0, Tokens.VocabularySize).Where(token => mask[token]).ToList();
                var token = allowed[random.Next(allowed.Count)];
                if (token == 0) break;
                path.Add(token);
                node = context.Tree.Append(node, token);
            }
            // judged by the ids alone
            Assert.Equal((Think, 1, 1), (path[0], path.Count(token => token == Think), path.Count(token => token == Done)));
            var after = path[(path.IndexOf(Done) + 1)..];
            Assert.Matches("^[a-z ]{0,20}$", Text(path[1..path.IndexOf(Done)]));
            if (after[0] == Call) calls++;
            Assert.Matches(after[0] == Call ? "^\\{[0-9]{1,3}\\}$" : "^(yes|no)$", Text(after[0] == Call ? after[1..] : after));
            Assert.True(Thinking.IsMetBy(context.Text(node)), context.Text(node));
        }
        Assert.InRange(calls, 1, 199);
    }

    [Fact]
    public void Restrict_TokenThatIsNamedAndHasText_IsEither()
    {
        // 'yes' is a token of its own, which the grammar names, and may be spelled as text
        var id = Tokens.Find("yes");
        var grammar = new GrammarMatch($"root ::= <[{id}]> \"!\" | \"yes\" \"?\" | \"y\" \"es.\"");
        var context = Generation.Context(Tokens, "", 20, 0);
        using var session = grammar.Open(context);
        Assert.Equal(["y", "yes"], Allowed(session, context.Root).Select(Tokens.TokenText).Order());
        // read as the one that is named
        Assert.Equal(["!"], Allowed(session, context.Tree.Append(context.Root, id)).Select(Tokens.TokenText));
        Assert.Equal(["e"], Allowed(session, context.Tree.Append(context.Root, Tokens.Find("y"))).Select(Tokens.TokenText));
    }

    [Theory]
    [InlineData("root ::= <nothing>", "<nothing>")]
    [InlineData("root ::= <[99999]>", "<[99999]>")]
    [InlineData("root ::= <[0]>", "ends the text")]
    public void Open_TokenThatTheVocabularyLacks_IsRefused(string grammar, string named) =>
        Assert.Contains(named, Assert.Throws<UnsatisfiableConstraintException>(() => new GrammarMatch(grammar).Open(Generation.Context(Tokens, "", 20, 0))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("root ::= !<think>", "'!'")]
    [InlineData("root ::= <[x]>", "whole number")]
    [InlineData("root ::= < think>", "<text>")]
    public void Parse_WhatIsNotUnderstood_IsRefused(string grammar, string named) => Assert.Contains(named, Assert.Throws<ArgumentException>(() => new GrammarMatch(grammar)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("root ::= \"a\"{,3}", "|a|aa|aaa", "aaaa")]
    [InlineData("root ::= \"a\"{2,}", "aa|aaa", "a")]
    public void Counts_WithoutAnEnd_AreRead(string grammar, string taken, string not)
    {
        var match = new GrammarMatch(grammar);
        Assert.All(taken.Split('|'), text => Assert.True(match.IsMetBy(text)));
        Assert.False(match.IsMetBy(not));
    }

    private static int[] Allowed(IConstraintSession session, int node)
    {
        var mask = new TokenMask(Tokens.VocabularySize, allowed: true);
        session.Restrict(node, 15, mask);
        return [.. Enumerable.Range(0, Tokens.VocabularySize).Where(token => mask[token])];
    }

    private static string Text(IEnumerable<int> path) => Encoding.UTF8.GetString([.. path.SelectMany(id => Tokens.TokenBytes(id).ToArray())]);

    /// <summary>An end, three control tokens, every byte, and a few words.</summary>
    private sealed class ControlTokens : ITokenizer
    {
        private static readonly string[] Controls = ["<end>", "<think>", "</think>", "<call>"];
        private readonly byte[][] _bytes = [.. Controls.Select(_ => Array.Empty<byte>()), .. Enumerable.Range(0, 256).Select(value => new[] { (byte)value }), "yes"u8.ToArray(), "ab"u8.ToArray(), "12"u8.ToArray()];

        public int VocabularySize => _bytes.Length;

        public string Fingerprint => "control";

        public int Find(string text) => Enumerable.Range(0, VocabularySize).First(id => TokenText(id) == text);

        public int[] Encode(string text, bool addSpecialTokens = true) => [.. Encoding.UTF8.GetBytes(text).Select(value => value + Controls.Length)];

        public string Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens = true) => GeneratedText.Decode(this, ids);

        public ReadOnlySpan<byte> TokenBytes(int id) => _bytes[id];

        public string TokenText(int id) => IsSpecial(id) ? Controls[id] : Encoding.UTF8.GetString(_bytes[id]);

        public bool IsSpecial(int id) => id < Controls.Length;
    }
}
