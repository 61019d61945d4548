using System.Globalization;
using System.Net;
using System.Text;

namespace DecodeAlign.Evaluation;

/// <summary>What a plot stands in: its title, axes and grid, as SVG whose colours are the page's; and where a value stands.</summary>
internal sealed class PlotFrame(string title, string x, string y, Axis across, Axis up)
{
    public const int Width = 460, Height = 300, Left = 62, Right = 14, Top = 34, Bottom = 48;

    public double X(double value) => Left + across.Place(value) * (Width - Left - Right);

    public double Y(double value) => Height - Bottom - up.Place(value) * (Height - Top - Bottom);

    /// <summary>The plot, with what is drawn in it.</summary>
    /// <param name="drawn">That.</param>
    /// <param name="leads">Whether it holds links: then it is more than a picture.</param>
    public string Around(string drawn, bool leads = false)
    {
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {Width} {Height}\" role=\"{(leads ? "group" : "img")}\" aria-label=\"{Text(title)}\">\n<text class=\"title\" x=\"{Left}\" y=\"18\">{Text(title)}</text>\n");
        foreach (var tick in across.Ticks) svg.Append(CultureInfo.InvariantCulture, $"<line class=\"grid\" x1=\"{F(X(tick))}\" x2=\"{F(X(tick))}\" y1=\"{Top}\" y2=\"{Height - Bottom}\"/><text class=\"tick\" x=\"{F(X(tick))}\" y=\"{Height - Bottom + 15}\" text-anchor=\"middle\">{Axis.Label(tick)}</text>\n");
        foreach (var tick in up.Ticks) svg.Append(CultureInfo.InvariantCulture, $"<line class=\"grid\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{F(Y(tick))}\" y2=\"{F(Y(tick))}\"/><text class=\"tick\" x=\"{Left - 6}\" y=\"{F(Y(tick) + 4)}\" text-anchor=\"end\">{Axis.Label(tick)}</text>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<text class=\"axis\" x=\"{(Left + Width - Right) / 2}\" y=\"{Height - 10}\" text-anchor=\"middle\">{Text(x)}</text>\n<text class=\"axis\" transform=\"translate(14 {(Top + Height - Bottom) / 2}) rotate(-90)\" text-anchor=\"middle\">{Text(y)}</text>\n");
        return svg.Append(drawn).Append("</svg>\n").ToString();
    }

    /// <summary>What stands for a value: a circle for what is searched for, a square for what it is measured by, a triangle for the rest.</summary>
    public static string Mark(DecoderRole role, double x, double y) => role switch
    {
        DecoderRole.Search => $"<circle cx=\"{F(x)}\" cy=\"{F(y)}\" r=\"4.5\"/>",
        DecoderRole.Baseline => $"<rect x=\"{F(x - 4)}\" y=\"{F(y - 4)}\" width=\"8\" height=\"8\"/>",
        _ => $"<path d=\"M{F(x)} {F(y - 5)}l5 9h-10z\"/>",
    };

    /// <summary>The class of its colour.</summary>
    public static string Class(DecoderRole role) => role switch { DecoderRole.Search => "search", DecoderRole.Baseline => "baseline", _ => "reference" };

    public static string F(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    public static string Text(string text) => WebUtility.HtmlEncode(text);
}
