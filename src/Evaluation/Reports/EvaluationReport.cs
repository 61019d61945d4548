using System.Text.Json;

namespace DecodeAlign.Evaluation;

/// <summary>A run's report: the same figures as data, JSON, Markdown, and a page with plots that asks for nothing from elsewhere. Immutable.</summary>
public sealed class EvaluationReport
{
    private EvaluationReport(ReportData data) => Data = data;

    /// <summary>The figures.</summary>
    public ReportData Data { get; }

    /// <summary>Reads a run's file, or those of its shards, and reckons the figures; a run that is not done is reported as far as it is.</summary>
    /// <param name="paths">At least one file.</param>
    /// <exception cref="InvalidDataException">A file is broken, the files are not of one run, or two scorers of a task turn out to be one.</exception>
    /// <exception cref="IOException">A file can't be read.</exception>
    public static EvaluationReport Read(params IReadOnlyList<string> paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        var (header, fits, texts) = RunFile.Read(paths);
        return new(new ReportBuilder(header, fits, texts).Build());
    }

    /// <summary>The plan that opens the test judges: of each task, at each budget, the best search and the best baseline of a dev run by its dev judge, with what they were fitted to, and every reference, on the tasks' test prompts.</summary>
    /// <param name="tasks">The tasks as the dev run had them, with their test prompts.</param>
    /// <param name="paths">The files of a finished run on dev prompts.</param>
    /// <exception cref="InvalidDataException">As for <see cref="Read"/>; or the run is not done, is of test prompts already, or its tasks are others.</exception>
    public static EvaluationPlan PlanTest(IReadOnlyList<EvaluationTask> tasks, params IReadOnlyList<string> paths)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        ArgumentNullException.ThrowIfNull(paths);
        var (header, fits, texts) = RunFile.Read(paths);
        if (header.Split != EvaluationSplit.Dev) throw new InvalidDataException($"{paths[0]}: is a run of test prompts; decoders are chosen by one of dev prompts");
        foreach (var task in tasks)
            if (!header.Tasks.Any(own => own with { Prompts = [] } == TaskHeader.Of(task, []))) throw new InvalidDataException($"{paths[0]}: has no task {task.Name} with these scorers, constraint and token limit");
        var report = new ReportBuilder(header, fits, texts).Build();
        if (report.Texts < report.TextsPlanned) throw new InvalidDataException($"{paths[0]}: holds {report.Texts} of {report.TextsPlanned} texts: finish it before decoders are chosen by it");
        var chosen = report.Tasks.Where(task => tasks.Any(own => own.Name == task.Name)).SelectMany(task => task.Rows.Where(row => row.Role == DecoderRole.Reference)
            .Concat(ReportBuilder.Budgets(header).SelectMany(budget => new[] { ReportBuilder.Best(task, budget, DecoderRole.Baseline), ReportBuilder.Best(task, budget, DecoderRole.Search) }).OfType<ReportRow>()));
        return new()
        {
            Tasks = tasks, Split = EvaluationSplit.Test, Seed = header.Seed,
            Cells = [.. chosen.Select(row => row.Cell).Distinct().Order().Select(cell => header.Cells[cell] with { Fitted = fits.TryGetValue(cell, out var fit) ? fit.Value : header.Cells[cell].Fitted })],
        };
    }

    /// <summary>Names of the tasks of a run.</summary>
    /// <param name="path">Its file.</param>
    /// <exception cref="InvalidDataException">The file is broken.</exception>
    public static IReadOnlyList<string> TasksOf(string path) => [.. RunFile.Read([path]).Header.Tasks.Select(task => task.Name)];

    /// <summary>The figures as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(Data, ReportJson.Default.ReportData);

    /// <summary>The figures as Markdown tables.</summary>
    public string ToMarkdown() => MarkdownReport.Write(Data);

    /// <summary>A page with plots and tables, light or dark as the reader's system is.</summary>
    public string ToHtml() => HtmlReport.Write(Data);
}
