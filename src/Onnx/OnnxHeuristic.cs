using DecodeAlign.Decoding;

namespace DecodeAlign.Onnx;

/// <summary>A function of the generated text that an ONNX model computes. A text is read whole, once for each node that it is asked at; the tokens that the model reads are counted as evaluations.</summary>
internal sealed class OnnxHeuristic : IHeuristic
{
    private readonly HeuristicBounds _bounds;
    private readonly Func<GenerationContext, (Func<string, (double Value, int Tokens)> Score, int Tokens)> _begin;

    /// <param name="name">The name.</param>
    /// <param name="bounds">What no value leaves.</param>
    /// <param name="begin">Begins on a prompt: the value of a text, and tokens that were read for it; and those that were read for the prompt.</param>
    public OnnxHeuristic(string name, HeuristicBounds bounds, Func<GenerationContext, (Func<string, (double Value, int Tokens)> Score, int Tokens)> begin)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        (Name, _bounds, _begin) = (name, bounds, begin);
    }

    public string Name { get; }

    public ValueTask<IHeuristicSession> OpenAsync(GenerationContext context, ModelSessions sessions, CancellationToken cancellationToken = default) => new(new Session(context, _bounds, _begin(context)));

    private sealed class Session(GenerationContext context, HeuristicBounds bounds, (Func<string, (double Value, int Tokens)> Score, int Tokens) begun) : IHeuristicSession
    {
        private readonly NodeTable<double> _values = new(context.Tree);
        private long _tokens = begun.Tokens;
        private long _runs = begun.Tokens > 0 ? 1 : 0;

        public SessionStatistics Work => new(_tokens, _runs, 0);

        public ValueTask ScoreAsync(ReadOnlyMemory<ScoreRequest> requests, Memory<double> values, CancellationToken cancellationToken)
        {
            for (var i = 0; i < requests.Length; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                values.Span[i] = Value(requests.Span[i].Node);
            }
            return ValueTask.CompletedTask;
        }

        public HeuristicBounds Bounds(int node, int tokensLeft) => tokensLeft == 0 && _values.TryGet(node, out var value) ? new(value, value) : bounds;

        public void Dispose()
        {
        }

        private double Value(int node)
        {
            if (_values.TryGet(node, out var known)) return known;
            var (value, tokens) = begun.Score(context.Text(node));
            (_tokens, _runs) = (_tokens + tokens, _runs + 1);
            _values.Set(node, value);
            return value;
        }
    }
}
