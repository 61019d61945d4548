using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

/// <summary>A heuristic's values to nine places, for a comparison with a reference that adds in another order.</summary>
internal sealed class Rounded(IHeuristic heuristic) : IHeuristic
{
    public string Name => heuristic.Name;

    public IEnumerable<SessionNeed> Needs(GenerationContext context) => heuristic.Needs(context);

    public async ValueTask<IHeuristicSession> OpenAsync(GenerationContext context, ModelSessions sessions, CancellationToken cancellationToken = default) => new Session(await heuristic.OpenAsync(context, sessions, cancellationToken));

    private sealed class Session(IHeuristicSession inner) : IHeuristicSession
    {
        public async ValueTask ScoreAsync(ReadOnlyMemory<ScoreRequest> requests, Memory<double> values, CancellationToken cancellationToken)
        {
            await inner.ScoreAsync(requests, values, cancellationToken);
            for (var i = 0; i < requests.Length; i++) values.Span[i] = Math.Round(values.Span[i], 9);
        }

        public HeuristicBounds Bounds(int node, int tokensLeft)
        {
            var (least, greatest) = inner.Bounds(node, tokensLeft);
            return new(Math.Floor(least * 1e9) / 1e9 - 1e-9, Math.Ceiling(greatest * 1e9) / 1e9 + 1e-9);
        }

        public void Dispose() => inner.Dispose();
    }
}
