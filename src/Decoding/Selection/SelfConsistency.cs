using System.Text.RegularExpressions;

namespace DecodeAlign.Decoding;

/// <summary>
/// Self-consistency (arXiv 2203.11171): of N answers one that says what most of them say. What an answer says is a projection of its text that the caller gives, such as the number it ends with; an answer from which
/// nothing can be read has no vote, and is chosen only where none has. Of the answers that agree, the likeliest is taken; between as many votes, those of the likelier answer win. Tells how it chose by a
/// <see cref="ConsensusReport"/>.
/// </summary>
/// <param name="Answers">The number of answers N, at least 1.</param>
public sealed record SelfConsistency(int Answers) : Selection
{
    // what a text may take of a pattern, which is matched in linear time
    private const RegexOptions Linear = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;

    /// <summary>What an answer says, as a regular expression: its last match, or that match's first group, without the white space around it; no match: nothing can be read. Empty (default): the whole text.</summary>
    public string Pattern { get; init; } = "";

    /// <summary>What an answer says, of its text; null: nothing can be read. Called once for each answer. Null (default): what <see cref="Pattern"/> finds.</summary>
    public Func<string, string?>? Projection { get; init; }

    /// <inheritdoc/>
    public override Task<DecodingBatch> SelectAsync(IDecoder inner, DecodingRequest request, IReadOnlyList<BatchPrompt> prompts, CancellationToken cancellationToken = default) =>
        AnswerGroups.SelectAsync(inner, request, prompts, Answers, (own, _) => Choose(own), cancellationToken);

    /// <inheritdoc/>
    public override void Validate()
    {
        Require.That(Answers >= 1, nameof(Answers), "at least 1", Answers);
        ArgumentNullException.ThrowIfNull(Pattern);
        try
        {
            _ = new Regex(Pattern, Linear);
        }
        catch (Exception fault) when (fault is ArgumentException or NotSupportedException)
        {
            throw new ArgumentException($"the projection '{Pattern}' is no regular expression that can be used: {fault.Message}", nameof(Pattern), fault);
        }
    }

    private BatchText Choose(BatchText[] own)
    {
        var pattern = Projection is null && Pattern.Length > 0 ? new Regex(Pattern, Linear) : null;
        string?[] said = [.. own.Select(text => Projection is { } projection ? projection(text.Answer.Text) : Read(pattern, text.Answer.Text))];
        var votes = said.OfType<string>().CountBy(vote => vote, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
        var order = Enumerable.Range(0, own.Length).OrderByDescending(Votes).ThenByDescending(i => AnswerGroups.LogProbability(own[i])).ToArray();
        var first = said[order[0]];
        var reason = first is null ? "nothing could be read from any answer; it is the likeliest" : $"{votes[first]} of {own.Length} answers say \"{first}\"{(votes.Count > 1 ? $", {votes.Where(vote => vote.Key != first).Max(vote => vote.Value)} the next" : "")}";
        return own[order[0]] with
        {
            Answers = [.. order.Select(i => own[i].Answer)],
            Selection = new ConsensusReport { Reason = reason, Standings = [.. order.Select(i => new AnswerStanding(own[i].Answer, Votes(i), said[i]))] },
        };

        static string? Read(Regex? pattern, string text)
        {
            if (pattern is null) return text.Trim();
            return pattern.Matches(text) is [.., var last] ? (last.Groups.Count > 1 ? last.Groups[1] : last).Value.Trim() : null;
        }

        int Votes(int i) => said[i] is { } vote ? votes[vote] : 0;
    }
}
