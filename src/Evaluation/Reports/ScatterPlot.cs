using System.Globalization;
using System.Net;
using System.Text;

namespace DecodeAlign.Evaluation;

/// <summary>A decoder in a plot.</summary>
internal readonly record struct PlotPoint(string Name, DecoderRole Role, double X, Interval Y);

/// <summary>A scatter plot with intervals, as SVG whose colours are the page's.</summary>
internal static class ScatterPlot
{
    private const int Width = 460, Height = 300, Left = 62, Right = 14, Top = 34, Bottom = 48;

    public static string Draw(string title, string x, string y, IReadOnlyList<PlotPoint> points, bool logarithmic)
    {
        var svg = new StringBuilder();
        string F(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
        svg.Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{Text(title)}\">\n<text class=\"title\" x=\"{Left}\" y=\"18\">{Text(title)}</text>\n");
        var across = Axis.Of(points.Select(point => point.X), logarithmic && points.All(point => point.X > 0));
        var up = Axis.Of(points.SelectMany(point => new[] { point.Y.Low, point.Y.High }), logarithmic: false);
        double X(double value) => Left + across.Place(value) * (Width - Left - Right);
        double Y(double value) => Height - Bottom - up.Place(value) * (Height - Top - Bottom);
        foreach (var tick in across.Ticks) svg.Append(CultureInfo.InvariantCulture, $"<line class=\"grid\" x1=\"{F(X(tick))}\" x2=\"{F(X(tick))}\" y1=\"{Top}\" y2=\"{Height - Bottom}\"/><text class=\"tick\" x=\"{F(X(tick))}\" y=\"{Height - Bottom + 15}\" text-anchor=\"middle\">{Axis.Label(tick)}</text>\n");
        foreach (var tick in up.Ticks) svg.Append(CultureInfo.InvariantCulture, $"<line class=\"grid\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{F(Y(tick))}\" y2=\"{F(Y(tick))}\"/><text class=\"tick\" x=\"{Left - 6}\" y=\"{F(Y(tick) + 4)}\" text-anchor=\"end\">{Axis.Label(tick)}</text>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<text class=\"axis\" x=\"{(Left + Width - Right) / 2}\" y=\"{Height - 10}\" text-anchor=\"middle\">{Text(x)}</text>\n<text class=\"axis\" transform=\"translate(14 {(Top + Height - Bottom) / 2}) rotate(-90)\" text-anchor=\"middle\">{Text(y)}</text>\n");
        foreach (var point in points)
        {
            var (px, py, kind) = (X(point.X), Y(point.Y.Mean), point.Role switch { DecoderRole.Search => "search", DecoderRole.Baseline => "baseline", _ => "reference" });
            svg.Append(CultureInfo.InvariantCulture, $"<g class=\"{kind}\"><title>{Text(point.Name)}: {point.Y.Mean:0.###} [{point.Y.Low:0.###}, {point.Y.High:0.###}] at {point.X:0.###}</title><line x1=\"{F(px)}\" x2=\"{F(px)}\" y1=\"{F(Y(point.Y.Low))}\" y2=\"{F(Y(point.Y.High))}\"/>");
            svg.Append(point.Role switch
            {
                DecoderRole.Search => $"<circle cx=\"{F(px)}\" cy=\"{F(py)}\" r=\"4.5\"/>",
                DecoderRole.Baseline => $"<rect x=\"{F(px - 4)}\" y=\"{F(py - 4)}\" width=\"8\" height=\"8\"/>",
                _ => $"<path d=\"M{F(px)} {F(py - 5)}l5 9h-10z\"/>",
            }).Append("</g>\n");
        }
        return svg.Append("</svg>\n").ToString();
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
