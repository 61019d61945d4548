namespace DecodeAlign.Decoding;

/// <summary>
/// A language model as a judge of several answers in one pass (the idea of RewardAnything, arXiv 2506.03637): it reads the prompt and all answers, each under a letter, and is asked for the best one's letter. An answer's
/// value is the log-probability of its letter among the letters: nothing has to be parsed, so that every reading is one. Models prefer some letters and places: read in several orders (<see cref="JudgedSelection.Orders"/>).
/// </summary>
/// <remarks>Safe for concurrent calls. A question is evaluated as one path; questions that begin alike share what they begin with.</remarks>
public sealed class LabelJudge : IAnswerJudge
{
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", Asked = "Which answer is best? Answer with its letter.\nBest answer:";
    private const int MostAtOnce = 8;
    internal const int Most = 26;
    private readonly ILanguageModel _model;
    private readonly Func<JudgeQuestion, string> _layout;

    /// <summary>Makes a judge.</summary>
    /// <param name="model">A model with <see cref="ModelCapabilities.NamedTokens"/>, any tokenizer; the caller keeps ownership.</param>
    /// <param name="criterion">What it prefers, in plain words, such as "The kinder answer is better."; empty (default): nothing is said.</param>
    /// <param name="layout">All that it reads for a question, answers under the letters A, B, …, up to where the best one's letter follows; null: a plain layout with the criterion.</param>
    /// <param name="name">A name for reports and errors.</param>
    public LabelJudge(ILanguageModel model, string criterion = "", Func<JudgeQuestion, string>? layout = null, string name = "judge")
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(criterion);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        (_model, _layout, Name) = (model, layout ?? (question => Plain(question, criterion)), name);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>26: as many as there are letters.</summary>
    public int MostAnswers => Most;

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">The model can't be asked for the log-probability of a token.</exception>
    public IEnumerable<SessionNeed> Needs(JudgeDemand demand)
    {
        ArgumentNullException.ThrowIfNull(demand);
        if (!_model.Facts.Capabilities.HasFlag(ModelCapabilities.NamedTokens)) throw new NotSupportedException($"a judge needs {ModelCapabilities.NamedTokens}, which the model '{_model.Facts.Name}' does not offer");
        string[] none = [.. Enumerable.Repeat("", demand.Answers)];
        var around = demand.Prompts.Max(prompt => _model.Tokenizer.EncodePrompt(_layout(new(prompt, none))).Length);
        // tokens of another tokenizer, or of texts that are encoded anew, may be more than those that were written
        var path = Math.Min(_model.Facts.ContextLength, around + 2L * demand.Answers * demand.MaxTokens + demand.Answers);
        return [new(this, _model, null, (int)Math.Min(int.MaxValue, path * Math.Min(MostAtOnce, demand.Questions)))];
    }

    /// <inheritdoc/>
    /// <exception cref="HeuristicException">A question is longer than the model's context.</exception>
    public async Task<JudgeReadings> ReadAsync(IReadOnlyList<JudgeQuestion> questions, ModelSessions sessions, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(questions);
        ArgumentNullException.ThrowIfNull(sessions);
        using var lease = sessions.Take(this);
        var before = lease.Session.Statistics;
        var readings = new JudgeReading[questions.Count];
        var waiting = new List<Read>();
        try
        {
            for (var q = 0; q < questions.Count; q++)
            {
                var count = questions[q].Answers.Count;
                Require.That(count >= 2 && count <= MostAnswers, nameof(questions), $"questions of 2 to {MostAnswers} answers", count);
                var (text, labels) = Labelled(_layout(questions[q]), count);
                var tokens = _model.Tokenizer.EncodePrompt(text);
                if (tokens.Length > _model.Facts.ContextLength) throw new HeuristicException(Name, $"{count} answers with their prompt have {tokens.Length} tokens; the context of '{_model.Facts.Name}' holds {_model.Facts.ContextLength}");
                var leaf = lease.Tree.AppendAll(TokenTree.Empty, tokens);
                if (lease.Tree.Count > lease.MaxNodes)
                {
                    lease.Tree.Release(leaf);
                    await EvaluateAsync(lease, waiting, readings, cancellationToken).ConfigureAwait(false);
                    leaf = lease.Tree.AppendAll(TokenTree.Empty, tokens);
                }
                waiting.Add(new(q, leaf, tokens.Length, labels, new double[count]));
                if (lease.Tree.Count > lease.MaxNodes) throw new HeuristicException(Name, $"{count} answers with their prompt need more than the {lease.MaxNodes} tokens that were reserved in '{_model.Facts.Name}'");
            }
            await EvaluateAsync(lease, waiting, readings, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            foreach (var read in waiting) lease.Tree.Release(read.Leaf);
        }
        var after = lease.Session.Statistics;
        return new(readings, new(after.TokenEvaluations - before.TokenEvaluations, after.BatchedPasses - before.BatchedPasses, after.PeakKvBytes));
    }

    private static async Task EvaluateAsync(SessionLease lease, List<Read> waiting, JudgeReading[] readings, CancellationToken cancellationToken)
    {
        await lease.Session.EvaluateAsync(waiting.Select(read => new EvaluationRequest { Node = read.Leaf, Named = read.Labels, NamedLogProbabilities = read.Values }).ToArray(), cancellationToken).ConfigureAwait(false);
        foreach (var read in waiting)
        {
            var most = read.Values.Max();
            var all = most + Math.Log(read.Values.Sum(value => Math.Exp(value - most)));
            readings[read.Question] = new([.. read.Values.Select(value => value - all)], read.Tokens, 0);
            lease.Tree.Release(read.Leaf);
        }
        waiting.Clear();
    }

    // the letter with its space; where a tokenizer makes the space a token of its own, the letter alone, after the space
    private (string Text, int[] Labels) Labelled(string text, int count)
    {
        if (First(" ", count) is { } spaced) return (text, spaced);
        return First("", count) is { } bare ? (text + " ", bare) : throw new NotSupportedException($"the tokenizer of '{_model.Facts.Name}' writes two of the letters {Letters[..count]} with one token, or one with none: it can't be asked for a letter");
    }

    private int[]? First(string before, int count)
    {
        int[][] tokens = [.. Letters[..count].Select(letter => _model.Tokenizer.Encode($"{before}{letter}", addSpecialTokens: false))];
        if (Array.Exists(tokens, own => own.Length == 0)) return null;
        int[] first = [.. tokens.Select(own => own[0])];
        return first.Distinct().Count() == count ? first : null;
    }

    private static string Plain(JudgeQuestion question, string criterion) =>
        $"Prompt: {question.Prompt}\n\n{string.Concat(question.Answers.Select((answer, i) => $"Answer {Letters[i]}: {answer.Trim()}\n\n"))}{(criterion.Length > 0 ? $"{criterion}\n" : "")}{Asked}";

    private sealed record Read(int Question, int Leaf, int Tokens, int[] Labels, double[] Values);
}
