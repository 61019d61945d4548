using DecodeAlign.Constraints;
using DecodeAlign.Decoding;
using DecodeAlign.Heuristics;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.AI.Evaluation;

namespace DecodeAlign.Evaluation;

/// <summary>
/// Writes every text of a plan to a file as it comes, with what it cost and how the scorers rate it. Called again on the same file it goes on. The same plan, model and seed give the same texts and values; seconds differ. One
/// caller at a time.
/// </summary>
public sealed class EvaluationRun
{
    private const int FitPrompts = 4;

    private readonly ILanguageModel _model;
    private readonly Decoder _decoder;
    private readonly EvaluationPlan _plan;
    private readonly string _path;
    private readonly TimeProvider _time;

    /// <summary>Makes a run.</summary>
    /// <param name="model">The model that writes; the caller keeps ownership.</param>
    /// <param name="plan">What is run.</param>
    /// <param name="path">The file; it is made where it is not there.</param>
    /// <param name="time">The clock for elapsed times; null: the system's.</param>
    /// <exception cref="FormatException">The plan is not one that can be run; the message says why.</exception>
    public EvaluationRun(ILanguageModel model, EvaluationPlan plan, string path, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        plan.Validate();
        (_model, _plan, _path, _time) = (model, plan, path, time ?? TimeProvider.System);
        _decoder = new(model, _time);
    }

    /// <summary>Runs what is not done yet.</summary>
    /// <param name="progress">Hears of each text; null: nobody does.</param>
    /// <param name="cancellationToken">Cancels by throwing; what is written stays.</param>
    /// <exception cref="InvalidDataException">The file holds another run.</exception>
    public async Task RunAsync(IProgress<EvaluationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        using var file = RunFile.Open(_path, await HeaderAsync(cancellationToken).ConfigureAwait(false));
        for (var cell = 0; cell < _plan.Cells.Count; cell++) await FitAsync(file, cell, progress, cancellationToken).ConfigureAwait(false);
        // prompt by prompt, so that what an interrupted run leaves is paired
        var items = Items(file).ToList();
        var left = items.Where(item => !file.Texts.ContainsKey(item)).ToList();
        var clock = new RunClock(file.Texts.Values, left.Select(item => item.Cell));
        for (var i = 0; i < left.Count; i++)
        {
            var (cell, prompt) = left[i];
            progress?.Report(new(items.Count - left.Count + i, items.Count, clock.Left, $"{_plan.Cells[cell].Task}, {_plan.Cells[cell].Described(Fitted(file, cell))}"));
            var text = await WriteAsync(cell, prompt, Fitted(file, cell), cancellationToken).ConfigureAwait(false);
            file.Append(text);
            clock.Done(text);
        }
        progress?.Report(new(items.Count, items.Count, TimeSpan.Zero, "done"));
    }

    /// <summary>Writes the files of a run's shards as the file of one run, which can be gone on with, and whose test judges can be opened.</summary>
    /// <param name="shards">The shards' files.</param>
    /// <param name="path">The file to write. One that is there is left as it is where it holds the same.</param>
    /// <exception cref="InvalidDataException">A shard's file is broken, two are not of one run or hold the same text, or another file is there already.</exception>
    public static void Join(IReadOnlyList<string> shards, string path)
    {
        ArgumentNullException.ThrowIfNull(shards);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        var joined = RunFile.Join(shards);
        if (!File.Exists(path)) File.WriteAllText(path, joined);
        else if (File.ReadAllText(path) != joined) throw new InvalidDataException($"{path}: holds another run; name another folder, or delete it");
    }

    private IEnumerable<(int Cell, int Prompt)> Items(RunFile file)
    {
        for (var prompt = _plan.Shard; prompt < _plan.Tasks.Max(task => _plan.Prompts(task).Count); prompt += _plan.Shards)
            for (var cell = 0; cell < _plan.Cells.Count; cell++)
                if (prompt < _plan.Prompts(_plan.Task(_plan.Cells[cell])).Count && Fitted(file, cell) != 0) yield return (cell, prompt);
    }

    private int? Fitted(RunFile file, int cell) => _plan.Cells[cell].Fitted ?? (file.Fits.TryGetValue(cell, out var fit) ? fit.Value : null);

