using DecodeAlign.Decoding;

namespace DecodeAlign.Heuristics;

/// <summary>A function over whole texts, as a heuristic.</summary>
internal sealed class TextHeuristic : IHeuristic
{
    private readonly HeuristicBounds _bounds;
    private readonly Func<IReadOnlyList<string>, CancellationToken, ValueTask<IReadOnlyList<double>>> _score;

    public TextHeuristic(string name, HeuristicBounds? bounds, Func<IReadOnlyList<string>, CancellationToken, ValueTask<IReadOnlyList<double>>> score)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        Name = name;
        _score = score;
        _bounds = bounds ?? HeuristicBounds.Unbounded;
        if (!(_bounds.Least <= _bounds.Greatest)) throw new ArgumentException($"bounds [{_bounds.Least}, {_bounds.Greatest}] are not an interval", nameof(bounds));
    }

    public string Name { get; }

    public ValueTask<IHeuristicSession> OpenAsync(GenerationContext context, ModelSessions sessions, CancellationToken cancellationToken = default) => new(new Session(this, context));

    private sealed class Session(TextHeuristic heuristic, GenerationContext context) : IHeuristicSession
    {
        public async ValueTask ScoreAsync(ReadOnlyMemory<ScoreRequest> requests, Memory<double> values, CancellationToken cancellationToken)
        {
            var texts = new string[requests.Length];
            for (var i = 0; i < texts.Length; i++) texts[i] = context.Text(requests.Span[i].Node);
            var scores = await heuristic._score(texts, cancellationToken).ConfigureAwait(false);
            if (scores is null || scores.Count != texts.Length)
                throw new HeuristicException(heuristic.Name, $"returned {scores?.Count ?? 0} scores for {texts.Length} texts");
            for (var i = 0; i < texts.Length; i++)
            {
                if (!double.IsFinite(scores[i])) throw new HeuristicException(heuristic.Name, $"returned {scores[i]}, which is not finite");
                // an interval that was promised and is left would make the search drop candidates that should win
                if (!(scores[i] >= heuristic._bounds.Least && scores[i] <= heuristic._bounds.Greatest))
                    throw new HeuristicException(heuristic.Name, $"returned {scores[i]}, which is not in [{heuristic._bounds.Least}, {heuristic._bounds.Greatest}]");
                values.Span[i] = scores[i];
            }
        }

        public HeuristicBounds Bounds(int node, int tokensLeft) => heuristic._bounds;

        public void Dispose()
        {
        }
    }
}
