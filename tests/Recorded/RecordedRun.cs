using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

/// <summary>Runs recorded requests.</summary>
internal static class RecordedRun
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static async Task<RecordedOutcome> OfAsync(RecordedRequest request, IRecordedParts parts)
    {
        // a search that hangs is an error with a name, not a test run that never ends
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            return await RunAsync(request, parts, patience.Token);
        }
        catch (Exception fault) when (fault is not (OperationCanceledException or Xunit.Sdk.XunitException))
        {
            return new() { Error = fault.GetType().Name, Message = fault.Message };
        }
    }

    private static async Task<RecordedOutcome> RunAsync(RecordedRequest request, IRecordedParts parts, CancellationToken cancellationToken)
    {
        using var stop = new CancellationTokenSource();
        var steps = new Steps(step =>
        {
            if (request.StopAtStep > 0 && step >= request.StopAtStep) stop.Cancel();
        });
        var model = parts.Model(request.Model);
        var asked = RequestFactory.Make(request, parts) with { Stop = stop.Token, Progress = steps, Trace = request.Traced ? new Sink() : null };
        var decoder = new Decoder(model, steps);
        switch (request.Way)
        {
            case "generate":
                return Of(await decoder.GenerateAsync(asked, cancellationToken));
            case "stream":
                var (text, ids, result) = ("", new List<int>(), (DecodingResult?)null);
                await foreach (var update in decoder.StreamAsync(asked, cancellationToken))
                {
                    text += update.Text;
                    ids.AddRange(update.Ids);
                    result = update.Result;
                }
                Assert.Equal(result!.Text, text);
                Assert.Equal(result.Answer.Ids, ids);
                return Of(result);
            case "batch":
                var batch = await decoder.GenerateBatchAsync(asked, [.. request.Batch.Select(prompt => new BatchPrompt(prompt.Prompt, prompt.Stream))], cancellationToken);
                return Of([.. batch.Texts.Select(one => RecordedText.Of(one.Prompt, [.. one.Answers.Select(Of)]))], batch.Statistics);
            case "preference":
                var preference = RequestFactory.MakePreference(request.Preference!, parts);
                var chosen = await decoder.GenerateAsync(asked with { Decoder = asked.Decoder with { Selection = preference.Over(asked.Decoder.Selection) } }, cancellationToken);
                var report = Assert.IsType<PreferenceReport>(chosen.Selection);
                Assert.Equal(chosen.Answers, report.Answers.Select(answer => answer.Answer));
                return Of([.. report.Answers.Select(answer => RecordedText.Of(answer.Prompt, [Of(answer.Answer) with { Values = [.. answer.Rewards.Select(reward => reward.Value)], Worth = answer.Score }]))], chosen.Statistics);
            default:
                throw new InvalidOperationException($"no way '{request.Way}' to ask");
        }
    }

    private static RecordedOutcome Of(DecodingResult result)
    {
        Assert.Same(result.Answer, result.Answers[0]);
        return Of([RecordedText.Of(result.Prompt, [.. result.Answers.Select(Of)])], result.Statistics);
    }

    private static RecordedOutcome Of(RecordedText[] texts, DecodingStatistics statistics) =>
        new() { Texts = texts, TokenEvaluations = statistics.TokenEvaluations, BatchedPasses = statistics.BatchedPasses, HeuristicCalls = statistics.HeuristicCalls };

    private static RecordedAnswer Of(Answer answer) => new()
    {
        Ids = answer.Ids,
        Text = answer.Text,
        Finish = answer.FinishReason.ToString(),
        LogP = answer.LogProbability,
        Score = answer.Score,
        Values = [.. answer.Heuristics.Select(value => value.Value)],
    };

    /// <summary>Hears of steps; a clock that each of them moves by a second, however often it is read.</summary>
    private sealed class Steps(Action<int> onStep) : TimeProvider, IProgress<DecodingProgress>
    {
        private long _step;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Volatile.Read(ref _step);

        public void Report(DecodingProgress value)
        {
            Volatile.Write(ref _step, value.Step);
            onStep(value.Step);
        }
    }

    private sealed class Sink : ITraceSink
    {
        public void OnBegin(TraceHeader header)
        {
        }

        public void OnStep(TraceStep traceStep)
        {
        }

        public void OnEnd(DecodingResult result)
        {
        }
    }
}
