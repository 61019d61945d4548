using DecodeAlign.Decoding;

namespace DecodeAlign.Experiments;

/// <summary>
/// What pruning by bounds can't go below: a search that is told who is kept of each step reads their lookaheads to the end, and each rival's only until its bound ranks behind the c of
/// the last that is kept. What is read once is not counted again.
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
        var nodes = new Dictionary<int, int> { [0] = context.Root };
        for (var step = 0; step < steps.Count; step++)
        {
            var kept = steps[step].Candidates.Where(candidate => candidate.Outcome != CandidateOutcome.Pruned).ToList();
            foreach (var candidate in steps[step].Candidates)
            {
                if (candidate.FinishReason is not null) continue;
                var node = tree.Append(nodes[candidate.Parent], candidate.Token);
                foreach (var token in candidate.LookaheadIds)
                {
                    if (candidate.Outcome == CandidateOutcome.Pruned && IsBehind(candidate, node, kept[^1])) break;
                    if (read.Add(node)) Evaluations++;
                    if (model.Facts.IsEos(token)) break;
                    node = tree.Append(node, token);
                }
            }
            foreach (var winner in kept)
            {
                if (winner.FinishReason is not null) continue;
                nodes[winner.Id] = tree.Append(nodes[winner.Parent], winner.Token);
                if (read.Add(nodes[winner.Id])) Evaluations++;
            }

            bool IsBehind(TraceCandidate candidate, int node, TraceCandidate last)
            {
                var length = tree.Depth(node) - tree.Depth(context.Root);
                var left = Math.Min(step + 1 + request.Decoder.Rank.Lookahead.Tokens, request.MaxTokens) - length;
                var most = candidate.LogProbability + request.Decoder.Rank.Lambda * (heuristic.Weight * session.Bounds(node, left).Greatest);
                return most != last.Score ? most < last.Score : candidate.LogProbability != last.LogProbability ? candidate.LogProbability < last.LogProbability : candidate.Token > last.Token;
            }
        }
    }
}
