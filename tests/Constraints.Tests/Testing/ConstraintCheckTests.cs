using DecodeAlign.Constraints;
using DecodeAlign.Decoding;
using DecodeAlign.Text;

namespace DecodeAlign.Tests;

public class ConstraintCheckTests
{
    private static readonly ByteTokens Tokens = new();

    public static TheoryData<string> Own => ["words", "sentences", "characters", "regex", "choice", "include", "exclude", "all", "schema", "grammar", "predicate", "after", "whole words", "whole characters", "jump", "jump choice", "jump grammar"];

    [Theory]
    [MemberData(nameof(Own))]
    public void Run_OurOwnConstraints_KeepTheContract(string name)
    {
        IConstraint constraint = name switch
        {
            "words" => new WordCount(1, 3),
            "sentences" => new SentenceCount(1, 2),
            "characters" => new CharacterCount(2, 9),
            "regex" => new RegexMatch("(ab|c)*d"),
            "choice" => new OneOf("yes", "no"),
            "include" => new RequiredPhrases([Keyword.Of("ab")]),
            "exclude" => new ForbiddenPhrases([Keyword.Of("a")]),
            "all" => new AllOf(new RequiredPhrases([Keyword.Of("ab")]), new WordCount(1, 4), new SentenceEnd()),
            "schema" => new JsonSchema("""{"enum": ["a", 1, null]}"""),
            "grammar" => new GrammarMatch("root ::= \"(\" root \")\" | \"a\""),
            "whole words" => new AllOf(new WordCount(1, 4), new SentenceEnd(wholeWords: true)),
            "whole characters" => new AllOf(new CharacterCount(2, 30), new SentenceEnd(wholeWords: true)),
            "jump" or "jump choice" or "jump grammar" => new JumpForward(Jumping(name)),
            "after" => new AfterMarker("a", new OneOf("b", "c")),
            _ => new TextPredicate("no b", text => !text.Contains('b', StringComparison.Ordinal)),
        };
        var whole = constraint as TextConstraint;
        ConstraintCheck.Run(constraint, Tokens, new() { Reference = (prompt, text) => whole?.IsMetBy(text, prompt) ?? (name.StartsWith("jump", StringComparison.Ordinal) ? Jumping(name).IsMetBy(text) : !text.Contains('b', StringComparison.Ordinal)) });
    }

    private static TextConstraint Jumping(string name) => name switch
    {
        "jump" => new JsonSchema("""{"type":"object","properties":{"ab":{"enum":["ab","b"]},"abn":{"type":"null"}},"required":["ab"]}"""),
        "jump choice" => new OneOf("abab yes", "abab no", "ab"),
        _ => new GrammarMatch("root ::= \"ab(\" root \")ab\" | \"a\""),
    };

