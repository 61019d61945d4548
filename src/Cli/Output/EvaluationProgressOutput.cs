using DecodeAlign.Evaluation;
using Spectre.Console;

namespace DecodeAlign.Cli;

/// <summary>Shows how far an evaluation is, on a terminal.</summary>
internal sealed class EvaluationBar(ProgressTask task) : IProgress<EvaluationProgress>
{
    public void Report(EvaluationProgress value)
    {
        task.MaxValue = Math.Max(1, value.All);
        task.Value = value.Done;
        task.Description = Markup.Escape($"{EvaluationLines.Left(value)}{value.Doing}");
    }
}

/// <summary>Tells how far an evaluation is in lines, one for each twentieth.</summary>
internal sealed class EvaluationLines(Terminal terminal) : IProgress<EvaluationProgress>
{
    private int _told = -1;

    public void Report(EvaluationProgress value)
    {
        var part = value.All == 0 ? -1 : 20 * value.Done / value.All;
        if (part == _told) return;
        _told = part;
        terminal.Error.WriteLine($"{value.Done}/{value.All} texts, {Left(value)}{value.Doing}");
    }

    public static string Left(EvaluationProgress value) => value.TimeLeft is { } left ? FormattableString.Invariant($"{(int)left.TotalMinutes}:{left.Seconds:00} left, ") : "";
}
