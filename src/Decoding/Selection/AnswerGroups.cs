namespace DecodeAlign.Decoding;

/// <summary>Asks for several answers to each prompt, all in one batch, each with draws of its own, and hands each prompt's answers to what chooses.</summary>
internal static class AnswerGroups
{
    /// <param name="inner">Writes the answers.</param>
    /// <param name="request">What is common to all.</param>
    /// <param name="prompts">The prompts.</param>
    /// <param name="answers">Answers to each.</param>
    /// <param name="choose">A prompt's answers in the order of asking, and its stream; returns them best first.</param>
    /// <param name="cancellationToken">Cancels by throwing.</param>
    public static async Task<DecodingBatch> SelectAsync(
        IDecoder inner, DecodingRequest request, IReadOnlyList<BatchPrompt> prompts, int answers, Func<BatchText[], int, BatchText> choose, CancellationToken cancellationToken)
    {
        var batch = await AskAsync(inner, request, prompts, answers, cancellationToken).ConfigureAwait(false);
        return Chosen(batch, prompts, answers, [.. batch.Texts.Chunk(answers).Select((own, p) => choose(own, prompts[p].Stream))]);
    }

    /// <summary>The answers alone: those to a prompt side by side, in the order of asking.</summary>
    public static Task<DecodingBatch> AskAsync(IDecoder inner, DecodingRequest request, IReadOnlyList<BatchPrompt> prompts, int answers, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(prompts);
        foreach (var (_, stream) in prompts)
            Require.That(stream >= 0 && stream <= int.MaxValue / answers - 1, nameof(BatchPrompt.Stream), "at least 0, and its answers' numbers small enough for an int", stream);
        BatchPrompt[] asked = [.. prompts.SelectMany(prompt => Enumerable.Range(0, answers).Select(i => prompt with { Stream = prompt.Stream * answers + i }))];
        return inner.GenerateBatchAsync(request, asked, cancellationToken);
    }

    /// <summary>The batch with what was chosen for each prompt.</summary>
    public static DecodingBatch Chosen(DecodingBatch batch, IReadOnlyList<BatchPrompt> prompts, int answers, IReadOnlyList<BatchText> chosen) => batch with
    {
        Texts = [.. chosen.Select((text, p) => text with { Stream = prompts[p].Stream })],
        Statistics = batch.Statistics with { PromptTokens = batch.Statistics.PromptTokens / answers, GeneratedTokens = chosen.Sum(text => text.Answer.Ids.Count) },
    };

    /// <summary>Higher log P first; one that is not known, of a decoder without a model, is as good as any.</summary>
    public static double LogProbability(BatchText text) => double.IsNaN(text.Answer.LogProbability) ? 0 : text.Answer.LogProbability;
}
