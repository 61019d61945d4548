using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

/// <summary>A heuristic whose values and bounds at each number of generated tokens are given.</summary>
internal sealed class Given(string name, Func<int, double> value, Func<int, int, HeuristicBounds>? bounds = null) : IHeuristic
{
    public string Name => name;

    /// <summary>One value everywhere, known.</summary>
    public static Given Value(string name, double value) => new(name, _ => value, (_, _) => new(value, value));

    public ValueTask<IHeuristicSession> OpenAsync(GenerationContext context, ModelSessions sessions, CancellationToken cancellationToken = default) => new(new Session(this, context));

    private sealed class Session(Given given, GenerationContext context) : IHeuristicSession
    {
        public ValueTask ScoreAsync(ReadOnlyMemory<ScoreRequest> requests, Memory<double> values, CancellationToken cancellationToken)
        {
            for (var i = 0; i < requests.Length; i++) values.Span[i] = given.ValueAt(Tokens(requests.Span[i].Node));
            return ValueTask.CompletedTask;
        }

        public HeuristicBounds Bounds(int node, int tokensLeft) => given.BoundsAt(Tokens(node), tokensLeft);

        public void Dispose()
        {
        }

        private int Tokens(int node) => context.Tree.Depth(node) - context.Tree.Depth(context.Root);
    }

    private double ValueAt(int tokens) => value(tokens);

    private HeuristicBounds BoundsAt(int tokens, int left) => bounds?.Invoke(tokens, left) ?? HeuristicBounds.Unbounded;
}
