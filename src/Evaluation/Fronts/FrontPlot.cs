using System.Globalization;
using System.Text;

namespace DecodeAlign.Evaluation;

/// <summary>A front in two of its objectives, as SVG whose colours are the page's: better to the right and upwards.</summary>
internal static class FrontPlot
{
    /// <param name="x">The objective across.</param>
    /// <param name="y">The objective upwards.</param>
    /// <param name="members">Places of the answers that are on the front; the answer that was chosen is the first of all.</param>
    /// <param name="isWhole">Whether these are all objectives, so that a line parts what is dominated from what would not be.</param>
    public static string Draw(FrontObjective x, FrontObjective y, IReadOnlyList<int> members, bool isWhole)
    {
        var frame = new PlotFrame($"{y.Name} against {x.Name}", x.Title, y.Title, Axis.Of(x.Values, logarithmic: false, x.IsLessBetter), Axis.Of(y.Values, logarithmic: false, y.IsLessBetter));
        var drawn = new StringBuilder();
        if (isWhole) drawn.Append("<path class=\"stairs\" d=\"").Append(Stairs([.. members.Select(member => (frame.X(x.Values[member]), frame.Y(y.Values[member]))).Order()])).Append("\"/>\n");
        // what is on the front is drawn over what is not, and the answer over both
        foreach (var answer in Enumerable.Range(0, x.Values.Count).OrderBy(answer => answer == 0 ? 2 : members.Contains(answer) ? 1 : 0))
        {
            var number = members.ToList().IndexOf(answer) + 1;
            var (px, py, role) = (frame.X(x.Values[answer]), frame.Y(y.Values[answer]), answer == 0 ? DecoderRole.Baseline : number > 0 ? DecoderRole.Search : DecoderRole.Reference);
            var mark = string.Create(CultureInfo.InvariantCulture, $"<g class=\"{PlotFrame.Class(role)}\"><title>{PlotFrame.Text(x.Name)} {x.Values[answer]:0.###}, {PlotFrame.Text(y.Name)} {y.Values[answer]:0.###}</title>{PlotFrame.Mark(role, px, py)}</g>");
            drawn.Append(mark).Append('\n');
        }
        // answers at one place share their numbers' place
        foreach (var place in members.Index().GroupBy(member => (X: PlotFrame.F(frame.X(x.Values[member.Item]) + 7), Y: PlotFrame.F(frame.Y(y.Values[member.Item]) - 5))))
            drawn.Append($"<text class=\"number\" x=\"{place.Key.X}\" y=\"{place.Key.Y}\">{string.Join(", ", place.Select(member => Link(member.Index + 1, (member.Index + 1).ToString(CultureInfo.InvariantCulture))))}</text>\n");
        return frame.Around(drawn.ToString(), leads: true);
    }

    private static string Link(int number, string what) => string.Create(CultureInfo.InvariantCulture, $"<a href=\"#answer-{number}\">{what}</a>");

    // the edge of what the points dominate, which lies to the left of and below each of them
    private static string Stairs((double X, double Y)[] points)
    {
        var path = new StringBuilder().Append(CultureInfo.InvariantCulture, $"M{PlotFrame.Left} {PlotFrame.F(points[0].Y)}");
        for (var i = 0; i < points.Length; i++)
            path.Append(CultureInfo.InvariantCulture, $"H{PlotFrame.F(points[i].X)}V{(i + 1 < points.Length ? PlotFrame.F(points[i + 1].Y) : PlotFrame.Height - PlotFrame.Bottom)}");
        return path.ToString();
    }
}
