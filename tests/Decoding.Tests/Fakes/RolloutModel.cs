using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

/// <summary>A model that rolls out by itself, as a remote server would, and keeps no KV; it counts its calls.</summary>
internal sealed class RolloutModel(TableEngine engine, int vocabularySize) : ILanguageModel
{
    public int Rollouts { get; private set; }

    /// <summary>Tokens that it drew by itself.</summary>
    public int Drawn { get; private set; }

    public ModelFacts Facts { get; init; } = engine.Facts;

    public ITokenizer Tokenizer { get; } = new LetterTokenizer(vocabularySize);

    public ValueTask<IModelSession> OpenAsync(TokenTree tree, int maxNodes, CancellationToken cancellationToken = default) => new(new Session(this, engine, tree));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private sealed class Session(RolloutModel model, TableEngine engine, TokenTree tree) : IContinuationSession
    {
        public SessionStatistics Statistics => default;

        public ValueTask EvaluateAsync(ReadOnlyMemory<EvaluationRequest> requests, CancellationToken cancellationToken = default)
        {
            foreach (var request in requests.Span) LogitReader.Read(engine.Logits(tree.Path(TokenTree.Empty, request.Node)), request);
            return ValueTask.CompletedTask;
        }

        public ValueTask<IReadOnlyList<IReadOnlyList<TokenLogProbability>>> ContinueAsync(ReadOnlyMemory<ContinuationRequest> requests, CancellationToken cancellationToken = default)
        {
            model.Rollouts++;
            var continued = new List<IReadOnlyList<TokenLogProbability>>();
            foreach (var request in requests.Span)
            {
                var path = tree.Path(TokenTree.Empty, request.Node);
                var tokens = new List<TokenLogProbability>();
                // of what is drawn, a few tokens at a time
                for (var s = 0; s < (request.Sampling is null ? request.Steps : Math.Min(3, request.Steps)); s++)
                {
                    var token = request.Sampling is null ? Best(path) : Drawn(path, request.Seed);
                    tokens.Add(token);
                    path = [.. path, token.Token];
                    if (engine.Facts.IsEos(token.Token)) break;
                }
                continued.Add(tokens);
            }
            return new(continued);
        }

        private TokenLogProbability Best(int[] path)
        {
            var top = new TokenLogProbability[1];
            LogitReader.Read(engine.Logits(path), new() { Node = 1, Top = top });
            return top[0];
        }

        // temperature 1, the whole distribution
        private TokenLogProbability Drawn(int[] path, ulong seed)
        {
            model.Drawn++;
            var all = new double[engine.Facts.VocabularySize];
            LogitReader.Read(engine.Logits(path), new() { Node = 1, LogProbabilities = all });
            var left = Randomness.Uniform(seed, path.Aggregate(0UL, (hash, token) => Randomness.Mix(hash, (ulong)token)), DrawPurpose.Candidate);
            var at = 0;
            while (at < all.Length - 1 && (left -= Math.Exp(all[at])) >= 0) at++;
            return new(at, all[at]);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
