namespace DecodeAlign.Decoding;

/// <summary>One prompt under a preference: the directions that are asked, the answers so far, and which of them is chosen.</summary>
internal sealed class PreferencePrompt
{
    private readonly PreferenceSelection _selection;
    private readonly string _decoder;
    private readonly int _stream;
    private readonly IReadOnlyList<PreferenceDirection> _directions;
    private readonly string[] _prompts;
    private readonly AnswerBudget _budget;
    private readonly Dictionary<string, int> _streams = new(StringComparer.Ordinal);
    private readonly List<PreferenceAnswer> _answers = [];
    private int[] _asked = [];

    public PreferencePrompt(PreferenceSelection selection, IDecoder decoder, DecodingRequest request, int stream)
    {
        (_selection, _decoder, _stream) = (selection, request.Decoder.Name, stream);
        var (prompt, plan) = (request.FullPrompt(), selection.Plan);
        Scorer = new(decoder, prompt, request.MaxTokens, selection.Objectives) { Timeout = selection.ScorerTimeout };
        _directions = plan.Directions.Choose(selection.Target);
        Require.That(_directions is { Count: > 0 }, nameof(plan.Directions), "a choice of at least one direction", "none");
        _budget = new(_directions.Count, plan);
        Require.That(stream >= 0 && stream <= int.MaxValue / _budget.Total - 1, nameof(BatchPrompt.Stream), "at least 0, and its answers' numbers small enough for an int", stream);
        _prompts = [.. _directions.Select(direction => selection.Conditioner.Condition(prompt, direction))];
    }

    public AnswerScorer Scorer { get; }

    /// <summary>What the next round asks; nothing: the budget is spent.</summary>
    public BatchPrompt[] Ask(int round)
    {
        _asked = _budget.Next(round == 0 ? null : CompareDirections);
        // two directions may be written alike: their answers still draw differently
        return [.. _asked.Select(d => new BatchPrompt(_prompts[d], _streams[_prompts[d]] = _streams.GetValueOrDefault(_prompts[d], _stream * _budget.Total - 1) + 1))];
    }

    /// <summary>Rates what came of it, with sessions that the search reserved; null: it did not.</summary>
    public async Task AddAsync(int round, BatchText[] texts, ModelSessions? reserved, CancellationToken cancellationToken)
    {
        if (texts.Length == 0) return;
        var target = _selection.Target;
        var rewards = await Scorer.ScoreAsync([.. texts.Select(text => text.Answer)], reserved, cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < texts.Length; i++)
        {
            var direction = _directions[_asked[i]];
            ObjectiveReward[] own = [.. _selection.Objectives.Select((objective, o) => new ObjectiveReward(objective.Name, rewards[i][o], target.WeightOf(objective.Name)))];
            var score = target.Dot([.. target.Objectives.Select(name => own.First(reward => reward.Objective == name).Value)]);
            if (!double.IsFinite(score)) throw new HeuristicException(string.Join(" + ", target.Objectives), "the rewards are finite but too large: their weighted sum is not");
            _answers.Add(new()
            {
                Number = _answers.Count,
                Round = round,
                Direction = direction,
                OffsetDegrees = direction.AngleTo(target),
                Prompt = texts[i].Prompt,
                Stream = texts[i].Stream,
                Answer = texts[i].Answer,
                Rewards = own,
                Score = score,
            });
        }
    }

    /// <summary>The answers, best first, and how the first was chosen.</summary>
    public BatchText Choose()
    {
        _answers.Sort(PreferenceOrder.Compare);
        return new(_answers[0].Prompt, _stream, [.. _answers.Select(answer => answer.Answer)])
        {
            Selection = new PreferenceReport
            {
                Target = _selection.Target,
                Answers = _answers,
                Reason = PreferenceOrder.Reason(_answers),
                Plan = _selection.Plan.Name,
                Directions = _selection.Plan.Directions.Name,
                Conditioner = _selection.Conditioner.Name,
                Inner = _decoder,
            },
        };
    }

    // higher mean score of the answers so far, then smaller offset, then earlier
    private int CompareDirections(int left, int right)
    {
        var (leftMean, rightMean) = (Mean(left), Mean(right));
        if (leftMean != rightMean) return rightMean.CompareTo(leftMean);
        var byOffset = PreferenceOrder.CompareOffsets(_directions[left].AngleTo(_selection.Target), _directions[right].AngleTo(_selection.Target));
        return byOffset != 0 ? byOffset : left.CompareTo(right);
    }

    private double Mean(int direction) => _answers.Where(answer => ReferenceEquals(answer.Direction, _directions[direction])).Average(answer => answer.Score);
}
