namespace DecodeAlign.Decoding;

/// <summary>
/// Where a constraint leaves every hypothesis of a step one token, all of them go on, and what follows is asked for with it, as far as that holds: the same nodes are read as one by one, in one pass.
/// </summary>
internal sealed class ForcedTokens(SavingsPlan plan, ModelFacts facts, EvaluationBatch batch)
{
    /// <summary>Why it would not be exact, or cost more; null: it is, and does not.</summary>
    /// <param name="request">What is searched.</param>
    /// <param name="model">The model.</param>
    /// <param name="answers">Number of answers that are searched for side by side.</param>
    public static string? Obstacle(DecodingRequest request, ModelFacts model, int answers)
    {
        if (request.Constraints.Count == 0) return "there is no constraint";
        if (request.Budget > 0) return "a budget is asked about before each token";
        if (request.Guidance is not null || request.LogitProcessors.Count > 0) return "guides and logit processors are asked step by step";
        var parts = request.Decoder;
        if (parts.AreDrawnBy(model)) return "the model draws tokens by itself";
        if (SavingsPlan.First(parts.Obstacles, part => part.Forced) is { } reason) return reason;
        // with one candidate, pruned, a step is decided before its lookahead is read
        var (looksAhead, prunes) = (request.LooksAhead, request.Savings.Prune && SavingsPlan.First(parts.Obstacles, part => part.Prune) is null);
        if (looksAhead && !(prunes && parts.Keep.Beam == 1)) return "the lookahead of a forced token is read as any other where it is not pruned, or the beam is above 1";
        return answers > 1 && (looksAhead || parts.Keep.Beam > 1) ? "several answers read what they share in one pass, step by step" : null;
    }

    /// <summary>Asks for what follows a step's forced tokens.</summary>
    public void Ask(SearchGroup group, SearchStep step)
    {
        // where an answer has ended, the search may end before its last hypothesis
        if (!plan.Forced || !group.Constraints.Any || (plan.Finish && group.Finished.Count > 0)) return;
        var tree = group.Context.Tree;
        int[] nodes = [.. step.Parents.Select(parent => parent.Node)], tokens = new int[nodes.Length];
        foreach (var node in nodes) tree.Retain(node);
        var (steps, length) = (0, step.Parents[0].Length);
        // after the last token nothing is read
        for (; length + 1 < group.Limit && AreForced(group, nodes, length, tokens); steps++)
        {
            length++;
            for (var i = 0; i < nodes.Length; i++)
            {
                var next = tree.Append(nodes[i], tokens[i]);
                tree.Release(nodes[i]);
                nodes[i] = next;
                if (group.Readings.HasCandidates(next, step.Parents[i].Lineage)) continue;
                batch.Candidates(group, next, length, step.Parents[i].Lineage);
                plan.ForcedTogether++;
            }
        }
        group.HoldAhead(nodes, steps);
        if (steps == 0) group.ReleaseAhead();
    }

    private bool AreForced(SearchGroup group, int[] nodes, int length, int[] tokens)
    {
        for (var i = 0; i < nodes.Length; i++)
        {
            tokens[i] = batch.Allowed(group, nodes[i], length)?.Only ?? -1;
            if (tokens[i] < 0 || facts.IsEos(tokens[i])) return false;
        }
        return true;
    }
}