    public static TheoryData<Fault, string> Faults => new()
    {
        { Fault.ForgetsTheEnd, "are needed after it" },
        { Fault.EndsTooSoon, "the end is allowed where the text may not end" },
        { Fault.AcceptsTooMuch, "the reference says that it does not meet what is required" },
        { Fault.AllowsAgain, "in a mask where even tokens were forbidden" },
        { Fault.SaysNothing, "Restrict returned False" },
        { Fault.ForbidsAll, "no token is allowed" },
        { Fault.DependsOnOrder, "token 3 " },
        { Fault.NeverLowers, "no allowed token lowers that" },
        { Fault.StillNeedsAfterTheEnd, "no allowed token lowers that" },
        { Fault.EndsWithTokensNeeded, "has ended, and 1 tokens are still needed" },
        { Fault.RefusesAll, "every text was refused" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Run_AFault_IsFound(Fault fault, string said)
    {
        var found = Assert.Throws<InvalidOperationException>(() => ConstraintCheck.Run(new EvenLetters(fault), Tokens, new() { Reference = (_, text) => text.Length % 2 == 0 }));
        Assert.Contains(said, found.Message, StringComparison.Ordinal);
        Assert.Contains("constraint 'even'", found.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_WithoutAFault_FindsNone() => ConstraintCheck.Run(new EvenLetters(Fault.None), Tokens, new() { Reference = (_, text) => text.Length % 2 == 0 });

    [Fact]
    public void Run_NoEndToken_IsRefused() => Assert.Throws<ArgumentException>(() => ConstraintCheck.Run(new EvenLetters(Fault.None), new ByteTokens(special: false)));

    public enum Fault
    {
        None,
        ForgetsTheEnd,
        EndsTooSoon,
        AcceptsTooMuch,
        AllowsAgain,
        SaysNothing,
        ForbidsAll,
        DependsOnOrder,
        NeverLowers,
        StillNeedsAfterTheEnd,
        EndsWithTokensNeeded,
        RefusesAll,
    }

    /// <summary>The letters a to d and a few marks, one a token, and the end.</summary>
    private sealed class ByteTokens(bool special = true) : ITokenizer
    {
        private static readonly byte[][] Bytes = [[], .. "abcdeyno1ul(){}[]\":,. \n-".Select(letter => new[] { (byte)letter }), "ab"u8.ToArray(), " a"u8.ToArray()];

        public int VocabularySize => Bytes.Length;

        public string Fingerprint => "bytes";

        public int[] Encode(string text, bool addSpecialTokens = true) => [.. text.Select(letter => Array.FindIndex(Bytes, bytes => bytes.Length == 1 && bytes[0] == letter))];

        public string Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens = true) => GeneratedText.Decode(this, ids);

        public ReadOnlySpan<byte> TokenBytes(int id) => Bytes[id];

        public string TokenText(int id) => System.Text.Encoding.UTF8.GetString(Bytes[id]);

        public bool IsSpecial(int id) => special && id == 0;
    }

    /// <summary>An even number of letters, with a fault.</summary>
    private sealed class EvenLetters(Fault fault) : IConstraint
    {
        public string Name => "even";

        public IConstraintSession Open(GenerationContext context) => fault == Fault.RefusesAll ? throw new UnsatisfiableConstraintException(Name, "never") : new Session(context, fault);

        private sealed class Session(GenerationContext context, Fault fault) : IConstraintSession
        {
            private int _asked;

            public int TokensNeeded(int node) => HasEnded(node) ? (fault is Fault.StillNeedsAfterTheEnd or Fault.EndsWithTokensNeeded ? 1 : 0) : fault == Fault.EndsWithTokensNeeded ? context.Text(node).Length % 2 == 0 ? 2 : 3 : fault == Fault.NeverLowers ? 1 : context.Text(node).Length % 2 == 0 ? 1 : 2;

            public bool Accepts(int node) => fault == Fault.AcceptsTooMuch || context.Text(node).Length % 2 == 0;

            public bool Restrict(int node, int tokensLeft, TokenMask allowed)
            {
                _asked++;
                if (fault == Fault.AllowsAgain) allowed.SetAll();
                if (fault == Fault.ForbidsAll) allowed.Clear();
                var forbade = fault == Fault.ForbidsAll;
                for (var token = 0; token < allowed.VocabularySize; token++)
                {
                    var length = context.Text(node).Length + context.Tokenizer.TokenBytes(token).Length;
                    var fits = token == 0 ? length % 2 == 0 || fault is Fault.EndsTooSoon or Fault.AcceptsTooMuch : fault == Fault.ForgetsTheEnd || (length % 2 == 0 ? 1 : 2) + (fault == Fault.EndsWithTokensNeeded ? 1 : 0) < tokensLeft;
                    if (fault == Fault.NeverLowers) fits = token != 0 && tokensLeft > 1;
                    if (fault == Fault.DependsOnOrder && token == 3 && _asked > 2) fits = false;
                    if (fits || !allowed[token]) continue;
                    allowed[token] = false;
                    forbade = true;
                }
                return forbade && fault != Fault.SaysNothing;
            }

            public void Dispose()
            {
            }

            private bool HasEnded(int node) => node != context.Root && context.Tree.Token(node) == 0;
        }
    }
}
