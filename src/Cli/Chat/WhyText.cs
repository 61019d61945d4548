using System.Globalization;
using DecodeAlign.Decoding;

namespace DecodeAlign.Cli;

/// <summary>Tells a search's decisions in words, from its trace.</summary>
internal static class WhyText
{
    private const int Most = 12;

    /// <summary>Sentences: how it was searched, where the answer left the model's likeliest way, and what chose it.</summary>
    /// <param name="trace">The trace of the search.</param>
    /// <param name="result">What came of it.</param>
    public static IReadOnlyList<string> Of(TraceRecorder trace, DecodingResult result)
    {
        var sentences = new List<string> { Search(trace, result) };
        var told = Path(trace, result.Answer.Ids).Select(step => Decision(trace, step)).OfType<string>().ToList();
        sentences.AddRange(told.Take(Most));
        if (told.Count > Most) sentences.Add($"… and in {told.Count - Most} more places.");
        if (told.Count == 0) sentences.Add("Everywhere it took what the model itself finds likeliest.");
        if (result.Answer.Forced.Count > 0) sentences.Add($"{result.Answer.Forced.Count} of its {result.Answer.Ids.Count} tokens had to be forced by what is required.");
        foreach (var value in result.Answer.Heuristics.Where(value => value.Weight != 0)) sentences.Add($"{value.Name}: {Number(value.Value)}{(value.Satisfied is { } met ? met ? " (met)" : " (not met)" : "")}.");
        if (result.Selection is { } selection) sentences.Add($"Of {result.Answers.Count} answers it was kept: {selection.Reason}.");
        return sentences;
    }

    private static string Search(TraceRecorder trace, DecodingResult result)
    {
        var candidates = trace.Steps.Sum(step => step.Candidates.Count);
        var by = trace.Header is { Heuristics.Count: > 0 } header ? $", ranked by log P and by {string.Join(", ", header.Heuristics.Where(heuristic => heuristic.Weight != 0).Select(heuristic => heuristic.Name))}" : "";
        return $"{result.Decoder} looked at {candidates} candidates in {trace.Steps.Count} steps{by}; {result.Statistics.TokenEvaluations} tokens were put through the model.";
    }

    // where the answer is not what the model itself would have said
    private static string? Decision(TraceRecorder trace, (TraceStep Step, TraceCandidate Taken, string Before) at)
    {
        var (step, taken, before) = at;
        var place = $"After \"{Tail(before)}\" it took \"{taken.Text}\" ({Percent(taken.TokenLogProbability)})";
        if (step.Masks.FirstOrDefault(mask => mask.After == taken.Parent) is { Forbidden: [var token, ..] } && token.LogProbability > taken.TokenLogProbability) return $"{place}: what is required forbids \"{token.Text}\" ({Percent(token.LogProbability)}) there.";
        var likeliest = step.Candidates.Where(other => other.Parent == taken.Parent && other.Ids.Count == taken.Ids.Count).MaxBy(other => other.TokenLogProbability);
        if (likeliest is null || likeliest.Token == taken.Token || likeliest.TokenLogProbability <= taken.TokenLogProbability) return null;
        var values = Differences(trace, taken, likeliest);
        return $"{place} rather than \"{likeliest.Text}\" ({Percent(likeliest.TokenLogProbability)}){(values.Length > 0 ? $": {values}" : taken.LogProposal is not null ? ": it was drawn" : "")}; {taken.Reason}.";
    }

    private static string Differences(TraceRecorder trace, TraceCandidate taken, TraceCandidate other)
    {
        if (taken.Heuristics is not { } mine || other.Heuristics is not { } theirs || trace.Header is not { } header) return "";
        return string.Join(", ", header.Heuristics.Select((heuristic, place) => (heuristic, place)).Where(one => one.heuristic.Weight != 0 && one.place < mine.Count && one.place < theirs.Count && mine[one.place] != theirs[one.place])
            .Select(one => $"{one.heuristic.Name} {Number(mine[one.place])} beside {Number(theirs[one.place])}"));
    }

    // the candidates that the answer is made of
    private static List<(TraceStep Step, TraceCandidate Taken, string Before)> Path(TraceRecorder trace, IReadOnlyList<int> ids)
    {
        var children = trace.Steps.SelectMany(step => step.Candidates.Where(candidate => candidate.Outcome != CandidateOutcome.Pruned).Select(candidate => (Step: step, Candidate: candidate))).ToLookup(one => one.Candidate.Parent);
        var path = new Stack<(TraceStep Step, TraceCandidate Taken, string Before)>();
        Walk(0, 0, "");
        return [.. path.Reverse()];

        // several answers may begin alike: where one way ends too early, another is tried
        bool Walk(int parent, int from, string before)
        {
            if (from == ids.Count) return true;
            foreach (var (step, candidate) in children[parent])
            {
                if (candidate.Ids.Count > ids.Count - from || !candidate.Ids.SequenceEqual(ids.Skip(from).Take(candidate.Ids.Count))) continue;
                path.Push((step, candidate, before));
                if (Walk(candidate.Id, from + candidate.Ids.Count, before + candidate.Text)) return true;
                path.Pop();
            }
            return false;
        }
    }

    private static string Tail(string text) => text.Length <= 24 ? text.TrimStart() : "…" + text[^24..];

    private static string Percent(double logProbability) => Math.Exp(logProbability) switch
    {
        < 0.0001 => "less than 0.01 %",
        < 0.1 and var small => string.Create(CultureInfo.InvariantCulture, $"{100 * small:0.##} %"),
        var p => string.Create(CultureInfo.InvariantCulture, $"{100 * p:0} %"),
    };

    private static string Number(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
}
