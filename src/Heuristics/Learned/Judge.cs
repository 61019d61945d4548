using DecodeAlign.Decoding;

namespace DecodeAlign.Heuristics;

/// <summary>
/// A language model asked in words: it reads principles, the prompt and the text, and the reward is what its next token says, weighted by probability (the idea of RewardAnything: principles in plain
/// language in place of a trained head). With the answers " Yes" (1) and " No" (0) the value is P(Yes)/(P(Yes) + P(No)), or log P(Yes) − log P(No) (<see cref="JudgeScore.LogOdds"/>); with " 1" to " 5", the expected grade.
/// </summary>
/// <remarks>Safe for concurrent requests. The question stands after the text and is evaluated for each text; the text itself only as far as it is new.</remarks>
public sealed class Judge : IHeuristic
{
    private readonly ReaderPool<double> _pool;
    private readonly HeuristicBounds _bounds;

    /// <summary>Makes the judge.</summary>
    /// <param name="model">A model with <see cref="ModelCapabilities.NamedTokens"/>; any tokenizer. The caller keeps ownership.</param>
    /// <param name="layout">The judge's instructions around the text, given the prompt, up to where the answer begins; <see cref="Ask"/> makes a plain one.</param>
    /// <param name="answers">Answers by what they are worth, at least two; null: " Yes" is 1, " No" is 0. Their first tokens must differ.</param>
    /// <param name="name">The name by which results and errors speak of it. Default <c>judge</c>.</param>
    /// <param name="score">What the answers' probabilities come to. Default: their expected worth.</param>
    /// <exception cref="NotSupportedException">The model can't be asked for the log-probability of a token.</exception>
    /// <exception cref="ArgumentException">There are fewer than two answers, one has no token or not a finite worth, or two begin with one token; or log odds are asked for of more than two, or of two of one worth.</exception>
    public Judge(ILanguageModel model, Func<string, TextLayout> layout, IReadOnlyDictionary<string, double>? answers = null, string name = "judge", JudgeScore score = JudgeScore.Expected)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (!model.Facts.Capabilities.HasFlag(ModelCapabilities.NamedTokens)) throw new NotSupportedException($"a judge needs {ModelCapabilities.NamedTokens}, which the model '{model.Facts.Name}' does not offer");
        answers ??= new Dictionary<string, double> { [" Yes"] = 1, [" No"] = 0 };
        if (answers.Count < 2) throw new ArgumentException("a judge needs at least two answers", nameof(answers));
        foreach (var (answer, worth) in answers)
            if (!double.IsFinite(worth)) throw new ArgumentException($"the worth of the answer '{answer}' is {worth}, which is not finite", nameof(answers));
        int[] tokens = [.. answers.Keys.Select(answer => model.Tokenizer.Encode(answer, addSpecialTokens: false) is [var first, ..] ? first : throw new ArgumentException($"the answer '{answer}' has no token", nameof(answers)))];
        if (tokens.Distinct().Count() < tokens.Length) throw new ArgumentException($"two of the answers {string.Join(", ", answers.Keys.Select(answer => $"'{answer}'"))} begin with the same token", nameof(answers));
        double[] worths = [.. answers.Values];
        if (!Enum.IsDefined(score)) throw new ArgumentException("no such score", nameof(score));
        var odds = score == JudgeScore.LogOdds;
        if (odds && (worths.Length != 2 || worths[0] == worths[1])) throw new ArgumentException("log odds are of two answers, one worth more than the other", nameof(answers));
        Name = name;
        _bounds = odds ? HeuristicBounds.Unbounded : new(worths.Min(), worths.Max());
        _pool = new(model, layout, (context, place, lease) => new Reader(context, place, lease, tokens, worths, odds));
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>A plain layout of context, principles, prompt, text and question.</summary>
    /// <param name="principles">What a good text does, a sentence each; at least one.</param>
    /// <param name="question">What is asked last. Default: whether the text follows the principles, Yes or No.</param>
    /// <param name="context">For whom, or for what, the text is (context-aware preference modelling, arXiv 2407.14916), such as "The reader is a child of six."; null or empty (default): nothing is said.</param>
    public static Func<string, TextLayout> Ask(IEnumerable<string> principles, string question = "Does the text follow all of the principles? Answer Yes or No.", string? context = null)
    {
        ArgumentNullException.ThrowIfNull(principles);
        var list = string.Concat(principles.Select(principle => $"- {principle}\n"));
        if (list.Length == 0) throw new ArgumentException("a judge needs at least one principle", nameof(principles));
        var before = string.IsNullOrEmpty(context) ? "" : $"Context: {context}\n\n";
        return prompt => new($"{before}Principles:\n{list}\nPrompt: {prompt}\nText: ", $"\n\nQuestion: {question}\nAnswer:");
    }

    /// <inheritdoc/>
    public IEnumerable<SessionNeed> Needs(GenerationContext context) => [_pool.Need(context)];

    /// <inheritdoc/>
    public ValueTask<IHeuristicSession> OpenAsync(GenerationContext context, ModelSessions sessions, CancellationToken cancellationToken = default) =>
        new(new ReaderSession<double>(_pool, context, sessions, (_, value) => value, (value, _, tokensLeft) => tokensLeft == 0 && value is { } known ? new(known, known) : _bounds));

    private sealed class Reader(GenerationContext context, TextPlace place, SessionLease lease, int[] tokens, double[] worths, bool odds) : ModelReader<double>(context, place, lease)
    {
        protected override void Ask(int node, int leaf, Batch batch)
        {
            var read = new double[tokens.Length];
            batch.Requests.Add(new() { Node = leaf, Named = tokens, NamedLogProbabilities = read });
            batch.Done.Add(() => Set(node, odds ? (read[0] - read[1]) * Math.Sign(worths[0] - worths[1]) : Expected(read)));
        }

        // clamped, since a mean may round past the ends it lies between
        private double Expected(double[] logProbabilities)
        {
            var highest = logProbabilities.Max();
            var (sum, weights) = (0.0, 0.0);
            for (var i = 0; i < worths.Length; i++)
            {
                var weight = Math.Exp(logProbabilities[i] - highest);
                sum += weight * worths[i];
                weights += weight;
            }
            return Math.Clamp(sum / weights, worths.Min(), worths.Max());
        }
    }
}

/// <summary>What the probabilities of a judge's answers come to.</summary>
public enum JudgeScore
{
    /// <summary>The answers' expected worth, between the least and the greatest.</summary>
    Expected,

    /// <summary>Of two answers the log-probability of the one that is worth more, less the other's: log P(Yes) − log P(No), in nats. It does not flatten where the judge is certain, and has no bounds.</summary>
    LogOdds,
}
