using Microsoft.Extensions.AI;
using Microsoft.Extensions.AI.Evaluation;

namespace DecodeAlign.Evaluation;

/// <summary>A judge that is a function of the prompt and the text written to it. Safe for concurrent use where the function is.</summary>
internal sealed class TextEvaluator(string name, Func<string, string, double> score) : IEvaluator
{
    public IReadOnlyCollection<string> EvaluationMetricNames { get; } = [name];

    public ValueTask<EvaluationResult> EvaluateAsync(IEnumerable<ChatMessage> messages, ChatResponse modelResponse, ChatConfiguration? chatConfiguration = null, IEnumerable<EvaluationContext>? additionalContext = null, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(new EvaluationResult(new NumericMetric(name, score(messages.LastOrDefault()?.Text ?? "", modelResponse.Text))));
}
