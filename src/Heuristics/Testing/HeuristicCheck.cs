using DecodeAlign.Decoding;

namespace DecodeAlign.Heuristics;

/// <summary>
/// Tries a heuristic out on random token paths, as a search would use it, and says where it breaks its contract: values that are not finite, that depend on the
/// order or the batch in which they are asked for, or on what else was scored (a state that is changed instead of forked); bounds that a continuation leaves;
/// sessions that disturb each other; and, with a reference, values that differ from it. Call it from a test.
/// </summary>
public static class HeuristicCheck
{
    /// <summary>Runs all checks.</summary>
    /// <param name="heuristic">The heuristic.</param>
    /// <param name="tokenizer">A vocabulary to draw tokens from.</param>
    /// <param name="options">How much to try; default: <see cref="HeuristicCheckOptions"/>'s defaults.</param>
    /// <exception cref="HeuristicException">A check failed; the message gives the path and the values.</exception>
    public static async Task RunAsync(IHeuristic heuristic, ITokenizer tokenizer, HeuristicCheckOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(heuristic);
        ArgumentNullException.ThrowIfNull(tokenizer);
        options ??= new();
        var random = new Random(options.Seed);
        var paths = new RandomPath[options.Paths];
        for (var i = 0; i < paths.Length; i++) paths[i] = RandomPath.Draw(random, tokenizer, options);
        foreach (var path in paths) await CheckAsync(heuristic, tokenizer, path, options.Reference).ConfigureAwait(false);
        await Task.WhenAll(paths.Select(path => Task.Run(() => CheckAsync(heuristic, tokenizer, path, options.Reference)))).ConfigureAwait(false);
    }

    private static async Task CheckAsync(IHeuristic heuristic, ITokenizer tokenizer, RandomPath path, Func<string, string, bool, double>? reference)
    {
        var context = path.Context(tokenizer);
        var nodes = path.Nodes(context);
        var middle = path.Tokens.Length / 2;
        var other = path with { Tokens = [.. path.Tokens[..middle], .. path.Tokens[middle..].Reverse()] };
        var (alone, fresh) = (other.Context(tokenizer), path.Context(tokenizer));
        await using var sessions = await ModelSessions.OpenAsync(new[] { context, alone, fresh }.SelectMany(heuristic.Needs)).ConfigureAwait(false);
        using var session = await heuristic.OpenAsync(context, sessions).ConfigureAwait(false);
        // from the last node to the first, so that states are made for a path before they are read above it
        var values = await ScoreAsync(heuristic, session, [.. nodes.Reverse()]).ConfigureAwait(false);
        Array.Reverse(values);
        var again = new (double Passing, double Ended)[nodes.Length];
        for (var i = 0; i < nodes.Length; i++) again[i] = (await ScoreAsync(heuristic, session, [nodes[i]]).ConfigureAwait(false))[0];
        Same(heuristic, path, values, again, "asked for one by one");

        // a text that parts from the path in the middle has the value that it has alone, and leaves the path's own as they are
        var parted = await ScoreAsync(heuristic, session, [context.Tree.AppendAll(nodes[middle], other.Tokens.AsSpan(middle))]).ConfigureAwait(false);
        Same(heuristic, path, values, await ScoreAsync(heuristic, session, nodes).ConfigureAwait(false), "after a text that parts from it");
        using (var own = await heuristic.OpenAsync(alone, sessions).ConfigureAwait(false))
            Same(heuristic, other, parted, await ScoreAsync(heuristic, own, other.Nodes(alone)[^1..]).ConfigureAwait(false), "scored alone", after: other.Tokens.Length);

        using (var own = await heuristic.OpenAsync(fresh, sessions).ConfigureAwait(false))
            Same(heuristic, path, values, await ScoreAsync(heuristic, own, path.Nodes(fresh)).ConfigureAwait(false), "in a session of its own");
        if (reference is not null)
        {
            var expected = nodes.Select(node => (reference(path.Prompt, context.Text(node), false), reference(path.Prompt, context.Text(node), true))).ToArray();
            Same(heuristic, path, values, expected, "by the reference", tolerance: 1e-9);
        }
        for (var i = 0; i < nodes.Length; i++)
            for (var left = 0; left < nodes.Length - i; left++) Within(heuristic, path, session.Bounds(nodes[i], left), values.AsSpan(i, left + 1), i, left);
    }

    private static async Task<(double Passing, double Ended)[]> ScoreAsync(IHeuristic heuristic, IHeuristicSession session, int[] nodes)
    {
        var requests = nodes.SelectMany(node => new ScoreRequest[] { new(node, false), new(node, true) }).ToArray();
        var values = new double[requests.Length];
        Array.Fill(values, double.NaN);
        await session.ScoreAsync(requests, values, CancellationToken.None).ConfigureAwait(false);
        foreach (var value in values)
            if (!double.IsFinite(value)) throw new HeuristicException(heuristic.Name, $"a value is {value}, which is not finite");
        return [.. nodes.Select((_, i) => (values[2 * i], values[2 * i + 1]))];
    }

    private static void Same(IHeuristic heuristic, RandomPath path, (double Passing, double Ended)[] values, (double Passing, double Ended)[] others, string how, double tolerance = 0, int after = 0)
    {
        for (var i = 0; i < values.Length; i++)
            if (!(Math.Abs(values[i].Passing - others[i].Passing) <= tolerance && Math.Abs(values[i].Ended - others[i].Ended) <= tolerance))
                throw new HeuristicException(heuristic.Name, $"after {after + i} tokens of {path} the value is {values[i].Passing} (ended: {values[i].Ended}), but {others[i].Passing} ({others[i].Ended}) {how}");
    }

    private static void Within(IHeuristic heuristic, RandomPath path, HeuristicBounds bounds, ReadOnlySpan<(double Passing, double Ended)> values, int start, int left)
    {
        foreach (var (passing, ended) in values)
            foreach (var value in new[] { passing, ended })
                if (!(value >= bounds.Least && value <= bounds.Greatest))
                    throw new HeuristicException(heuristic.Name, $"after {start} tokens of {path} the bounds for {left} tokens more are [{bounds.Least}, {bounds.Greatest}], but {value} is reached");
    }
}
