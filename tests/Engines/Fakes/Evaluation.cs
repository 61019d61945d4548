using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

internal static class Evaluation
{
    /// <summary>Evaluates nodes, their missing ancestors too, and returns what follows each: log-probabilities, or rewards.</summary>
    public static double[][] Evaluate(this IInferenceEngine engine, IEngineSession session, params ReadOnlySpan<int> nodes)
    {
        var all = new List<(IEngineSession, int)>();
        foreach (var node in nodes) all.Add((session, node));
        return engine.Evaluate(all);
    }

    /// <summary>The same, of several sessions in one pass, as far as the engine's rows go.</summary>
    public static double[][] Evaluate(this IInferenceEngine engine, IReadOnlyList<(IEngineSession Session, int Node)> nodes)
    {
        var width = engine.Facts.RewardCount > 0 ? engine.Facts.RewardCount : engine.Facts.VocabularySize;
        var (results, rewards) = (new double[nodes.Count][], new float[nodes.Count][]);
        var rows = new List<ForwardRow>();
        var reads = new List<EvaluationRequest>();
        for (var i = 0; i < nodes.Count; i++)
        {
            var (session, last) = nodes[i];
            var pending = new Stack<int>();
            for (var node = session.Tree.Parent(last); node > 0 && !session.Holds(node) && !rows.Any(row => row.Session == session && row.Node == node); node = session.Tree.Parent(node)) pending.Push(node);
            foreach (var node in pending) rows.Add(new(session, node, 0, 0));
            (results[i], rewards[i]) = (new double[width], new float[engine.Facts.RewardCount]);
            rows.Add(new(session, last, i, 1));
            reads.Add(engine.Facts.RewardCount > 0
                ? new() { Node = last, Rewards = rewards[i] }
                : new() { Node = last, LogProbabilities = results[i] });
        }
        var all = rows.ToArray();
        for (var start = 0; start < all.Length; start += engine.MaxRows)
            engine.Forward(all.AsSpan(start, Math.Min(engine.MaxRows, all.Length - start)), reads.ToArray());
        return engine.Facts.RewardCount > 0 ? [.. rewards.Select(row => row.Select(reward => (double)reward).ToArray())] : results;
    }

    /// <summary>What follows the last token of a path, evaluated in a session of its own.</summary>
    public static double[] EvaluateAlone(this IInferenceEngine engine, int[] path)
    {
        var tree = new TokenTree();
        using var session = engine.Open(tree, path.Length);
        return engine.Evaluate(session, tree.AddRoot(path))[0];
    }

    /// <summary>What follows each token of a path.</summary>
    public static double[][] EvaluateAll(this IInferenceEngine engine, int[] path)
    {
        var tree = new TokenTree();
        using var session = engine.Open(tree, path.Length);
        var nodes = new int[path.Length];
        var node = tree.AddRoot(path);
        for (var i = path.Length; i-- > 0; node = tree.Parent(node)) nodes[i] = node;
        return engine.Evaluate(session, nodes);
    }
}
