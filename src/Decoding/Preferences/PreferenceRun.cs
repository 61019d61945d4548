namespace DecodeAlign.Decoding;

/// <summary>A selection by preference at work on some prompts: rounds of answers, each a batch over all prompts, rated as they come.</summary>
internal sealed class PreferenceRun
{
    private readonly PreferenceSelection _selection;
    private readonly IDecoder _decoder;
    private readonly DecodingRequest _request;
    private readonly DecodingRequest _inner;
    private readonly TimeProvider _time;
    private readonly PreferencePrompt[] _prompts;
    private DecodingStatistics _cost;

    public PreferenceRun(PreferenceSelection selection, IDecoder decoder, DecodingRequest request, IReadOnlyList<BatchPrompt> prompts)
    {
        (_selection, _decoder, _request, _time) = (selection, decoder, request, decoder.GetService<TimeProvider>() ?? TimeProvider.System);
        _prompts = [.. prompts.Select(prompt => new PreferencePrompt(selection, decoder, request with { Prompt = prompt.Prompt }, prompt.Stream))];
        _inner = request with
        {
            Prompt = "",
            TaskInstruction = "",
            AlignmentInstruction = "",
            Decoder = request.Decoder with
            {
                Name = selection.NameOver(request.Decoder.Name),
                Distribution = selection.Plan.Temperature is { } temperature ? request.Decoder.Distribution with { Temperature = temperature } : request.Decoder.Distribution,
            },
        };
    }

    public async Task<DecodingBatch> RunAsync(CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        foreach (var prompt in _prompts) await prompt.Scorer.ReadyAsync(cancellationToken).ConfigureAwait(false);
        for (var round = 0; ; round++)
        {
            BatchPrompt[][] asked = [.. _prompts.Select(prompt => prompt.Ask(round))];
            var left = Left(_time.GetElapsedTime(started));
            if (asked.All(own => own.Length == 0) || (round > 0 && (left is null || _request.Stop.IsCancellationRequested))) break;
            var reservation = new AnswerReservation([.. _prompts.SelectMany((prompt, p) => asked[p].Length == 0 ? [] : prompt.Scorer.Reserve(asked[p].Length))], _request.ForAnswers);
            await using var scorers = reservation.ConfigureAwait(false);
            var batch = await _decoder.GenerateBatchAsync((left ?? _inner) with { ForAnswers = reservation }, [.. asked.SelectMany(own => own)], cancellationToken).ConfigureAwait(false);
            _cost += batch.Statistics;
            var answered = 0;
            for (var p = 0; p < _prompts.Length; p++)
            {
                await _prompts[p].AddAsync(round, [.. batch.Texts.Skip(answered).Take(asked[p].Length)], reservation.IsTaken ? reservation.Sessions : null, cancellationToken).ConfigureAwait(false);
                answered += asked[p].Length;
            }
        }
        BatchText[] texts = [.. _prompts.Select(prompt => prompt.Choose())];
        foreach (var prompt in _prompts) _cost += new DecodingStatistics(0, 0, prompt.Scorer.Work.TokenEvaluations, prompt.Scorer.Work.BatchedPasses, prompt.Scorer.Calls, prompt.Scorer.Work.PeakKvBytes, 0);
        return new(texts, _cost with { GeneratedTokens = texts.Sum(text => text.Answer.Ids.Count), ElapsedSeconds = _time.GetElapsedTime(started).TotalSeconds });
    }

    // budget and deadline hold for all rounds together; null: one of them is used up
    private DecodingRequest? Left(TimeSpan elapsed)
    {
        var budget = _inner.Budget == 0 ? 0 : _inner.Budget - _cost.TokenEvaluations;
        var deadline = _inner.Deadline == TimeSpan.Zero ? TimeSpan.Zero : _inner.Deadline - elapsed;
        var usedUp = (_inner.Budget > 0 && budget <= 0) || (_inner.Deadline > TimeSpan.Zero && deadline <= TimeSpan.Zero);
        return usedUp ? null : _inner with { Budget = budget, Deadline = deadline };
    }
}