    private async Task FitAsync(RunFile file, int cell, IProgress<EvaluationProgress>? progress, CancellationToken cancellationToken)
    {
        var own = _plan.Cells[cell];
        if (own.Budget == 0 || own.Fitted is not null || file.Fits.ContainsKey(cell)) return;
        progress?.Report(new(0, 0, null, $"fitting {own.Decoder} to {own.Budget} evaluations on {own.Task}"));
        var (value, cost) = await BudgetFit.FindAsync(own.Budget, DecoderSpecification.Parse(own.Decoder).Least, value => CostAsync(own, value, cancellationToken)).ConfigureAwait(false);
        file.Append(new FitRecord(cell, value, cost));
    }

    private async Task<double> CostAsync(EvaluationCell cell, int value, CancellationToken cancellationToken)
    {
        var task = _plan.Task(cell);
        var prompts = task.Dev.Take(FitPrompts).ToList();
        if (prompts.Count == 0) throw new FormatException($"task {task.Name}: has no dev prompts to fit '{cell.Decoder}' on");
        var sum = 0.0;
        for (var i = 0; i < prompts.Count; i++) sum += (await _decoder.GenerateAsync(Request(cell, prompts[i], i, value), cancellationToken).ConfigureAwait(false)).Statistics.TokenEvaluations;
        return sum / prompts.Count;
    }

    private async Task<TextRecord> WriteAsync(int number, int promptNumber, int? fitted, CancellationToken cancellationToken)
    {
        var cell = _plan.Cells[number];
        var task = _plan.Task(cell);
        var prompt = _plan.Prompts(task)[promptNumber];
        var result = await _decoder.GenerateAsync(Request(cell, prompt, promptNumber, fitted), cancellationToken).ConfigureAwait(false);
        var (answer, cost) = (result.Answer, result.Statistics);
        var reward = answer.Heuristics.Sum(heuristic => heuristic.Weight * heuristic.Value);
        var dev = await JudgeAsync(task, task.DevJudge, prompt, answer.Text, cancellationToken).ConfigureAwait(false);
        double? test = _plan.Split == EvaluationSplit.Test ? await JudgeAsync(task, task.TestJudge, prompt, answer.Text, cancellationToken).ConfigureAwait(false) : null;
        return new(number, promptNumber, answer.Text, answer.Ids.Count, answer.FinishReason, answer.LogProbability, cost.TokenEvaluations, cost.BatchedPasses, cost.HeuristicCalls, cost.ElapsedSeconds, reward, dev, test);
    }

    private DecodingRequest Request(EvaluationCell cell, TaskPrompt prompt, int number, int? fitted)
    {
        var task = _plan.Task(cell);
        var (heuristic, weight) = HeuristicParser.Parse(task.Fill(task.Reward, prompt));
        return new()
        {
            Prompt = prompt.Text,
            Decoder = DecoderSpecification.Parse(cell.Decoder).Create(fitted),
            Heuristics = [new(heuristic, weight)],
            AskForAlignment = task.Asks,
            Constraints = task.Constraint is { } constraint ? [ConstraintParser.Parse(task.Fill(constraint, prompt))] : [],
            MaxTokens = task.MaxTokens,
            // the same for every decoder
            Seed = Randomness.Mix(_plan.Seed, (ulong)number),
        };
    }

    private static async Task<double> JudgeAsync(EvaluationTask task, string template, TaskPrompt prompt, string text, CancellationToken cancellationToken)
    {
        var judge = JudgeParser.Parse(task.Fill(template, prompt));
        var result = await judge.EvaluateAsync([new ChatMessage(ChatRole.User, prompt.Text)], new(new ChatMessage(ChatRole.Assistant, text)), cancellationToken: cancellationToken).ConfigureAwait(false);
        var metric = result.Get<NumericMetric>(judge.EvaluationMetricNames.First());
        return metric.Value is { } value && double.IsFinite(value) ? value : throw new InvalidDataException($"task {task.Name}: the judge '{template}' gave no finite number");
    }

    private async Task<RunHeader> HeaderAsync(CancellationToken cancellationToken) => new(
        RunHeader.CurrentFormat, _plan.Split, _model.Facts.Name, await ModelFingerprint.OfAsync(_model, cancellationToken).ConfigureAwait(false), _plan.Seed,
        [.. _plan.Tasks.Select(task => TaskHeader.Of(task, _plan.Prompts(task)))], _plan.Cells, _plan.Shard, _plan.Shards)
    {
        TestJudgesOpened = _plan.Split == EvaluationSplit.Test ? _time.GetUtcNow().UtcDateTime : null,
    };
}
