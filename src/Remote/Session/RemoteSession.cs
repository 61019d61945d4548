using DecodeAlign.Decoding;

namespace DecodeAlign.Remote;

/// <summary>A search's side of a server: everything that was told is remembered, and only what was not is asked for, several nodes in one request.</summary>
internal sealed class RemoteSession(RemoteModel model, TokenTree tree) : IContinuationSession
{
    // beyond what a lookahead needs: the next step's begins with a token of it, and needs one more at its end
    private const int Ahead = 2;

    private readonly SessionMemory _memory = new(model.Facts.VocabularySize);
    private readonly SessionReads _reads = new(model);
    private int _top = 1;
    private int _longest;
    private bool _disposed;

    /// <inheritdoc/>
    public SessionStatistics Statistics { get; private set; }

    /// <inheritdoc/>
    public async ValueTask EvaluateAsync(ReadOnlyMemory<EvaluationRequest> requests, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        cancellationToken.ThrowIfCancellationRequested();
        var reads = new NodeRead[requests.Length];
        for (var i = 0; i < reads.Length; i++)
        {
            ref readonly var request = ref requests.Span[i];
            SessionReads.Check(model.Facts, request);
            var path = tree.Path(TokenTree.Empty, request.Node);
            reads[i] = new(request, path, _memory.At(path));
            if (request.Allowed is null) _top = Math.Max(_top, request.Top.Length);
        }
        Count(await _reads.CompleteAsync(this, reads, _memory, cancellationToken).ConfigureAwait(false));
        foreach (var read in reads) read.Answer();
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<IReadOnlyList<TokenLogProbability>>> ContinueAsync(ReadOnlyMemory<ContinuationRequest> requests, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        cancellationToken.ThrowIfCancellationRequested();
        var walks = new Walk[requests.Length];
        for (var i = 0; i < walks.Length; i++)
        {
            var request = requests.Span[i];
            ArgumentOutOfRangeException.ThrowIfLessThan(request.Steps, 1);
            if (request.Sampling is { } distribution && model.WhyNotDrawn(distribution) is { } reason) throw new NotSupportedException(reason);
            var path = tree.Path(TokenTree.Empty, request.Node);
            walks[i] = new(request, [.. path], _memory.At(path), Math.Min(request.Steps, model.Facts.ContextLength - path.Length));
        }
        await DrawAsync([.. walks.Where(walk => walk.Request.Sampling is not null)], cancellationToken).ConfigureAwait(false);
        await WriteAsync([.. walks.Where(walk => walk.Request.Sampling is null)], cancellationToken).ConfigureAwait(false);
        return [.. walks.Select(walk => walk.Tokens)];
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _disposed = true;
        return default;
    }

    // what a server wrote is followed as far as each of its tokens is the likeliest, equal ones by lower id; where it is not, it is asked again
    private async ValueTask WriteAsync(Walk[] walks, CancellationToken cancellationToken)
    {
        while (true)
        {
            foreach (var walk in walks) walk.Follow(node => node.Best, model.Facts);
            var open = walks.Where(walk => walk.Left > 0).ToList();
            if (open.Count == 0) return;
            _longest = Math.Max(_longest, open.Max(walk => walk.Left));
            var room = model.Facts.ContextLength - open.Max(walk => walk.Path.Count);
            var written = await _reads.WriteAsync(this, [.. open.Select(walk => walk.Path.ToArray())], Math.Clamp(_longest + Ahead, 1, room), _top, cancellationToken).ConfigureAwait(false);
            for (var i = 0; i < written.Length; i++) _reads.Remember(open[i].Node, written[i], _top);
            Count(written);
            // all that was told is equally likely: there may be more of it, of lower ids
            NodeRead[] even = [.. open.Where(walk => walk.Node.Best is null).Select(walk => new NodeRead(new() { Node = walk.Request.Node, Top = new TokenLogProbability[1] }, [.. walk.Path], walk.Node))];
            if (even.Length > 0) Count(await _reads.CompleteAsync(this, even, _memory, cancellationToken).ConfigureAwait(false));
        }
    }

    private async ValueTask DrawAsync(Walk[] walks, CancellationToken cancellationToken)
    {
        foreach (var walk in walks) walk.Follow(node => node.Drawn(walk.Request.Seed) is { } token ? new(token, node.LogProbability(token)) : null, model.Facts);
        var open = walks.Where(walk => walk.Tokens.Count == 0).ToList();
        if (open.Count == 0) return;
        var written = await _reads.DrawAsync(this, [.. open.Select(walk => (walk.Path.ToArray(), walk.Left, walk.Request.Sampling!, Randomness.Mix(walk.Request.Seed, tree.PathHash(walk.Request.Node))))], cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < written.Length; i++)
        {
            var (walk, node) = (open[i], open[i].Node);
            foreach (var (token, _) in written[i].Tokens)
            {
                if (token.Token >= model.Facts.VocabularySize) break;
                node.SetDrawn(walk.Request.Seed, token);
                node = node.Child(token.Token);
            }
            walk.Follow(at => at.Drawn(walk.Request.Seed) is { } drawn ? new(drawn, at.LogProbability(drawn)) : null, model.Facts);
            if (walk.Tokens.Count == 0) throw new RemoteServerException($"{model.Server.Address}: the server drew a token that the tokenizer does not know");
        }
        Count(written);
    }

    // one request, or several side by side, is a pass as deep as the longest text it wrote
    private void Count(IReadOnlyCollection<Written> written)
    {
        if (written.Count == 0) return;
        var work = written.Aggregate(default(ServerWork), (sum, one) => sum + one.Work);
        model.Count(work);
        Statistics += new SessionStatistics(work.PromptTokens - work.CachedTokens + work.WrittenTokens, written.Max(one => one.Tokens.Count), 0);
    }

    /// <summary>A continuation on its way.</summary>
    private sealed class Walk(ContinuationRequest request, List<int> path, RememberedNode node, int steps)
    {
        private bool _ended;

        public ContinuationRequest Request => request;

        /// <summary>The text so far.</summary>
        public List<int> Path => path;

        public RememberedNode Node { get; private set; } = node;

        public List<TokenLogProbability> Tokens { get; } = [];

        public int Left => _ended ? 0 : steps - Tokens.Count;

        public void Follow(Func<RememberedNode, TokenLogProbability?> next, ModelFacts facts)
        {
            while (Left > 0 && next(Node) is { } token)
            {
                Tokens.Add(token);
                path.Add(token.Token);
                _ended = facts.IsEos(token.Token);
                Node = Node.Child(token.Token);
            }
        }
    }
}
