using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

/// <summary>A heuristic that is any function of (text, ended); with bounds where they are given.</summary>
internal sealed class TextHeuristic(Func<string, bool, double> score, HeuristicBounds? bounds = null, string name = "text") : IHeuristic
{
    public string Name => name;

    public string? AlignmentInstruction { get; init; }

    public ValueTask<IHeuristicSession> OpenAsync(GenerationContext context, ModelSessions sessions, CancellationToken cancellationToken = default) => new(new Session(context, score, bounds ?? HeuristicBounds.Unbounded));

    private sealed class Session(GenerationContext context, Func<string, bool, double> score, HeuristicBounds bounds) : IHeuristicSession
    {
        public ValueTask ScoreAsync(ReadOnlyMemory<ScoreRequest> requests, Memory<double> values, CancellationToken cancellationToken)
        {
            for (var i = 0; i < requests.Length; i++) values.Span[i] = score(context.Text(requests.Span[i].Node), requests.Span[i].Ended);
            return ValueTask.CompletedTask;
        }

        public HeuristicBounds Bounds(int node, int tokensLeft) => bounds;

        public void Dispose()
        {
        }
    }
}
