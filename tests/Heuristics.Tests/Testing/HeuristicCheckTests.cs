using DecodeAlign.Decoding;
using DecodeAlign.Heuristics;
using DecodeAlign.Text;

namespace DecodeAlign.Tests;

public class HeuristicCheckTests
{
    private static readonly ByteTokenizer Tokenizer = ByteTokenizer.Of("a", "b", " ");

    [Fact]
    public async Task Run_RightHeuristics_Passes()
    {
        await HeuristicCheck.RunAsync(new KeywordCoverage([Keyword.Of("ab"), Keyword.Of("b")]), Tokenizer);
        await HeuristicCheck.RunAsync(
            Heuristic.FromText("letters", text => text.Count(letter => letter == 'a')), Tokenizer,
            new() { Reference = (_, text, _) => text.Split('a').Length - 1 });
    }

    [Fact]
    public Task Run_StateThatIsChangedInsteadOfForked_IsFound() => FoundAsync(new Wrong { Shares = true }, "after a text that parts from it");

    [Fact]
    public Task Run_ValueThatDependsOnWhatWasScoredBefore_IsFound() => FoundAsync(new ByLength(), "scored alone");

    [Fact]
    public Task Run_BoundsThatAreTooTight_IsFound() => FoundAsync(new Wrong { Greatest = 2 }, "is reached");

    [Fact]
    public Task Run_ValueThatIsNotFinite_IsFound() => FoundAsync(Heuristic.FromText("nan", text => text.Length == 3 ? double.NaN : 0), "not finite");

    [Fact]
    public Task Run_ValueThatDiffersFromTheReference_IsFound() =>
        FoundAsync(new LengthRange(2, 3), "by the reference", new() { Reference = (_, _, _) => 0 });

    private static async Task FoundAsync(IHeuristic heuristic, string expected, HeuristicCheckOptions? options = null)
    {
        var fault = await Assert.ThrowsAsync<HeuristicException>(() => HeuristicCheck.RunAsync(heuristic, Tokenizer, options));
        Assert.Contains(expected, fault.Message);
    }

    /// <summary>Counts tokens, with the faults that people make.</summary>
    private sealed class Wrong : Heuristic<List<int>>
    {
        public bool Shares { get; init; }

        public double Greatest { get; init; } = double.PositiveInfinity;

        public override string Name => "wrong";

        protected override List<int> Begin(GenerationContext context) => [];

        protected override List<int> Advance(List<int> state, int token, ReadOnlySpan<byte> bytes)
        {
            if (!Shares) return [.. state, token];
            state.Add(token);
            return state;
        }

        protected override double Score(List<int> state, bool ended) => state.Count;

        protected override HeuristicBounds Bounds(List<int> state, int tokensLeft) => new(0, Greatest);
    }

    /// <summary>Remembers by length what it should remember by text: right for one path in any order, wrong once another was scored.</summary>
    private sealed class ByLength : IHeuristic
    {
        public string Name => "by-length";

        public ValueTask<IHeuristicSession> OpenAsync(GenerationContext context, ModelSessions sessions, CancellationToken cancellationToken = default) => new(new Session(context));

        private sealed class Session(GenerationContext context) : IHeuristicSession
        {
            private readonly Dictionary<int, double> _known = [];

            public ValueTask ScoreAsync(ReadOnlyMemory<ScoreRequest> requests, Memory<double> values, CancellationToken cancellationToken)
            {
                for (var i = 0; i < requests.Length; i++)
                {
                    var node = requests.Span[i].Node;
                    _known.TryAdd(context.Tree.Depth(node), context.Tree.Token(node));
                    values.Span[i] = _known[context.Tree.Depth(node)];
                }
                return ValueTask.CompletedTask;
            }

            public void Dispose()
            {
            }
        }
    }
}
