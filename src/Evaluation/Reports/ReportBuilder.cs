using DecodeAlign.Decoding;

namespace DecodeAlign.Evaluation;

/// <summary>Makes a run's figures of its lines.</summary>
internal sealed class ReportBuilder(RunHeader header, Dictionary<int, FitRecord> fits, Dictionary<(int Cell, int Prompt), TextRecord> texts)
{
    /// <summary>Test prompts below which nothing is claimed.</summary>
    public const int LeastPrompts = 1000;

    private bool IsOpen => header.Split == EvaluationSplit.Test;

    public ReportData Build()
    {
        var tasks = header.Tasks.Select(Task).ToList();
        var planned = header.Cells.Select((cell, i) => Fitted(i) == 0 ? 0 : header.Tasks.First(task => task.Name == cell.Task).Prompts.Count).Sum();
        var notes = new List<string>();
        if (texts.Count < planned) notes.Add($"The run is not done: {texts.Count} of {planned} texts. Decoders are compared on the prompts that both have.");
        if (!IsOpen) notes.Add("Dev figures: decoders are chosen and compared by the same judge on the same prompts, which flatters whatever was tried most. The test judges are closed. No claim.");
        else if (header.Tasks.Min(task => task.Prompts.Count) is var least and < LeastPrompts) notes.Add($"{least} test prompts, fewer than the {LeastPrompts} that a claim needs. No claim.");
        foreach (var (fit, cell) in fits.Values.Where(fit => fit.Value == 0).Select(fit => (fit, header.Cells[fit.Cell]))) notes.Add($"{cell.Decoder} does not fit into {cell.Budget} evaluations on {cell.Task}, and was left out.");
        foreach (var task in tasks.Where(task => task.Headroom is { IsThere: false })) notes.Add($"{task.Name} has no headroom: {task.Headroom!.Decoder} is no better than {task.Headroom.Over}. It counts for nothing.");
        return new()
        {
            Split = header.Split, Model = header.Model, Seed = header.Seed, TestJudgesOpened = header.TestJudgesOpened, Texts = texts.Count, TextsPlanned = planned,
            Tasks = tasks, Comparisons = Compare(tasks), Notes = notes,
        };
    }

    private ReportTask Task(TaskHeader task)
    {
        RefuseEqualScores(task);
        var rows = Enumerable.Range(0, header.Cells.Count).Where(i => header.Cells[i].Task == task.Name && Of(i).Count > 0).Select(i => Row(i, task)).ToList();
        return new(task.Name, task.Reward, task.DevJudge, task.TestJudge, task.Constraint, task.MaxTokens, task.Prompts.Count, Headroom(rows), rows);
    }

    // two scorers by different names that say the same of every text are one
    private void RefuseEqualScores(TaskHeader task)
    {
        var own = texts.Values.Where(text => header.Cells[text.Cell].Task == task.Name).ToList();
        (string Name, Func<TextRecord, double?> Value)[] scorers = [("the reward", text => text.Reward), ("the dev judge", text => text.Dev), ("the test judge", text => text.Test)];
        foreach (var (first, second) in new[] { (0, 1), (0, 2), (1, 2) })
        {
            var pairs = own.Select(text => (First: scorers[first].Value(text), Second: scorers[second].Value(text))).Where(pair => pair.First is not null && pair.Second is not null).ToList();
            if (pairs.DistinctBy(pair => pair.First).Count() > 10 && pairs.TrueForAll(pair => pair.First == pair.Second))
                throw new InvalidDataException($"task {task.Name}: {scorers[first].Name} and {scorers[second].Name} gave all {pairs.Count} texts the same values: they are one scorer");
        }
    }

    private ReportHeadroom? Headroom(List<ReportRow> rows)
    {
        var reference = rows.FirstOrDefault(row => row.Role == DecoderRole.Reference);
        var best = rows.Where(row => row.Role == DecoderRole.Baseline).OrderByDescending(row => row.Budget).ThenByDescending(row => row.DevJudge.Mean).FirstOrDefault();
        if (reference is null || best is null || Paired(best.Cell, reference.Cell, Primary) is not { } difference) return null;
        return new(best.Decoder, reference.Decoder, difference, difference.Difference.Low > 0);
    }

    private List<ReportComparison> Compare(List<ReportTask> tasks)
    {
        var all = new List<ReportComparison>();
        foreach (var budget in Budgets(header))
        {
            var own = new List<ReportComparison>();
            foreach (var task in tasks)
            {
                if (Best(task, budget, DecoderRole.Search) is not { } search || Best(task, budget, DecoderRole.Baseline) is not { } baseline) continue;
                if (Paired(search.Cell, baseline.Cell, Primary) is not { } difference) continue;
                own.Add(new(task.Name, budget, search.Decoder, baseline.Decoder, IsOpen ? "test judge" : "dev judge", Of(search.Cell).Count(text => texts.ContainsKey((baseline.Cell, text.Prompt))), difference, 1, search.Evaluations / baseline.Evaluations, search.Seconds / baseline.Seconds, search.Rep4 - baseline.Rep4, ""));
            }
            var adjusted = Holm.Adjust([.. own.Select(one => one.Difference.P)]);
            all.AddRange(own.Select((one, i) => Judge(one with { AdjustedP = adjusted[i] }, tasks.First(task => task.Name == one.Task))));
        }
        return all;
    }

