using System.Numerics;
using DecodeAlign.Decoding;

namespace DecodeAlign.Remote;

/// <summary>
/// Asks the server until every read can be answered: the top first; where a mask's best tokens lie outside, more of it, then the mask's own ids by name or the whole distribution, whichever the server tells.
/// </summary>
internal sealed class SessionReads(RemoteModel model)
{
    // of a mask, ids that are asked for by name at most
    private const int MostAllowedNamed = 2048;
    // and top tokens that are asked for before it
    private const int TopUnderMask = 32;
    // tokens of a text whose next one alone is asked for: it is what the text goes on with
    private const int GreedyAhead = 16;

    public static void Check(ModelFacts facts, in EvaluationRequest request)
    {
        if (request.Node == TokenTree.Empty) throw new ArgumentException("the empty text has no next-token distribution; add a root first");
        if (request.LogNormalizer.Length > 0 || request.Rewards.Length > 0) throw new NotSupportedException($"the model '{facts.Name}' is a server, which tells no logits and no rewards");
        Room(request.LogProbabilities.Length, facts.VocabularySize, nameof(request.LogProbabilities));
        Room(request.AllowedLogProbability.Length, 1, nameof(request.AllowedLogProbability));
        Room(request.NamedLogProbabilities.Length, request.Named.Length, nameof(request.NamedLogProbabilities));
        Room(request.Allowed?.VocabularySize ?? 0, facts.VocabularySize, nameof(request.Allowed));
        if ((request.LogProbabilities.Length > 0 || request.AllowedLogProbability.Length > 0) && !facts.Capabilities.HasFlag(ModelCapabilities.FullDistribution))
            throw new NotSupportedException($"the model '{facts.Name}' does not offer {ModelCapabilities.FullDistribution}");
        foreach (var id in request.Named.Span) ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)id, (uint)facts.VocabularySize);
    }

    /// <summary>Asks for all that the reads still need.</summary>
    /// <returns>What the server wrote.</returns>
    public async Task<IReadOnlyList<Written>> CompleteAsync(object search, IReadOnlyList<NodeRead> reads, SessionMemory memory, CancellationToken cancellationToken)
    {
        var all = new List<Written>();
        while (true)
        {
            var (top, whole, named) = Plan(reads);
            if (top.Count + whole.Count + named.Count == 0) return all;
            if (top.Count > 0)
            {
                var count = top.Values.Max();
                RememberedNode[] nodes = [.. top.Keys.Select(read => read.Node)];
                int[][] texts = [.. top.Keys.Select(read => read.Path)];
                var steps = texts.Length == 1 && count == 1 ? Math.Clamp(model.Facts.ContextLength - texts[0].Length, 1, GreedyAhead) : 1;
                var written = await WriteAsync(search, texts, steps, count, cancellationToken).ConfigureAwait(false);
                for (var i = 0; i < nodes.Length; i++) Remember(nodes[i], written[i], count);
                foreach (var read in reads)
                    if (nodes.Contains(read.Node)) read.AskedTop = Math.Max(read.AskedTop, count);
                all.AddRange(written);
            }
            if (whole.Count > 0)
            {
                var written = await WriteAsync(search, [.. whole.Select(read => read.Path)], 1, model.Server.VocabularySize, cancellationToken).ConfigureAwait(false);
                for (var i = 0; i < whole.Count; i++) memory.AddAll(whole[i].Node, written[i].Tokens[0].Top);
                all.AddRange(written);
            }
            foreach (var (read, ids) in named) all.Add(await NameAsync(search, read, ids, cancellationToken).ConfigureAwait(false));
        }
    }

    /// <summary>Continues texts by their most likely tokens, in as many requests side by side as their answers' sizes ask for.</summary>
    public async Task<Written[]> WriteAsync(object search, IReadOnlyList<int[]> texts, int steps, int top, CancellationToken cancellationToken)
    {
        var asked = Math.Min(top < model.Server.VocabularySize ? top + 1 : top, model.Server.MostTop);
        var parts = texts.Chunk(Dialect.MostTexts(model.Options, steps, asked));
        return [.. (await SideBySideAsync(parts, (part, cancelled) => model.Dialect.WriteAsync(search, part, steps, asked, cancelled), cancellationToken).ConfigureAwait(false)).SelectMany(part => part)];
    }

    /// <summary>Continues texts by drawn tokens, a request each.</summary>
    public Task<Written[]> DrawAsync(object search, IReadOnlyList<(int[] Text, int Steps, Distribution Distribution, ulong Seed)> draws, CancellationToken cancellationToken) =>
        SideBySideAsync(draws, (draw, cancelled) => model.Dialect.DrawAsync(search, draw.Text, Math.Min(draw.Steps, model.Options.DrawnPerCall), draw.Distribution, draw.Seed, cancelled), cancellationToken);

    /// <summary>Remembers the most likely tokens at each place of what was written.</summary>
    /// <param name="node">Where it begins.</param>
    /// <param name="written">What was written.</param>
    /// <param name="top">Top tokens that were wanted.</param>
    public void Remember(RememberedNode node, Written written, int top)
    {
        foreach (var (token, told) in written.Tokens)
        {
            node.AddTop(told, isCut: top < model.Server.MostTop);
            node = node.Child(token.Token);
        }
    }

    private (Dictionary<NodeRead, int> Top, List<NodeRead> Whole, List<(NodeRead Read, int[] Ids)> Named) Plan(IReadOnlyList<NodeRead> reads)
    {
        var (top, whole, named) = (new Dictionary<NodeRead, int>(), new List<NodeRead>(), new List<(NodeRead, int[])>());
        // a node that several reads are of is asked about once; what is then still unknown is asked for in the next round
        var nodes = new HashSet<RememberedNode>();
        foreach (var read in reads.OrderByDescending(read => read.NeedsAll))
        {
            var unknown = read.Unknown;
            if (!(read.NeedsAll || read.NeedsTop || unknown.Length > 0) || !nodes.Add(read.Node)) continue;
            if (read.NeedsAll) whole.Add(read);
            else if (read.NeedsTop && NextTop(read) is { } count) top.Add(read, count);
            else if (unknown.Length > 0 && model.Server.MostNamed > 0) named.Add((read, unknown));
            else if (read.NeedsTop && model.Server.MostNamed > 0 && read.Request.Allowed is { } allowed && allowed.Count <= MostAllowedNamed && Ids(allowed).Any(id => double.IsNaN(read.Node.LogProbability(id)))) named.Add((read, [.. Ids(allowed).Where(id => double.IsNaN(read.Node.LogProbability(id)))]));
            else if (model.Server.TellsWholeDistribution) whole.Add(read);
            else throw new NotSupportedException(
                $"the model '{model.Facts.Name}' tells the {model.Server.MostTop} most likely tokens, {(read.Request.Allowed is null ? "and more were asked for" : $"none of which a constraint allows at one place where it allows {read.Request.Allowed.Count}")}{(model.Server.Kind == RemoteServerKind.Vllm ? ": start the server with a greater --max-logprobs" : "")}");
        }
        return (top, whole, named);
    }

    // a little more each time; null: it is of no use
    private int? NextTop(NodeRead read)
    {
        var wanted = read.Request.Allowed is null ? read.Request.Top.Length : Math.Max(TopUnderMask, read.Request.Top.Length);
        if (read.AskedTop > 0) wanted = Math.Max(wanted, (read.Request.Allowed is null ? 2 : 16) * read.AskedTop);
        // by far the shortest answer is that to a small mask's own ids
        if (read is { AskedTop: > 0, Request.Allowed: { } allowed } && (model.Server.MostNamed > 0 && allowed.Count <= MostAllowedNamed)) return null;
        wanted = Math.Min(wanted, model.Server.MostTop);
        return wanted > read.AskedTop && wanted < model.Server.VocabularySize ? wanted : null;
    }

    private async Task<Written> NameAsync(object search, NodeRead read, int[] ids, CancellationToken cancellationToken)
    {
        var answers = await SideBySideAsync(ids.Chunk(model.Server.MostNamed), (part, cancelled) => model.Dialect.NameAsync(search, [read.Path], part, cancelled), cancellationToken).ConfigureAwait(false);
        var values = answers.SelectMany(answer => answer.Values[0]).ToArray();
        for (var i = 0; i < ids.Length; i++) read.Node.Tell(ids[i], values[i]);
        return new([default], answers.Aggregate(default(ServerWork), (sum, answer) => sum + answer.Work));
    }

    private static IEnumerable<int> Ids(TokenMask mask)
    {
        for (var word = 0; word < mask.Words.Length; word++)
            for (var bits = mask.Words[word]; bits != 0; bits &= bits - 1) yield return (word << 6) + BitOperations.TrailingZeroCount(bits);
    }

    // where one fails the others are broken off, and none is left behind
    private static async Task<TOut[]> SideBySideAsync<TIn, TOut>(IEnumerable<TIn> items, Func<TIn, CancellationToken, Task<TOut>> ask, CancellationToken cancellationToken)
    {
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Exception? first = null;
        var tasks = items.Select(async item =>
        {
            try
            {
                return await ask(item, failed.Token).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                if (Interlocked.CompareExchange(ref first, e, null) is null) await failed.CancelAsync().ConfigureAwait(false);
                throw;
            }
        }).ToArray();
        try
        {
            return await Task.WhenAll(tasks).ConfigureAwait(false);
        }
        catch (Exception) when (first is not null and not OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(first);
            throw;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
    }

    private static void Room(int length, int expected, string field)
    {
        if (length != 0 && length != expected) throw new ArgumentException($"{field} has room for {length}, expected {expected}");
    }
}
