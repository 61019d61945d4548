using System.Globalization;
using System.Text;

namespace DecodeAlign.Experiments;

/// <summary>What a pass and a row cost in the searches of a run, by least squares of relative errors; and how far its searches are from the least that they could take: one pass a token, with the evaluations of a search that is told each winner.</summary>
internal static class SavingsFit
{
    /// <summary>The table, with its title, as Markdown; empty without searches whose limit was counted.</summary>
    public static string Table(IReadOnlyList<SavingsCell> cells)
    {
        if (cells.Count == 0) return "";
        var (pass, row) = Fit([.. cells.SelectMany(cell => cell.Ways)]);
        var table = new StringBuilder();
        Line($"### {cells[0].Model}: the least that a search could take\n");
        Line($"A pass costs {1000 * pass:0.00} ms and a row {1000 * row:0.00} ms, by least squares over {cells.Sum(cell => cell.Ways.Length)} searches: a pass costs as much as {pass / row:0.0} rows.\n");
        Line($"| reward | λσ | beam | least, {"greedy or beam search"} = 1 | as it pays | × least | best fixed W | as it pays ÷ best fixed |\n|---|---|---|---|---|---|---|---|");
        foreach (var cell in cells)
        {
            var plain = PerToken(cell.Ways[^1]);
            var least = pass + row * cell.Floor!.Value / cell.Ways[0].Tokens;
            var own = PerToken(cell.Ways.Single(way => way.Way == Way.All(null).Name));
            var best = cell.Ways.Where(way => way.Way.StartsWith("all, W ", StringComparison.Ordinal) && way.Way != Way.All(null).Name).MinBy(PerToken)!;
            Line($"| {cell.Reward} | {cell.Deviations:0.##} | {cell.Beam} | {least / plain:0.0} | {own / plain:0.0} | {own / least:0.00} | {best.Way[5..]}: {PerToken(best) / plain:0.0} | {own / PerToken(best):0.00} |");
        }
        return table.ToString();

        void Line(FormattableString line) => table.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }

    private static double PerToken(WayCost way) => way.Seconds / way.Tokens;

    // seconds = pass · passes + row · evaluations
    private static (double Pass, double Row) Fit(WayCost[] ways)
    {
        var (pp, pe, ee, ps, es) = (0.0, 0.0, 0.0, 0.0, 0.0);
        foreach (var way in ways)
        {
            var (passes, evaluations) = (way.Passes / way.Seconds, way.Evaluations / way.Seconds);
            (pp, pe, ee, ps, es) = (pp + passes * passes, pe + passes * evaluations, ee + evaluations * evaluations, ps + passes, es + evaluations);
        }
        var determinant = pp * ee - pe * pe;
        return ((ps * ee - es * pe) / determinant, (pp * es - pe * ps) / determinant);
    }
}
