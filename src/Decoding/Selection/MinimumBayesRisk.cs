using System.Globalization;

namespace DecodeAlign.Decoding;

/// <summary>
/// Minimum Bayes risk decoding (Kumar and Byrne, 2004; sampled as in arXiv 2108.04718): of N answers the one with the greatest mean similarity to the others, which stand for the texts that the model might have written.
/// Needs no reward and no log P. Ties: the likelier answer, then the earlier. Tells how it chose by a <see cref="ConsensusReport"/>.
/// </summary>
/// <param name="Answers">The number of answers N, at least 1.</param>
public sealed record MinimumBayesRisk(int Answers) : Selection
{
    /// <summary>How alike two answers are. Default: <see cref="TextSimilarity.Characters"/>.</summary>
    public TextSimilarity Similarity { get; init; } = TextSimilarity.Characters;

    /// <inheritdoc/>
    public override Task<DecodingBatch> SelectAsync(IDecoder inner, DecodingRequest request, IReadOnlyList<BatchPrompt> prompts, CancellationToken cancellationToken = default) =>
        AnswerGroups.SelectAsync(inner, request, prompts, Answers, (own, _) => Choose(own, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public override void Validate()
    {
        Require.That(Answers >= 1, nameof(Answers), "at least 1", Answers);
        ArgumentNullException.ThrowIfNull(Similarity);
    }

    private BatchText Choose(BatchText[] own, CancellationToken cancellationToken)
    {
        var means = new double[own.Length];
        for (var i = 0; i < own.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (var j = 0; j < own.Length; j++)
                if (j != i) means[i] += Similarity.Check(own[i].Answer.Text, own[j].Answer.Text) / (own.Length - 1);
        }
        var order = Enumerable.Range(0, own.Length).OrderByDescending(i => means[i]).ThenByDescending(i => AnswerGroups.LogProbability(own[i])).ToArray();
        var reason = own.Length == 1 ? "it is the only one" : string.Create(CultureInfo.InvariantCulture, $"it is most like the others: {means[order[0]]:0.###} by {Similarity.Name}, where they have {means.Average():0.###} on average");
        return own[order[0]] with
        {
            Answers = [.. order.Select(i => own[i].Answer)],
            Selection = new ConsensusReport { Reason = reason, Standings = [.. order.Select(i => new AnswerStanding(own[i].Answer, means[i], null))] },
        };
    }
}
