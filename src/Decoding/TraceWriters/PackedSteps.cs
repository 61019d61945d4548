using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace DecodeAlign.Decoding;

/// <summary>
/// Writes steps for the page: the fields of <see cref="TraceStep"/> as columns, a tenth of their size as JSON Lines. Tokens, reasons and banks stand once, in tables that grow from step to step;
/// numbers are rounded (<see cref="PackedColumns"/>). What follows from the rest is left out: a token's log-probability from log P, what became of a candidate from its copies. docs/traces.md has the format, unpack.js reads it.
/// </summary>
internal sealed class PackedSteps
{
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Dictionary<(string Ids, string Text), int> _tokens = [];
    private readonly Dictionary<string, int> _texts = new(StringComparer.Ordinal);

    private readonly List<(IReadOnlyList<int> Ids, string Text, bool IsSpecial)> _fresh = [];

    // log P of what may be continued, as the page reads it
    private readonly Dictionary<int, double> _logProbabilities = new() { [0] = 0 };

    /// <summary>One step as a JSON object, with every character escaped that HTML knows.</summary>
    public string Write(TraceStep step)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Readable))
        {
            json.WriteStartObject();
            json.WriteStartObject("step");
            Write(step, new(json));
            json.WriteEndObject();
            json.WriteEndObject();
        }
        // outside its strings JSON has none of them
        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length).Replace("<", "\\u003c", StringComparison.Ordinal).Replace(">", "\\u003e", StringComparison.Ordinal).Replace("&", "\\u0026", StringComparison.Ordinal);
    }

    private void Write(TraceStep step, PackedColumns columns)
    {
        var all = step.Candidates;
        var (first, from) = (all.Count == 0 ? 0 : all[0].Id, all.Where(one => one.Parent != 0).Select(one => one.Parent).DefaultIfEmpty().Min());
        var texts = new Dictionary<string, int>(StringComparer.Ordinal);
        int Shared(string? text) => text is null ? 0 : texts.TryGetValue(text, out var place) ? place : texts[text] = texts.Count + 1;
        int Hypothesis(int id) => id == 0 ? 0 : id - from + 1;

        int[] tokens = [.. all.Select(one => Token(one.Ids, one.Text, one.IsSpecial))];
        int[] banks = [.. all.Select(one => Shared(one.Bank))], ends = [.. all.Select(one => Shared(one.FinishReason is { } reason ? JsonNamingPolicy.CamelCase.ConvertName(reason.ToString()) : null))];
        var kept = all.Count(one => one.Outcome != CandidateOutcome.Pruned);
        int[] reasons = [.. all.Select((one, rank) => Shared(WithoutRank(one.Reason, FormattableString.Invariant($"rank {rank + 1} of {all.Count}, {kept} kept"))))];
        int[][] forbidden = [.. step.Masks.Select(mask => mask.Forbidden.Select(token => Token([token.Token], token.Text, token.IsSpecial)).ToArray())];

        columns.Number("step", step.Step);
        columns.Number("answer", step.Answer);
        columns.Number("attempt", step.Attempt);
        columns.Number("first", first);
        columns.Number("from", from);
        columns.Number("count", all.Count);
        columns.Tokens("tokens", _fresh);
        _fresh.Clear();
        columns.Texts("texts", texts.Keys, _texts);
        columns.Whole("id", [.. all.Select((one, i) => one.Id - first - i)]);
        columns.Whole("parent", [.. all.Select(one => Hypothesis(one.Parent))]);
        columns.Whole("token", tokens);
        columns.Real("logProbability", [.. all.Select(one => (double?)one.LogProbability)]);
        columns.Real("tokenLogProbability", [.. all.Select(Unexpected)]);
        columns.Real("logProposal", [.. all.Select(one => one.LogProposal)]);
        columns.Sorted("score", [.. all.Select(one => one.Score)]);
        columns.Whole("scoreIsBound", [.. all.Select(one => one.ScoreIsBound ? 1 : 0)]);
        columns.Real("logWeight", [.. all.Select(one => one.LogWeight)]);
        columns.Heuristics("heuristics", all);
        columns.Whole("bank", banks);
        columns.Whole("copies", [.. all.Select(one => one.Copies)]);
        columns.Whole("outcome", [.. all.Select(one => one.Outcome == Expected(one) ? 0 : 1 + (int)one.Outcome)]);
        columns.Whole("finishReason", ends);
        columns.Whole("reason", reasons);
        columns.Strings("lookaheadText", [.. all.Select(one => one.LookaheadText)]);
        columns.Whole("lookaheadTokens", [.. all.Select(one => one.LookaheadIds.Count)]);
        columns.Whole("lookaheadEnded", [.. all.Select(one => one.LookaheadEnded ? 1 : 0)]);
        columns.Masks("masks", [.. step.Masks.Select((mask, i) => (Hypothesis(mask.After), mask, forbidden[i]))]);
        foreach (var one in all.Where(one => one.Outcome != CandidateOutcome.Pruned)) _logProbabilities[one.Id] = PackedColumns.Round(one.LogProbability);
    }

    private int Token(IReadOnlyList<int> ids, string text, bool isSpecial)
    {
        var key = (string.Join(',', ids), text);
        if (_tokens.TryGetValue(key, out var place)) return place;
        _fresh.Add((ids, text, isSpecial));
        return _tokens[key] = _tokens.Count;
    }

    // what log P up to the hypothesis does not tell
    private double? Unexpected(TraceCandidate candidate) =>
        _logProbabilities.TryGetValue(candidate.Parent, out var before) && Math.Abs(PackedColumns.Round(candidate.LogProbability) - before - candidate.TokenLogProbability) <= 2e-4 ? null : candidate.TokenLogProbability;

    private static CandidateOutcome Expected(TraceCandidate candidate) =>
        candidate.Copies == 0 ? CandidateOutcome.Pruned : candidate.FinishReason is null ? CandidateOutcome.Kept : CandidateOutcome.Finished;

    // the page counts ranks itself
    private static string? WithoutRank(string reason, string rank) =>
        reason == rank ? null : reason.StartsWith(rank + "; ", StringComparison.Ordinal) ? reason[(rank.Length + 2)..] : reason;
}
