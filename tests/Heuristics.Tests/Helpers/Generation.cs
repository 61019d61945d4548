using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

/// <summary>A prompt's node in a tree, with a vocabulary below it.</summary>
internal static class Generation
{
    public static GenerationContext Context(ITokenizer tokenizer, string prompt = "", int maxTokens = 64, params IReadOnlyList<int> eosIds)
    {
        var tree = new TokenTree();
        return new()
        {
            Tree = tree,
            Root = tree.AddRoot([0]),
            Prompt = prompt,
            Tokenizer = tokenizer,
            MaxTokens = maxTokens,
            Model = new()
            {
                Name = "test",
                VocabularySize = tokenizer.VocabularySize,
                ContextLength = 1 << 20,
                EosIds = eosIds,
                TokenizerFingerprint = tokenizer.Fingerprint,
                Capabilities = ModelCapabilities.None,
            },
        };
    }

    /// <summary>Opens a heuristic that runs no model, and so waits for nothing.</summary>
    public static IHeuristicSession Open(this IHeuristic heuristic, GenerationContext context)
    {
        var opening = heuristic.OpenAsync(context, ModelSessions.None, CancellationToken.None).AsTask();
        Assert.True(opening.IsCompleted);
        return opening.GetAwaiter().GetResult();
    }

    /// <summary>The nodes of a path, the root first.</summary>
    public static int[] Nodes(this GenerationContext context, IReadOnlyList<int> path)
    {
        var nodes = new int[path.Count + 1];
        nodes[0] = context.Root;
        for (var i = 0; i < path.Count; i++) nodes[i + 1] = context.Tree.Append(nodes[i], path[i]);
        return nodes;
    }

    public static double Score(this IHeuristicSession session, int node, bool ended)
    {
        var values = new double[1];
        session.ScoreAsync(new[] { new ScoreRequest(node, ended) }, values, CancellationToken.None).AsTask().GetAwaiter().GetResult();
        return values[0];
    }
}
