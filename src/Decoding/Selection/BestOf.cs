namespace DecodeAlign.Decoding;

/// <summary>Best-of-N: N answers, each with draws of its own, of which the best is kept; all of them in one search where the decoder can do that.</summary>
/// <param name="Answers">The number of answers N, at least 1.</param>
public sealed record BestOf(int Answers) : Selection
{
    /// <summary>By what the best is chosen. Default <see cref="AnswerSelection.Score"/>.</summary>
    public AnswerSelection By { get; init; }

    /// <summary>β of a soft choice, in units of h; a finite number above 0. Default 1. Other choices do not use it.</summary>
    public double Temperature { get; init; } = 1;

    internal override bool ReadsHeuristics => By is AnswerSelection.Heuristics or AnswerSelection.Soft;

    /// <inheritdoc/>
    public override Task<DecodingBatch> SelectAsync(IDecoder inner, DecodingRequest request, IReadOnlyList<BatchPrompt> prompts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return AnswerGroups.SelectAsync(inner, request, prompts, Answers, (own, stream) => Choose(own, request.Seed, stream), cancellationToken);
    }

    /// <inheritdoc/>
    public override void Validate()
    {
        Require.That(Answers >= 1, nameof(Answers), "at least 1", Answers);
        Require.That(double.IsFinite(Temperature) && Temperature > 0, nameof(Temperature), "a finite number above 0", Temperature);
        Require.That(Enum.IsDefined(By), nameof(By), "one of the selections", By);
    }

    private BatchText Choose(BatchText[] own, ulong seed, int stream)
    {
        if (By is AnswerSelection.Score or AnswerSelection.Confidence && own.Any(text => double.IsNaN(text.Answer.LogProbability) || double.IsNaN(text.Answer.Score)))
            throw new NotSupportedException($"best-of-N by {(By == AnswerSelection.Score ? "log P + λ·h" : "log P a token")} needs log P, which this decoder does not know: choose {nameof(By)} = {nameof(AnswerSelection)}.{nameof(AnswerSelection.Heuristics)}");
        BatchText[] ordered = By == AnswerSelection.Soft ? Draw(own, seed, stream) : [.. own.OrderBy(text => text.Answer, AnswerOrder.By(By))];
        return ordered[0] with { Answers = [.. ordered.Select(text => text.Answer)] };
    }

    // Gumbel's trick: the greatest h/β − ln(−ln u) is a draw of the softmax; the draws depend on the prompt and the stream
    private BatchText[] Draw(BatchText[] own, ulong seed, int stream)
    {
        var hash = own[0].Prompt.Aggregate((ulong)(uint)stream, (sum, letter) => Randomness.Mix(sum, letter));
        double Key(BatchText text, int i) => AnswerOrder.Heuristics(text.Answer) / Temperature - Math.Log(-Math.Log(1 - Randomness.Uniform(seed, hash, DrawPurpose.Selection, (ulong)i)));
        return [.. own.Select((text, i) => (Text: text, Key: Key(text, i))).OrderByDescending(one => one.Key).Select(one => one.Text)];
    }
}
