namespace DecodeAlign.Decoding;

/// <summary>Best-of-N: N answers, each with draws of its own, of which the best is kept; all of them in one search where the decoder can do that.</summary>
/// <param name="Answers">The number of answers N, at least 1.</param>
public sealed record BestOf(int Answers) : Selection
{
    /// <summary>By what the best is chosen. Default <see cref="AnswerSelection.Score"/>.</summary>
    public AnswerSelection By { get; init; }

    internal override bool ReadsHeuristics => By == AnswerSelection.Heuristics;

    /// <inheritdoc/>
    public override async Task<DecodingBatch> SelectAsync(IDecoder inner, DecodingRequest request, IReadOnlyList<BatchPrompt> prompts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(prompts);
        foreach (var (_, stream) in prompts)
            Require.That(stream >= 0 && stream <= int.MaxValue / Answers - 1, nameof(BatchPrompt.Stream), "at least 0, and its answers' numbers small enough for an int", stream);
        BatchPrompt[] asked = [.. prompts.SelectMany(prompt => Enumerable.Range(0, Answers).Select(i => prompt with { Stream = prompt.Stream * Answers + i }))];
        var batch = await inner.GenerateBatchAsync(request, asked, cancellationToken).ConfigureAwait(false);
        if (By == AnswerSelection.Score && batch.Texts.Any(text => double.IsNaN(text.Answer.Score)))
            throw new NotSupportedException($"best-of-N by log P + λ·h needs log P, which this decoder does not know: choose {nameof(By)} = {nameof(AnswerSelection)}.{nameof(AnswerSelection.Heuristics)}");
        BatchText[] texts = [.. batch.Texts.Chunk(Answers).Select((own, p) => Choose(own) with { Stream = prompts[p].Stream })];
        return batch with
        {
            Texts = texts,
            Statistics = batch.Statistics with { PromptTokens = batch.Statistics.PromptTokens / Answers, GeneratedTokens = texts.Sum(text => text.Answer.Ids.Count) },
        };
    }

    /// <inheritdoc/>
    public override void Validate()
    {
        Require.That(Answers >= 1, nameof(Answers), "at least 1", Answers);
        Require.That(Enum.IsDefined(By), nameof(By), "one of the selections", By);
    }

    private BatchText Choose(BatchText[] own)
    {
        BatchText[] ordered = [.. own.OrderBy(text => text.Answer, AnswerOrder.By(By))];
        return ordered[0] with { Answers = [.. ordered.Select(text => text.Answer)] };
    }
}
