using System.Runtime.CompilerServices;
using DecodeAlign.Decoding;
using Microsoft.Extensions.AI;

namespace DecodeAlign.Hosting;

/// <summary>
/// A selection around another client: several answers are asked for at once and one of them is kept, by their texts alone. Usage is that of all answers, and of a judge's readings; a stream begins when the choice is made. An answer
/// that fails, fails the request: the others are cancelled.
/// </summary>
internal sealed class SelectingChatClient(IChatClient inner, Selection selection, IReadOnlyList<WeightedHeuristic> heuristics) : DelegatingChatClient(inner)
{
    /// <summary>Key of the answers' scores in the response's additional properties, in the order of asking.</summary>
    public const string Scores = "decodealign.scores";

    public override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var client = new ChatClientDecoder(InnerClient, [.. messages], options);
        var request = new DecodingRequest { Prompt = client.Prompt, Decoder = Decoders.Sample(), Heuristics = heuristics };
        var result = await new SelectingDecoder(client, selection).GenerateAsync(request, cancellationToken).ConfigureAwait(false);
        var answers = client.Answers;
        var chosen = (answers.FirstOrDefault(one => ReferenceEquals(one.Answer, result.Answer)) ?? throw new NotSupportedException("the selection wrote an answer of its own, which no response of the client has")).Response;
        var judged = result.Selection as JudgeReport;
        if (judged is not null || answers.Any(one => one.Response.Usage is not null))
        {
            var usage = new UsageDetails();
            if (judged is { InputTokens: var read, OutputTokens: var written }) usage.Add(new() { InputTokenCount = read, OutputTokenCount = written, TotalTokenCount = read + written });
            foreach (var one in answers)
                if (one.Response.Usage is { } part) usage.Add(part);
            chosen.Usage = usage;
        }
        chosen.AdditionalProperties ??= new();
        chosen.AdditionalProperties[Scores] = result.Selection is PreferenceReport report
            ? report.Answers.OrderBy(answer => answer.Number).Select(answer => answer.Score).ToArray()
            : judged is not null ? answers.Select(one => judged.Standings.First(standing => ReferenceEquals(standing.Answer, one.Answer)).Value).ToArray()
            : answers.Select(one => one.Answer.Heuristics.Sum(value => value.Weight * value.Value)).ToArray();
        return chosen;
    }

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var response = await GetResponseAsync(messages, options, cancellationToken).ConfigureAwait(false);
        foreach (var update in response.ToChatResponseUpdates()) yield return update;
    }
}
