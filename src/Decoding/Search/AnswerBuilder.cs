namespace DecodeAlign.Decoding;

/// <summary>Makes answers of what a search ends with.</summary>
internal static class AnswerBuilder
{
    public static Answer Build(SearchGroup group, Kept kept)
    {
        var candidate = kept.Candidate;
        var ids = group.Context.Tree.Path(group.Context.Root, candidate.Node);
        if (candidate.Finish?.IsEndOfSequence() == true) ids = [.. ids, candidate.Token.Token];
        return Build(group, ids, candidate.Finish!.Value, candidate.LogProbability, candidate.Score, candidate.Values) with { LogWeight = kept.Weight };
    }

    public static Answer Build(SearchGroup group, int[] ids, FinishReason finish, double logProbability, double score, double[] values)
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
        };
    }
}
