using System.Globalization;
using DecodeAlign.Decoding;
using Spectre.Console;

namespace DecodeAlign.Cli;

/// <summary>An answer on the front.</summary>
internal sealed record FrontAnswer(string Text, IReadOnlyList<double> Values, double LogProbability);

/// <summary>What <c>--front</c> prints: the answers that no other one is at least as good as in every heuristic.</summary>
/// <param name="Objectives">The heuristics.</param>
/// <param name="Answers">The front, in the order of the answers.</param>
/// <param name="Of">Answers in all.</param>
/// <param name="Hypervolume">Above the least value of each objective among all answers.</param>
/// <param name="Knee">Which of the front is nearest to the best in everything.</param>
internal sealed record FrontOutput(IReadOnlyList<string> Objectives, IReadOnlyList<FrontAnswer> Answers, int Of, double Hypervolume, int Knee)
{
    private const int LongestText = 60;

    /// <summary>Null: the answers were not rated.</summary>
    public static FrontOutput? From(DecodingResult result)
    {
        if (ParetoFront.Of(result.Answers) is not { } front) return null;
        var first = result.Answers[0].Heuristics;
        var least = first.Select((value, o) => result.Answers.Min(answer => Math.Sign(value.Weight) is < 0 ? -answer.Heuristics[o].Value : answer.Heuristics[o].Value)).ToArray();
        return new(
            [.. first.Select(value => value.Name)],
            [.. front.Members.Select(member => result.Answers[member]).Select(answer => new FrontAnswer(answer.Text, [.. answer.Heuristics.Select(value => value.Value)], answer.LogProbability))],
            result.Answers.Count, first.Count <= 8 ? front.Hypervolume(least) : double.NaN, front.Members.Index().First(member => member.Item == front.Choose(FrontChoice.Knee)).Index);
    }

    public void Write(Terminal terminal)
    {
        new PageWriter(terminal.Out, terminal.Width).Paragraph(string.Create(CultureInfo.InvariantCulture, $"{Answers.Count} of {Of} answers are on the front of {string.Join(", ", Objectives)}: no other is at least as good in all. Hypervolume {Hypervolume:0.###}."));
        var table = new Table().Border(TableBorder.Rounded);
        foreach (var objective in Objectives) table.AddColumn(new TableColumn(Markup.Escape(objective)).RightAligned());
        table.AddColumn("answer");
        foreach (var (index, answer) in Answers.Index())
        {
            var text = answer.Text.Trim().ReplaceLineEndings(" ");
            string[] cells = [.. answer.Values.Select(value => value.ToString("0.###", CultureInfo.InvariantCulture)), (index == Knee ? "(knee) " : "") + (text.Length > LongestText ? text[..LongestText] + "…" : text)];
            table.AddRow([.. cells.Select(Markup.Escape)]);
        }
        Consoles.Out(terminal).Write(table);
    }
}
