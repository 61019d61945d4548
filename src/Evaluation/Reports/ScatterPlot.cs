using System.Globalization;
using System.Text;

namespace DecodeAlign.Evaluation;

/// <summary>A decoder in a plot.</summary>
internal readonly record struct PlotPoint(string Name, DecoderRole Role, double X, Interval Y);

/// <summary>A scatter plot with intervals, as SVG whose colours are the page's.</summary>
internal static class ScatterPlot
{
    public static string Draw(string title, string x, string y, IReadOnlyList<PlotPoint> points, bool logarithmic)
    {
        var frame = new PlotFrame(title, x, y, Axis.Of(points.Select(point => point.X), logarithmic && points.All(point => point.X > 0)), Axis.Of(points.SelectMany(point => new[] { point.Y.Low, point.Y.High }), logarithmic: false));
        var drawn = new StringBuilder();
        foreach (var point in points)
        {
            var (px, py) = (frame.X(point.X), frame.Y(point.Y.Mean));
            drawn.Append(CultureInfo.InvariantCulture, $"<g class=\"{PlotFrame.Class(point.Role)}\"><title>{PlotFrame.Text(point.Name)}: {point.Y.Mean:0.###} [{point.Y.Low:0.###}, {point.Y.High:0.###}] at {point.X:0.###}</title><line x1=\"{PlotFrame.F(px)}\" x2=\"{PlotFrame.F(px)}\" y1=\"{PlotFrame.F(frame.Y(point.Y.Low))}\" y2=\"{PlotFrame.F(frame.Y(point.Y.High))}\"/>")
                .Append(PlotFrame.Mark(point.Role, px, py)).Append("</g>\n");
        }
        return frame.Around(drawn.ToString());
    }
}
