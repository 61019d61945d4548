namespace DecodeAlign.Decoding;

/// <summary>Makes answers of what a search ends with.</summary>
internal static class AnswerBuilder
{
    public static Answer Build(SearchGroup group, Kept kept)
    {
        var candidate = kept.Candidate;
        var (ids, masks) = (group.Context.Tree.Path(group.Context.Root, candidate.Node), group.Readings.Masks(group.Context.Root, candidate.Node));
        if (candidate.Finish?.IsEndOfSequence() == true) (ids, masks) = ([.. ids, candidate.Token.Token], [.. masks, group.Readings.Mask(candidate.Node)]);
        return Build(group, ids, masks, candidate.Finish!.Value, candidate.LogProbability, candidate.Score, candidate.Values) with { LogWeight = kept.Weight };
    }

    /// <param name="group">The search.</param>
    /// <param name="ids">The tokens.</param>
    /// <param name="masks">What the constraints did before each of them.</param>
    /// <param name="finish">Why the text ends.</param>
    /// <param name="logProbability">log P.</param>
    /// <param name="score">c.</param>
    /// <param name="values">Each heuristic's value.</param>
    public static Answer Build(SearchGroup group, int[] ids, IReadOnlyList<MaskReading?> masks, FinishReason finish, double logProbability, double score, double[] values)
    {
        var ended = ids.Length > 0 && group.Context.Model.IsEos(ids[^1]);
        var text = GeneratedText.Decode(group.Context.Tokenizer, ended ? ids.AsSpan(..^1) : ids);
        return new()
        {
            Text = group.Stops.Cut(text),
            Ids = ids,
            FinishReason = finish,
            LogProbability = logProbability,
            Score = score,
            Heuristics = group.Heuristics.Describe(values),
            Forced = [.. Enumerable.Range(0, masks.Count).Where(i => masks[i]?.Forces == true)],
            MaskLoss = group.Constraints.Any && group.Context.Model.TellsMaskLoss ? [.. masks.Select(mask => mask?.Loss ?? 0)] : null,
        };
    }
}
