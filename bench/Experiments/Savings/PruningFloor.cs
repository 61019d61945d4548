using DecodeAlign.Decoding;

namespace DecodeAlign.Experiments;

/// <summary>
/// What pruning by bounds can't go below with a beam of 1: a search that is told each step's winner reads the winner's lookahead to its end, and each rival's only until its bound ranks
/// behind the winner's c. What is read once is not counted again.
/// </summary>
internal sealed class PruningFloor(ILanguageModel model)
{
    private readonly TraceRecorder _recorder = new();

    private int _seen;

    /// <summary>Records naive searches, which finish every lookahead.</summary>
    public ITraceSink Trace => _recorder;

    public double Evaluations { get; private set; }

    /// <summary>Adds the search that was recorded last.</summary>
    public async Task CountAsync(DecodingResult result, WeightedHeuristic heuristic, DecodingRequest request, CancellationToken cancellationToken)
    {
        var steps = _recorder.Steps.Skip(_seen).ToList();
        _seen = _recorder.Steps.Count;
        var tree = new TokenTree();
        var prompt = model.Tokenizer.Encode(result.Prompt);
        var context = new GenerationContext { Tree = tree, Root = tree.AddRoot(prompt), Prompt = result.Prompt, Tokenizer = model.Tokenizer, Model = model.Facts, MaxTokens = request.MaxTokens };
        await using var sessions = await ModelSessions.OpenAsync(heuristic.Heuristic.Needs(context), cancellationToken);
        using var session = await heuristic.Heuristic.OpenAsync(context, sessions, cancellationToken);
        var read = new HashSet<int> { context.Root };
        Evaluations += prompt.Length;
        var parent = context.Root;
        for (var step = 0; step < steps.Count; step++)
        {
            var winner = steps[step].Candidates[0];
            foreach (var candidate in steps[step].Candidates)
            {
                if (candidate.FinishReason is not null) continue;
                var node = tree.Append(parent, candidate.Token);
                foreach (var token in candidate.LookaheadIds)
                {
                    if (candidate != winner && IsBehind(candidate, node)) break;
                    if (read.Add(node)) Evaluations++;
                    if (model.Facts.IsEos(token)) break;
                    node = tree.Append(node, token);
                }
            }
            if (winner.FinishReason is not null) continue;
            parent = tree.Append(parent, winner.Token);
            if (read.Add(parent)) Evaluations++;

            bool IsBehind(TraceCandidate candidate, int node)
            {
                var length = tree.Depth(node) - tree.Depth(context.Root);
                var left = Math.Min(step + 1 + request.Decoder.Rank.Lookahead.Tokens, request.MaxTokens) - length;
                var most = candidate.LogProbability + request.Decoder.Rank.Lambda * (heuristic.Weight * session.Bounds(node, left).Greatest);
                return most != winner.Score ? most < winner.Score : candidate.LogProbability != winner.LogProbability ? candidate.LogProbability < winner.LogProbability : candidate.Token > winner.Token;
            }
        }
    }
}