    private ReportComparison Judge(ReportComparison one, ReportTask task)
    {
        var isClaim = IsOpen && one.Prompts >= LeastPrompts;
        var verdict = one.AdjustedP > 0.05 ? "no difference shown"
            : one.Difference.Difference.Mean < 0 ? "the baseline is better"
            : one.Rep4Difference > 0.005 ? "better, but repeats more"
            : one.SecondsRatio > 2 ? "better, but takes more than twice the time"
            : one.EvaluationsRatio > 1.1 ? "better, but costs more evaluations" : "the search is better";
        return one with { Verdict = task.Headroom is { IsThere: false } ? $"not counted (no headroom): {verdict}" : isClaim ? verdict : $"{verdict} ({(IsOpen ? "test" : "dev")} figures, {one.Prompts} prompts)" };
    }

    /// <summary>The budgets of a run; 0, for any cost, where nothing was fitted to one.</summary>
    public static IReadOnlyList<long> Budgets(RunHeader header) => header.Cells.Select(cell => cell.Budget).Where(budget => budget > 0).Distinct().Order().ToList() is { Count: > 0 } own ? own : [0];

    /// <summary>The best of a role by the dev judge, among what was fitted to a budget and what costs no more by itself.</summary>
    public static ReportRow? Best(ReportTask task, long budget, DecoderRole role) =>
        task.Rows.Where(row => row.Role == role && (budget == 0 || row.Budget == budget || (row.Budget == 0 && row.Evaluations <= 1.05 * budget))).MaxBy(row => row.DevJudge.Mean);

    private double Primary(TextRecord text) => IsOpen ? text.Test!.Value : text.Dev;

    private PairedDifference? Paired(int left, int right, Func<TextRecord, double> value)
    {
        var both = Of(left).Where(text => texts.ContainsKey((right, text.Prompt))).ToList();
        return both.Count == 0 ? null : PairedBootstrap.Difference([.. both.Select(value)], [.. both.Select(text => value(texts[(right, text.Prompt)]))], header.Seed);
    }

    private int? Fitted(int cell) => header.Cells[cell].Fitted ?? (fits.TryGetValue(cell, out var fit) ? fit.Value : null);

    private List<TextRecord> Of(int cell) => [.. texts.Values.Where(text => text.Cell == cell).OrderBy(text => text.Prompt)];

    private ReportRow Row(int number, TaskHeader task)
    {
        var (cell, own) = (header.Cells[number], Of(number));
        var words = own.Select(text => TextStatistics.Words(text.Text)).ToList();
        double Bits(string source)
        {
            var (model, human) = ShippedData.ByteModelOf(source);
            return own.Average(text => model.BitsPerByte(task.Prompts[text.Prompt].Text, text.Text)) - human;
        }
        Interval Over(Func<TextRecord, double> value) => PairedBootstrap.Of([.. own.Select(value)], header.Seed);
        var negativeLogProbability = -own.Average(text => text.LogProbability);
        return new()
        {
            Cell = number, Decoder = cell.Described(Fitted(number)), Role = cell.Role, Budget = cell.Budget, Texts = own.Count,
            Reward = Over(text => text.Reward), DevJudge = Over(text => text.Dev), TestJudge = IsOpen ? Over(text => text.Test!.Value) : null,
            Evaluations = own.Average(text => text.Evaluations), Passes = own.Average(text => text.Passes), HeuristicCalls = own.Average(text => text.HeuristicCalls), Seconds = own.Average(text => text.Seconds),
            NegativeLogProbability = negativeLogProbability, NegativeLogProbabilityPerToken = -own.Sum(text => text.LogProbability) / Math.Max(1, own.Sum(text => text.Tokens)),
            Kl = Divergence.Of(cell.Decoder, Fitted(number), task.Constraint is not null, negativeLogProbability),
            BitsFromHumanStories = Bits("stories"), BitsFromHumanBooks = Bits("books"),
            Rep4 = words.Average(text => TextStatistics.Repetition(text, 4)), Distinct2 = words.Average(text => TextStatistics.Distinct(text, 2)), LongestRepeatedRun = words.Average(text => (double)TextStatistics.LongestRepeatedRun(text)),
            FiveInARow = words.Average(text => TextStatistics.MostInARow(text) >= 5 ? 1.0 : 0.0), Words = words.Average(text => (double)text.Length), Ended = own.Average(text => text.Finish.IsEndOfSequence() ? 1.0 : 0.0),
        };
    }
}
