using System.Globalization;

namespace DecodeAlign.Decoding;

/// <summary>Best-of-N: N answers, each with draws of its own, of which the best is kept; all of them in one search where the decoder can do that. Chosen from a front, it tells how by a <see cref="FrontReport"/>.</summary>
/// <param name="Answers">The number of answers N, at least 1.</param>
public sealed record BestOf(int Answers) : Selection
{
    /// <summary>By what the best is chosen. Default <see cref="AnswerSelection.Score"/>.</summary>
    public AnswerSelection By { get; init; }

    /// <summary>β of a soft choice, in units of h; a finite number above 0. Default 1. Other choices do not use it.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>β of a regularised choice: units of h for a nat, or for a token; a finite number, at least 0. Default 0.05. Other choices do not use it.</summary>
    public double Regularization { get; init; } = 0.05;

    internal override bool ReadsHeuristics => By is not (AnswerSelection.Score or AnswerSelection.Confidence);

    internal bool IsRegularized => By is AnswerSelection.Divergence or AnswerSelection.Length;

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
        Require.That(double.IsFinite(Regularization) && Regularization >= 0, nameof(Regularization), "a finite number, at least 0", Regularization);
        Require.That(Enum.IsDefined(By), nameof(By), "one of the selections", By);
    }

    private BatchText Choose(BatchText[] own, ulong seed, int stream)
    {
        if (By is AnswerSelection.Score or AnswerSelection.Confidence or AnswerSelection.Divergence && own.Any(text => double.IsNaN(text.Answer.LogProbability) || double.IsNaN(text.Answer.Score)))
            throw new NotSupportedException($"best-of-N by {Formula} needs log P, which this decoder does not know: choose {nameof(By)} = {nameof(AnswerSelection)}.{nameof(AnswerSelection.Heuristics)}");
        if (FrontRule is { } rule) return ChooseFrom(own, rule);
        BatchText[] ordered = By == AnswerSelection.Soft ? Draw(own, seed, stream) : [.. own.OrderBy(text => text.Answer, AnswerOrder.By(By, Regularization))];
        return ordered[0] with { Answers = [.. ordered.Select(text => text.Answer)] };
    }

    private string Formula => By switch { AnswerSelection.Score => "log P + λ·h", AnswerSelection.Divergence => "h + β·log P", _ => "log P a token" };

    private FrontChoice? FrontRule => By switch { AnswerSelection.Knee => FrontChoice.Knee, AnswerSelection.Nash => FrontChoice.Nash, AnswerSelection.MaxMin => FrontChoice.MaxMin, _ => null };

    private static BatchText ChooseFrom(BatchText[] own, FrontChoice rule)
    {
        Answer[] answers = [.. own.Select(text => text.Answer)];
        var front = ParetoFront.Of(answers) ?? throw new NotSupportedException("a choice from the front needs heuristics, which are its objectives: there are none");
        var chosen = front.Choose(rule);
        // then the rest of the front, then what is dominated
        int[] order = [chosen, .. front.Members.Where(member => member != chosen), .. Enumerable.Range(0, own.Length).Except(front.Members)];
        return own[chosen] with
        {
            Answers = [.. order.Select(i => answers[i])],
            Selection = new FrontReport
            {
                Front = [.. order.Take(front.Members.Count).Select(i => answers[i])],
                Reason = string.Create(CultureInfo.InvariantCulture, $"{front.Members.Count} of {own.Length} are on the front of {string.Join(", ", answers[0].Heuristics.Select(value => value.Name))}, and {(rule switch { FrontChoice.Knee => "this is the nearest to the best in all", FrontChoice.Nash => "this has the greatest product of gains", _ => "this has the greatest least share" })}"),
            },
        };
    }

    // Gumbel's trick: the greatest h/β − ln(−ln u) is a draw of the softmax; the draws depend on the prompt and the stream
    private BatchText[] Draw(BatchText[] own, ulong seed, int stream)
    {
        var hash = own[0].Prompt.Aggregate((ulong)(uint)stream, (sum, letter) => Randomness.Mix(sum, letter));
        double Key(BatchText text, int i) => AnswerOrder.Heuristics(text.Answer) / Temperature - Math.Log(-Math.Log(1 - Randomness.Uniform(seed, hash, DrawPurpose.Selection, (ulong)i)));
        return [.. own.Select((text, i) => (Text: text, Key: Key(text, i))).OrderByDescending(one => one.Key).Select(one => one.Text)];
    }
}
