namespace DecodeAlign.Decoding;

/// <summary>What a mask costs a text: how much of the model's probability it forbade before each token. A text sampled under masks is drawn from another distribution by that much.</summary>
public static class MaskLoss
{
    private const int Together = 8;

    /// <summary>Evaluates a finished text once more and sums what its constraints allowed.</summary>
    /// <param name="model">The model that wrote it, with <see cref="ModelCapabilities.FullDistribution"/>.</param>
    /// <param name="constraints">The constraints of its request.</param>
    /// <param name="prompt">The prompt as the model read it (<see cref="DecodingResult.Prompt"/>).</param>
    /// <param name="ids">The text's tokens (<see cref="Answer.Ids"/>).</param>
    /// <param name="maxTokens">The token limit of its request.</param>
    /// <param name="cancellationToken">Cancels by throwing.</param>
    /// <returns>For each token −log of the probability of all tokens that were allowed in its place, in nats; 0: nothing was lost.</returns>
    /// <exception cref="NotSupportedException">The model does not give its whole distribution.</exception>
    public static async Task<IReadOnlyList<double>> ReadAsync(ILanguageModel model, IReadOnlyList<IConstraint> constraints, string prompt, IReadOnlyList<int> ids, int maxTokens, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(constraints);
        ArgumentNullException.ThrowIfNull(ids);
        if (!model.Facts.Capabilities.HasFlag(ModelCapabilities.FullDistribution)) throw new NotSupportedException($"what a mask takes needs {ModelCapabilities.FullDistribution}, which the model '{model.Facts.Name}' does not offer");
        var tokens = model.Tokenizer.EncodePrompt(prompt);
        var limit = RequestCheck.Limit(tokens.Length, maxTokens, model.Facts, null);
        var tree = new TokenTree();
        await using var session = await model.OpenAsync(tree, tokens.Length + ids.Count, cancellationToken).ConfigureAwait(false);
        var node = tree.AddRoot(tokens);
        using var allowed = new ConstraintSet(constraints, new() { Tree = tree, Root = node, Prompt = prompt, Tokenizer = model.Tokenizer, Model = model.Facts, MaxTokens = limit });
        var lost = new double[ids.Count];
        var pending = new List<(int Step, TokenMask Allowed, double[] All)>();
        var requests = new List<EvaluationRequest>();
        for (var step = 0; step < ids.Count; step++)
        {
            if (allowed.Allowed(node, limit - step) is { } mask)
            {
                pending.Add((step, mask, new double[model.Facts.VocabularySize]));
                requests.Add(new() { Node = node, LogProbabilities = pending[^1].All });
            }
            if (pending.Count == Together || step == ids.Count - 1) await SumAsync().ConfigureAwait(false);
            if (step < ids.Count - 1) node = tree.Append(node, ids[step]);
        }
        return lost;

        async ValueTask SumAsync()
        {
            if (requests.Count > 0) await session.EvaluateAsync(requests.ToArray(), cancellationToken).ConfigureAwait(false);
            foreach (var (step, mask, all) in pending)
            {
                var sum = 0.0;
                for (var token = 0; token < all.Length; token++)
                    if (mask[token]) sum += Math.Exp(all[token]);
                lost[step] = Math.Max(0, -Math.Log(sum));
            }
            pending.Clear();
            requests.Clear();
        }
    }
}
