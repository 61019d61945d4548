using System.Runtime.CompilerServices;
using DecodeAlign.Decoding;
using DecodeAlign.Heuristics;
using DecodeAlign.Text;

namespace DecodeAlign.Tests;

/// <summary>A heuristic made for a request goes with it, however long the tokenizer lives.</summary>
public class LifetimeTests
{
    private static readonly Dictionary<string, Func<IHeuristic>> Kinds = new()
    {
        ["coverage"] = () => new KeywordCoverage([Keyword.Of("ab"), Keyword.Of("b")]),
        ["sentiment"] = () => new LexiconSentiment(new Dictionary<string, double> { ["ab"] = 1, ["b"] = -2 }),
    };

    public static TheoryData<string, bool> Cases => [.. Kinds.Keys.SelectMany(name => new (string, bool)[] { (name, false), (name, true) })];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Open_HeuristicDroppedAndTokenizerKept_IsCollected(string kind, bool bounds)
    {
        var tokenizer = ByteTokenizer.Of("ab", " ", "b");
        var dropped = Use(kind, tokenizer, bounds);
        for (var attempt = 0; attempt < 20 && dropped.IsAlive; attempt++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        Assert.False(dropped.IsAlive);
        GC.KeepAlive(tokenizer);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference Use(string kind, ITokenizer tokenizer, bool bounds)
    {
        var heuristic = Kinds[kind]();
        var context = Generation.Context(tokenizer);
        using var session = heuristic.Open(context);
        if (bounds) Assert.True(session.Bounds(context.Root, 5).Greatest > 0);
        return new(heuristic);
    }
}
