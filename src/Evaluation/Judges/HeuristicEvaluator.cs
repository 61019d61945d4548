using DecodeAlign.Decoding;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.AI.Evaluation;

namespace DecodeAlign.Evaluation;

/// <summary>
/// A heuristic as an <see cref="IEvaluator"/>: rates the text of a response, as it stands, to the last message. So what ranks in a search and what judges finished texts elsewhere are one thing. The value is a
/// <see cref="NumericMetric"/> by the heuristic's name. Safe for concurrent use.
/// </summary>
public sealed class HeuristicEvaluator : IEvaluator
{
    private readonly IHeuristic _heuristic;

    /// <summary>Makes an evaluator.</summary>
    /// <param name="heuristic">The heuristic; one that runs a model must read texts of its own, since there is no search whose tokens it could share.</param>
    public HeuristicEvaluator(IHeuristic heuristic)
    {
        ArgumentNullException.ThrowIfNull(heuristic);
        (_heuristic, EvaluationMetricNames) = (heuristic, [heuristic.Name]);
    }

    /// <summary>The heuristic's name alone.</summary>
    public IReadOnlyCollection<string> EvaluationMetricNames { get; }

    /// <inheritdoc/>
    /// <exception cref="HeuristicException">The heuristic threw, or returned no finite number.</exception>
    public async ValueTask<EvaluationResult> EvaluateAsync(IEnumerable<ChatMessage> messages, ChatResponse modelResponse, ChatConfiguration? chatConfiguration = null, IEnumerable<EvaluationContext>? additionalContext = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        ArgumentNullException.ThrowIfNull(modelResponse);
        var scorer = new AnswerScorer(Writer.Unknown, messages.LastOrDefault()?.Text ?? "", 1, [new(_heuristic.Name, _heuristic)]);
        var answer = new Answer { Text = modelResponse.Text, Ids = [], FinishReason = FinishReason.Eos, LogProbability = 0, Score = 0, Heuristics = [] };
        var value = (await scorer.ScoreAsync([answer], cancellationToken).ConfigureAwait(false))[0][0];
        return new(new NumericMetric(_heuristic.Name, value) { Reason = _heuristic.IsSatisfied(value) is { } met ? (met ? "met" : "not met") : null });
    }

    /// <summary>Whoever wrote the text: no model whose tokens could be read.</summary>
    private sealed class Writer : IDecoder
    {
        public static Writer Unknown { get; } = new();

        public Task<DecodingResult> GenerateAsync(DecodingRequest request, CancellationToken cancellationToken = default) => throw new NotSupportedException("texts are only rated here");
    }
}
