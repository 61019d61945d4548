namespace DecodeAlign.Decoding;

/// <summary>
/// A choice among N answers by a judge who reads several of them at once. Its memory is reserved with the search's, its work is counted with it; budget and deadline hold for the answers, and not for the judge, who
/// reads them afterwards. Needs no reward and no log P. Tells how it chose by a <see cref="JudgeReport"/>.
/// </summary>
/// <param name="Answers">The number of answers N, at least 1.</param>
public abstract record JudgedSelection(int Answers) : Selection
{
    /// <summary>The judge. Null (default): the model that writes the answers, asked for the best one's letter (<see cref="LabelJudge"/>) by <see cref="Criterion"/>.</summary>
    public IAnswerJudge? Judge { get; init; }

    /// <summary>Name of the judge's model, for who finds models by name (<see cref="WithJudge"/>): a command line or a container. Empty (default): no other model is meant.</summary>
    public string JudgeModel { get; init; } = "";

    /// <summary>What the judge prefers, in plain words, where <see cref="Judge"/> is null. Empty (default): nothing is said.</summary>
    public string Criterion { get; init; } = "";

    /// <summary>In how many orders the answers of a question are read, evenly turned, at least 1 and at most as many as they are: what the judge says of an answer is the mean.</summary>
    public abstract int Orders { get; init; }

    internal override IEnumerable<(ModelCapabilities Capability, string Who)> Needs => Judge is null && JudgeModel.Length == 0 ? [(ModelCapabilities.NamedTokens, "a model that judges its own answers")] : [];

    /// <summary>Most answers of a question.</summary>
    internal abstract int AtOnce { get; }

    /// <summary>The selection with the judge that <see cref="JudgeModel"/> names; where it names none, or the judge is there, as it is.</summary>
    /// <param name="find">Makes the judge of a model's name and a criterion.</param>
    public JudgedSelection WithJudge(Func<string, string, IAnswerJudge> find)
    {
        ArgumentNullException.ThrowIfNull(find);
        return Judge is not null || JudgeModel.Length == 0 ? this : this with { Judge = find(JudgeModel, Criterion) };
    }

    /// <inheritdoc/>
    /// <exception cref="HeuristicException">The judge failed, or what it said is no finite value for each answer. No answer is chosen without it.</exception>
    public override async Task<DecodingBatch> SelectAsync(IDecoder inner, DecodingRequest request, IReadOnlyList<BatchPrompt> prompts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(prompts);
        var judging = new Judging(this, Judge ?? Own(inner), inner.GetService<TimeProvider>() ?? TimeProvider.System);
        string[] texts = [.. prompts.Select(prompt => (request with { Prompt = prompt.Prompt }).FullPrompt())];
        var reservation = new AnswerReservation(Answers == 1 ? [] : await judging.NeedsAsync([.. texts.Distinct()], request.MaxTokens, cancellationToken).ConfigureAwait(false), request.ForAnswers);
        await using var taken = reservation.ConfigureAwait(false);
        var batch = await AnswerGroups.AskAsync(inner, request with { ForAnswers = reservation }, prompts, Answers, cancellationToken).ConfigureAwait(false);
        Contest[] contests = [.. batch.Texts.Chunk(Answers).Select(Open)];
        await judging.RunAsync(contests, texts, reservation, cancellationToken).ConfigureAwait(false);
        var chosen = AnswerGroups.Chosen(batch, prompts, Answers, [.. contests.Select(contest => contest.Choose(judging.Name))]);
        var cost = chosen.Statistics + judging.Cost;
        return chosen with { Statistics = cost };
    }

    /// <inheritdoc/>
    public override void Validate()
    {
        Require.That(Answers >= 1, nameof(Answers), "at least 1", Answers);
        ArgumentNullException.ThrowIfNull(JudgeModel);
        ArgumentNullException.ThrowIfNull(Criterion);
        Require.That(Orders >= 1 && Orders <= Math.Max(1, AtOnce), nameof(Orders), $"from 1 to {Math.Max(1, AtOnce)}, the answers of a question", Orders);
        Require.That(Judge is null || AtOnce <= Judge.MostAnswers, nameof(Answers), $"at most {Judge?.MostAnswers}, as many as the judge '{Judge?.Name}' reads at once", Answers);
        Require.That(Judge is not null || AtOnce <= LabelJudge.Most, nameof(Answers), $"at most {LabelJudge.Most}, as many as there are letters to call them by", Answers);
    }

    internal abstract Contest Open(BatchText[] answers);

    private LabelJudge Own(IDecoder inner)
    {
        if (JudgeModel.Length > 0) throw new NotSupportedException($"the judge's model '{JudgeModel}' is a name that a command line or a container finds: give {nameof(Judge)}, or call {nameof(WithJudge)}");
        return inner.GetService<ILanguageModel>() is { } model ? new(model, Criterion, name: model.Facts.Name) : throw new NotSupportedException($"there is no model behind this decoder that could judge its own answers: give {nameof(Judge)}");
    }
}
