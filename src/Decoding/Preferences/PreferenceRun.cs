namespace DecodeAlign.Decoding;

/// <summary>One request under a preference at work: rounds of answers, each a batch, rated as they come.</summary>
internal sealed class PreferenceRun
{
    private readonly PreferenceRequest _request;
    private readonly Decoder _decoder;
    private readonly TimeProvider _time;
    private readonly AnswerScorer _scorer;
    private readonly DecodingRequest _inner;
    private readonly PreferenceTrace? _trace;
    private readonly IReadOnlyList<PreferenceDirection> _directions;
    private readonly string[] _prompts;
    private readonly AnswerBudget _budget;
    private readonly List<PreferenceAnswer> _answers = [];
    private DecodingStatistics _cost;

    public PreferenceRun(PreferenceRequest request, ILanguageModel model, TimeProvider time)
    {
        (_request, _decoder, _time, _scorer) = (request, new(model, time), time, new(request, model, time));
        var (inner, plan) = (request.Inner, request.Plan);
        _directions = plan.Directions.Choose(request.Target);
        Require.That(_directions is { Count: > 0 }, nameof(plan.Directions), "a choice of at least one direction", "none");
        _budget = new(_directions.Count, plan);
        var text = inner.FullPrompt();
        _prompts = [.. _directions.Select(direction => request.Conditioner.Condition(text, direction))];
        _trace = inner.Trace is null ? null : new(inner.Trace);
        _inner = inner with
        {
            Prompt = "",
            TaskInstruction = "",
            AlignmentInstruction = "",
            Trace = _trace,
            Decoder = inner.Decoder with
            {
                Name = $"{plan.Name} over {inner.Decoder.Name}",
                Distribution = plan.Temperature is { } temperature ? inner.Decoder.Distribution with { Temperature = temperature } : inner.Decoder.Distribution,
            },
        };
    }

    public async Task<PreferenceResult> RunAsync(CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        var streams = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var round = 0; ; round++)
        {
            var asked = _budget.Next(round == 0 ? null : CompareDirections);
            var left = Left(_time.GetElapsedTime(started));
            if (asked.Length == 0 || (round > 0 && (left is null || _request.Inner.Stop.IsCancellationRequested))) break;
            // two directions may be written alike: their answers still draw differently
            BatchPrompt[] prompts = [.. asked.Select(d => new BatchPrompt(_prompts[d], streams[_prompts[d]] = streams.GetValueOrDefault(_prompts[d], -1) + 1))];
            var place = _scorer.Prepare(asked.Length);
            await using var scorers = place.Reservation.ConfigureAwait(false);
            var batch = await _decoder.GenerateBatchAsync((left ?? _inner) with { ForAnswers = place.Reservation }, prompts, cancellationToken).ConfigureAwait(false);
            await AddAsync(round, asked, batch, place, cancellationToken).ConfigureAwait(false);
        }
        _answers.Sort(PreferenceOrder.Compare);
        return Finish(_time.GetElapsedTime(started).TotalSeconds);
    }

    // budget and deadline hold for all rounds together; null: one of them is used up
    private DecodingRequest? Left(TimeSpan elapsed)
    {
                var budget = _inner.Budget == 0 ? 0 : _inner.Budget - _cost.TokenEvaluations;
        var deadline = _inner.Deadline == TimeSpan.Zero ? TimeSpan.Zero : _inner.Deadline - elapsed;
        var usedUp = (_inner.Budget > 0 && budget <= 0) || (_inner.Deadline > TimeSpan.Zero && deadline <= TimeSpan.Zero);
        return usedUp ? null : _inner with { Budget = budget, Deadline = deadline };
    }

    private async Task AddAsync(int round, int[] asked, DecodingBatch batch, AnswerScorer.RatedAnswers place, CancellationToken cancellationToken)
    {
        var target = _request.Target;
        var rewards = await _scorer.ScoreAsync(place, [.. batch.Texts.Select(text => text.Answer)], cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < asked.Length; i++)
        {
            var direction = _directions[asked[i]];
            ObjectiveReward[] own = [.. _request.Objectives.Select((objective, o) => new ObjectiveReward(objective.Name, rewards[i][o], target.WeightOf(objective.Name)))];
            var score = target.Dot([.. target.Objectives.Select(name => own.First(reward => reward.Objective == name).Value)]);
            if (!double.IsFinite(score)) throw new HeuristicException(string.Join(" + ", target.Objectives), "the rewards are finite but too large: their weighted sum is not");
            _answers.Add(new()
            {
                Number = _answers.Count,
                Round = round,
                Direction = direction,
                OffsetDegrees = direction.AngleTo(target),
                Prompt = batch.Texts[i].Prompt,
                Stream = batch.Texts[i].Stream,
                Answer = batch.Texts[i].Answer,
                Rewards = own,
                Score = score,
            });
        }
        var cost = batch.Statistics;
        _cost = new(_cost.PromptTokens + cost.PromptTokens, 0, _cost.TokenEvaluations + cost.TokenEvaluations, _cost.BatchedPasses + cost.BatchedPasses,
            _cost.HeuristicCalls + cost.HeuristicCalls, Math.Max(_cost.PeakKvBytes, cost.PeakKvBytes), 0);
    }

    // higher mean score of the answers so far, then smaller offset, then earlier
    private int CompareDirections(int left, int right)
    {
        var (leftMean, rightMean) = (Mean(left), Mean(right));
        if (leftMean != rightMean) return rightMean.CompareTo(leftMean);
        var byOffset = PreferenceOrder.CompareOffsets(_directions[left].AngleTo(_request.Target), _directions[right].AngleTo(_request.Target));
        return byOffset != 0 ? byOffset : left.CompareTo(right);
    }

    private double Mean(int direction) => _answers.Where(answer => ReferenceEquals(answer.Direction, _directions[direction])).Average(answer => answer.Score);

    private PreferenceResult Finish(double seconds)
    {
        var result = new PreferenceResult
        {
            Target = _request.Target,
            Answers = _answers,
            Reason = PreferenceOrder.Reason(_answers),
            Plan = _request.Plan.Name,
            Directions = _request.Plan.Directions.Name,
            Conditioner = _request.Conditioner.Name,
            Inner = _request.Inner.Decoder.Name,
            Seed = _inner.Seed,
            Statistics = _cost with
            {
                GeneratedTokens = _answers[0].Answer.Ids.Count,
                TokenEvaluations = _cost.TokenEvaluations + _scorer.Work.TokenEvaluations,
                BatchedPasses = _cost.BatchedPasses + _scorer.Work.BatchedPasses,
                HeuristicCalls = _cost.HeuristicCalls + _scorer.Calls,
                PeakKvBytes = Math.Max(_cost.PeakKvBytes, _scorer.Work.PeakKvBytes),
                ElapsedSeconds = seconds,
            },
        };
        _trace?.End(result, _inner.Decoder.Name);
        return result;
    }
}
