namespace DecodeAlign.Decoding;

/// <summary>A judge at work on the answers to some prompts: rounds of questions, each a batch over all prompts.</summary>
internal sealed class Judging(JudgedSelection selection, IAnswerJudge judge, TimeProvider time)
{
    public string Name => judge.Name;

    /// <summary>What it took so far.</summary>
    public DecodingStatistics Cost { get; private set; }

    /// <summary>Waits for the judge, and says which sessions it will use.</summary>
    public async Task<IReadOnlyList<SessionNeed>> NeedsAsync(IReadOnlyList<string> prompts, int maxTokens, CancellationToken cancellationToken)
    {
        await GuardAsync(
            async () =>
            {
                await judge.ReadyAsync(cancellationToken).ConfigureAwait(false);
                return true;
            },
            cancellationToken).ConfigureAwait(false);
        return [.. judge.Needs(new(prompts, selection.AtOnce, maxTokens, Math.Max(1, selection.Answers / selection.AtOnce) * selection.Orders * prompts.Count))];
    }

    public async Task RunAsync(Contest[] contests, string[] prompts, AnswerReservation reservation, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var own = reservation.IsTaken ? ModelSessions.None : await ModelSessions.OpenAsync(reservation.Own, cancellationToken).ConfigureAwait(false);
        await using var closed = own.ConfigureAwait(false);
        var sessions = reservation.IsTaken ? reservation.Sessions : own;
        while (true)
        {
            (int Contest, int[] Group)[] asked = [.. contests.SelectMany((contest, c) => contest.Next().Select(group => (c, group)))];
            if (asked.Length == 0) break;
            int[][] orders = [.. asked.SelectMany(one => Enumerable.Range(0, Math.Min(selection.Orders, one.Group.Length)).Select(order => Turned(one.Group, order)))];
            int[] of = [.. asked.SelectMany((one, a) => Enumerable.Repeat(a, Math.Min(selection.Orders, one.Group.Length)))];
            JudgeQuestion[] questions = [.. orders.Select((order, q) => new JudgeQuestion(prompts[asked[of[q]].Contest], contests[asked[of[q]].Contest].Texts(order)))];
            var (readings, work) = await GuardAsync(() => judge.ReadAsync(questions, sessions, cancellationToken), cancellationToken).ConfigureAwait(false);
            Cost += new DecodingStatistics(0, 0, work.TokenEvaluations, work.BatchedPasses, questions.Length, work.PeakKvBytes, 0);
            Check(questions, readings);
            var values = asked.Select(one => new double[one.Group.Length]).ToArray();
            for (var q = 0; q < orders.Length; q++)
            {
                var (contest, group) = asked[of[q]];
                contests[contest].Count(readings[q]);
                for (var i = 0; i < group.Length; i++) values[of[q]][i] += readings[q].Values[Array.IndexOf(orders[q], group[i])] / Math.Min(selection.Orders, group.Length);
            }
            for (var a = 0; a < asked.Length; a++) contests[asked[a].Contest].Tell(asked[a].Group, values[a]);
        }
        Cost = Cost with { ElapsedSeconds = time.GetElapsedTime(started).TotalSeconds };
    }

    // turned evenly: with as many orders as answers each stands at each place once
    private int[] Turned(int[] group, int order)
    {
        var from = order * group.Length / Math.Min(selection.Orders, group.Length);
        return [.. group[from..], .. group[..from]];
    }

    private void Check(JudgeQuestion[] questions, IReadOnlyList<JudgeReading> readings)
    {
        if (readings.Count != questions.Length) throw new HeuristicException(judge.Name, $"it gave {readings.Count} readings of {questions.Length} questions");
        for (var q = 0; q < questions.Length; q++)
        {
            if (readings[q].Values.Count != questions[q].Answers.Count) throw new HeuristicException(judge.Name, $"it gave {readings[q].Values.Count} values for {questions[q].Answers.Count} answers");
            foreach (var value in readings[q].Values)
                if (!double.IsFinite(value)) throw new HeuristicException(judge.Name, $"it returned {value}; a value must be finite");
        }
    }

    private async Task<T> GuardAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is not (HeuristicException or NotSupportedException) && !(fault is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            throw new HeuristicException(judge.Name, $"the judge failed, so no answer can be chosen: {fault.Message}", fault);
        }
    }
}
