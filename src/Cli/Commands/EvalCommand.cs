using System.CommandLine;
using DecodeAlign.Evaluation;
using Spectre.Console;

namespace DecodeAlign.Cli;

/// <summary><c>eval</c>: compares decoders on tasks at equal budgets, by judges that the search does not see.</summary>
internal sealed class EvalCommand
{
    private const string Examples = """
        Every task with few prompts, offline, in minutes; given again, it goes on where it was stopped
          decodealign eval --suite quick --out quick
        One decoder against another at two budgets; then, once, on new prompts by the test judge
          decodealign eval --task sentiment --decoder deal:beam=fit --baseline best-of:answers=fit --budget 500 --budget 2000 --out mood
          decodealign eval --open-test --count 1000 --out mood
        In two processes, and their files together
          decodealign eval --suite full --shard 0/2 --out a
          decodealign eval --suite full --shard 1/2 --out b
          decodealign eval --add a/dev.jsonl --add b/dev.jsonl --out full
        Your own prompts and scorers
          decodealign eval --prompts orders.jsonl --reward "coverage={words}" --dev-judge "covered={words}" --test-judge "placed={words}"
        """;

    private readonly EvaluationArguments _evaluation = new();
    private readonly ModelArguments _model = new();
    private readonly Option<string> _out = new("--out") { Description = "The folder for the run's file (dev.jsonl, test.jsonl) and its report (html, md, json). Default decodealign-eval.", HelpName = "DIR", DefaultValueFactory = _ => "decodealign-eval" };
    private readonly Option<bool> _openTest = new("--open-test") { Description = "Open the test judges: run what the folder's finished dev run has chosen for each task, on new prompts. The time is recorded in the file." };
    private readonly Option<string[]> _add = new("--add") { Description = "Run nothing: join the files of a run's shards into one, and report. May be repeated.", HelpName = "FILE" };
    private readonly Terminal _terminal;
    private readonly IModelSource _models;
    private readonly Option<bool> _json;

    private EvalCommand(Terminal terminal, IModelSource models, Option<bool> json) => (_terminal, _models, _json) = (terminal, models, json);

    public static Command Create(Terminal terminal, IModelSource models, Option<bool> json)
    {
        var eval = new EvalCommand(terminal, models, json);
        var command = new HelpfulCommand("eval", "Compares decoders on tasks at equal cost, by independent judges. The report is a page with plots, Markdown and JSON.", Examples);
        eval._evaluation.AddTo(command);
        eval._model.AddTo(command);
        command.Add(OptionGroup.Output, [eval._out, eval._openTest], [eval._add]);
        command.SetAction(eval.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _terminal.Stop);
        var folder = Directory.CreateDirectory(parsed.GetValue(_out)!).FullName;
        var dev = Path.Combine(folder, "dev.jsonl");
        var name = parsed.GetValue(_openTest) ? "test" : "dev";
        var files = parsed.GetValue(_add) ?? [];
        if (files.Length == 0)
        {
            if (parsed.GetValue(_openTest) && !File.Exists(dev)) throw new UsageException($"--open-test: {folder} has no dev.jsonl; decoders are chosen on dev prompts first");
            var plan = _evaluation.Read(parsed, parsed.GetValue(_openTest) ? dev : null);
            files = [Path.Combine(folder, $"{name}.jsonl")];
            await RunAsync(plan, files[0], _model.Read(parsed), either.Token).ConfigureAwait(false);
        }
        var report = EvaluationReport.Read(files);
        var path = Path.Combine(folder, report.Data.Split == EvaluationSplit.Test ? "test" : "dev");
        if (parsed.GetValue(_add) is { Length: > 0 } && !files.Any(file => Path.GetFullPath(file) == $"{path}.jsonl")) EvaluationRun.Join(files, $"{path}.jsonl");
        await File.WriteAllTextAsync($"{path}.html", report.ToHtml(), either.Token).ConfigureAwait(false);
        await File.WriteAllTextAsync($"{path}.md", report.ToMarkdown(), either.Token).ConfigureAwait(false);
        await File.WriteAllTextAsync($"{path}.json", report.ToJson(), either.Token).ConfigureAwait(false);
        if (parsed.GetValue(_json)) _terminal.Out.WriteLine(report.ToJson());
        else Print(report.Data, $"{path}.html");
        return ExitCode.Done;
    }

    private async Task RunAsync(EvaluationPlan plan, string path, ModelSettings settings, CancellationToken cancellationToken)
    {
        plan.Validate();
        await using var model = await _models.LoadAsync(settings, cancellationToken).ConfigureAwait(false);
        var run = new EvaluationRun(model, plan, path);
        if (!_terminal.ErrorIsTerminal) await run.RunAsync(new EvaluationLines(_terminal), cancellationToken).ConfigureAwait(false);
        else
        {
            var columns = new ProgressColumn[] { new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn() };
            await Consoles.Progress(_terminal).Progress().AutoClear(true).Columns(columns).StartAsync(context => run.RunAsync(new EvaluationBar(context.AddTask("evaluation", maxValue: 1)), cancellationToken)).ConfigureAwait(false);
        }
    }

    private void Print(ReportData data, string page)
    {
        foreach (var note in data.Notes) _terminal.Note(note);
        var table = new Table().Border(TableBorder.Rounded);
        foreach (var column in Columns) table.AddColumn(column);
        foreach (var one in data.Comparisons) table.AddRow([.. Row(one).Select(Markup.Escape)]);
        if (data.Comparisons.Count > 0) Consoles.Out(_terminal).Write(table);
        _terminal.Out.WriteLine(page);
    }

    private static string[] Columns => ["task", "budget", "best search", "best baseline", "difference", "verdict"];

    private static string[] Row(ReportComparison one) => [one.Task, FormattableString.Invariant($"{one.Budget}"), one.Search, one.Baseline, FormattableString.Invariant($"{one.Difference.Difference.Mean:+0.000;-0.000} [{one.Difference.Difference.Low:+0.000;-0.000}, {one.Difference.Difference.High:+0.000;-0.000}]"), one.Verdict];
}
