using System.Globalization;
using DecodeAlign.Constraints;
using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

/// <summary>Compiling, planning and making masks are given up when their token says so, and leave nothing half done.</summary>
public class CancellationTests
{
    private static readonly CancellationToken Cancelled = new(canceled: true);

    private static readonly string LargeSchema = "{\"type\":\"object\",\"properties\":{" + string.Join(',', Enumerable.Range(0, 400).Select(i => string.Create(CultureInfo.InvariantCulture, $"\"property{i}\":{{\"type\":\"string\",\"pattern\":\"^[a-z]{{2,{i % 7 + 3}}}{i}$\"}}"))) + "},\"additionalProperties\":{\"type\":\"integer\"}}";

    private static readonly string LargeGrammar = "root ::= " + string.Join(" | ", Enumerable.Range(0, 400).Select(i => $"r{i}")) + "\n" + string.Concat(Enumerable.Range(0, 400).Select(i => $"r{i} ::= \"{i}:\" [a-z]{{0,40}} (\"(\" root \")\")?\n"));

    private static readonly TextConstraint[] Parts = [new RegexMatch("[ab]*a[ab]{8}"), new RegexMatch("([ab]{3})*"), new RegexMatch("([ab]{7})*")];

    public static TheoryData<string> Constructors => ["schema", "grammar", "expression", "choice", "tools", "all"];

    [Theory]
    [MemberData(nameof(Constructors))]
    public void Constructor_CancelledToken_StopsWithNextToNoWork(string kind)
    {
        // the first throw of a process loads what exceptions need: each way is gone once before it is measured, and the least of three counts
        var all = Least(() => Make(kind, CancellationToken.None));
        Assert.InRange(Least(() => Assert.Throws<OperationCanceledException>(() => Make(kind, Cancelled))), 0, all / 3);
    }

    [Theory]
    [InlineData("schema")]
    [InlineData("grammar")]
    [InlineData("expression")]
    public async Task Session_CancelledBetweenAndWithinMasks_IsAsIfNothingHadBeenBegun(string kind)
    {
        var tokens = ByteTokenizer.Of(["", .. Enumerable.Range(0x20, 0x5F).Select(value => ((char)value).ToString()), .. Enumerable.Range(0, 2000).Select(i => string.Create(CultureInfo.InvariantCulture, $"{(char)('a' + i % 26)}{(char)('a' + i / 26 % 26)}{i}"))]);
        var (undisturbed, disturbed) = ((TextConstraint)Make(kind, CancellationToken.None), (TextConstraint)Make(kind, CancellationToken.None));
        var random = new Random(1);
        var context = Generation.Context(tokens, "", 200, 0);
        using var session = undisturbed.Open(context);
        Assert.Throws<OperationCanceledException>(() => disturbed.Open(context with { CancellationToken = Cancelled }));
        var (node, stopped) = (context.Root, 0);
        for (var left = 200; left > 175; left--)
        {
            using (var source = new CancellationTokenSource())
            {
                var other = Task.Run(() => { for (var spin = random.Next(2000); spin > 0; spin--) Thread.SpinWait(1); source.Cancel(); });
                try
                {
                    using var interrupted = disturbed.Open(context with { CancellationToken = source.Token });
                    interrupted.Restrict(node, left, new(tokens.VocabularySize, allowed: true));
                }
                catch (OperationCanceledException)
                {
                    stopped++;
                }
                await other;
                using var late = disturbed.Open(context);
                Compare(late, session, node, left, tokens.VocabularySize);
            }
            var mask = new TokenMask(tokens.VocabularySize, allowed: true);
            session.Restrict(node, left, mask);
            var allowed = Enumerable.Range(0, tokens.VocabularySize).Where(token => mask[token]).ToList();
            var token = allowed[random.Next(allowed.Count)];
            if (token == 0) break;
            node = context.Tree.Append(node, token);
        }
    }

    [Fact]
    public void Session_CancelledToken_StopsAColdMask()
    {
        var context = Generation.Context(SchemaText.Bytes, "", 5000, 0);
        using var source = new CancellationTokenSource();
        var schema = new JsonSchema(LargeSchema);
        using var session = schema.Open(context with { CancellationToken = source.Token });
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() => session.Restrict(context.Root, 5000, new(SchemaText.Bytes.VocabularySize, allowed: true)));
        using var other = schema.Open(context);
        var mask = new TokenMask(SchemaText.Bytes.VocabularySize, allowed: true);
        other.Restrict(context.Root, 5000, mask);
        Assert.True(mask['{' + 1]);
        Assert.Equal(1, mask.Count);
    }

    private static void Compare(IConstraintSession left, IConstraintSession right, int node, int tokensLeft, int size)
    {
        var (one, other) = (new TokenMask(size, allowed: true), new TokenMask(size, allowed: true));
        left.Restrict(node, tokensLeft, one);
        right.Restrict(node, tokensLeft, other);
        Assert.True(one.Words.SequenceEqual(other.Words));
        Assert.Equal((right.TokensNeeded(node), right.Accepts(node)), (left.TokensNeeded(node), left.Accepts(node)));
    }

    private static long Least(Action work)
    {
        work();
        return Enumerable.Range(0, 3).Min(_ =>
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            work();
            return GC.GetAllocatedBytesForCurrentThread() - before;
        });
    }

    private static object Make(string kind, CancellationToken token) => kind switch
    {
        "schema" => new JsonSchema(LargeSchema, cancellationToken: token),
        "grammar" => new GrammarMatch(LargeGrammar, token),
        "expression" => new RegexMatch("(a|b)*a(a|b){8}(c|d)*c(c|d){5}", token),
        "choice" => new OneOf(Enumerable.Range(0, 1000).Select(i => string.Create(CultureInfo.InvariantCulture, $"{i * 7919L}")), token),
        "tools" => new ToolCalls([.. Enumerable.Range(0, 200).Select(i => new Tool($"tool{i}", JsonSchema.AnyObject))], cancellationToken: token),
        _ => new AllOf(Parts, token),
    };
}
