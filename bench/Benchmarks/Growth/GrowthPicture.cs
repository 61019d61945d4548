using System.Globalization;
using System.Text;

namespace DecodeAlign.Benchmarks;

/// <summary>The curves, each as multiples of its first point, on logarithmic axes: time on the left, managed memory on the right, beside the line of what grows in proportion.</summary>
internal static class GrowthPicture
{
    private const int Panel = 420, Left = 60, Top = 50, Height = 300, Gap = 70;

    private static readonly string[] Colours = ["#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd", "#8c564b", "#17becf", "#7f7f7f"];

    public static string Draw(IReadOnlyList<GrowthCurve> curves)
    {
        var svg = new StringBuilder();
        Write(svg, $"<svg xmlns='http://www.w3.org/2000/svg' width='{Left + 2 * (Panel + Gap)}' height='{Top + Height + 110}' font-family='sans-serif' font-size='12'><rect width='100%' height='100%' fill='white'/>");
        Draw(svg, Left, "Time, as a multiple of the first size's", curves, point => point.Milliseconds);
        Draw(svg, Left + Panel + Gap, "Managed memory, likewise", curves, point => point.Managed);
        for (var i = 0; i < curves.Count; i++)
        {
            var (x, y) = (Left + i % 4 * 230, Top + Height + 62 + i / 4 * 22);
            Write(svg, $"<line x1='{x}' x2='{x + 20}' y1='{y}' y2='{y}' stroke='{Colours[i % Colours.Length]}' stroke-width='2'/><text x='{x + 26}' y='{y + 4}'>{curves[i].Name}: {curves[i].Points[0].Size:N0} to {curves[i].Points[^1].Size:N0}</text>");
        }
        return svg.Append("</svg>\n").ToString();
    }

    private static void Draw(StringBuilder svg, int left, string title, IReadOnlyList<GrowthCurve> curves, Func<GrowthPoint, double> value)
    {
        var most = Math.Ceiling(curves.Max(curve => Math.Log2(curve.Points[^1].Size / curve.Points[0].Size)));
        var highest = Math.Max(most, Math.Ceiling(curves.Where(curve => value(curve.Points[0]) > 0).Max(curve => curve.Points.Max(point => Math.Log2(value(point) / value(curve.Points[0]))))));
        double X(double multiple) => left + Math.Log2(multiple) / most * Panel;
        // what shrinks is drawn along the foot
        double Y(double multiple) => Top + Height - Math.Max(Math.Log2(multiple) / highest, 0) * Height;
        Write(svg, $"<text x='{left + Panel / 2}' y='30' text-anchor='middle' font-weight='bold'>{title}</text><text x='{left + Panel / 2}' y='{Top + Height + 36}' text-anchor='middle' fill='#555'>size, as a multiple of the first</text>");
        for (var at = 1.0; at <= Math.Pow(2, highest); at *= 2)
        {
            Write(svg, $"<line x1='{left}' x2='{left + Panel}' y1='{Y(at):0.0}' y2='{Y(at):0.0}' stroke='#eee'/><text x='{left - 6}' y='{Y(at) + 4:0.0}' text-anchor='end' fill='#555'>{at:0}</text>");
            if (at <= Math.Pow(2, most)) Write(svg, $"<line x1='{X(at):0.0}' x2='{X(at):0.0}' y1='{Top}' y2='{Top + Height}' stroke='#eee'/><text x='{X(at):0.0}' y='{Top + Height + 16}' text-anchor='middle' fill='#555'>{at:0}</text>");
        }
        Write(svg, $"<line x1='{left}' x2='{left + Panel}' y1='{Top + Height}' y2='{Y(Math.Pow(2, most)):0.0}' stroke='#888' stroke-dasharray='5 4'/><text x='{left + 8}' y='{Top + 14}' fill='#555'>dashed: in proportion</text>");
        for (var i = 0; i < curves.Count; i++)
        {
            var first = curves[i].Points[0];
            var path = string.Join(' ', curves[i].Points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{X(point.Size / first.Size):0.0},{Y(value(point) / value(first)):0.0}")));
            if (value(first) > 0) Write(svg, $"<polyline points='{path}' fill='none' stroke='{Colours[i % Colours.Length]}' stroke-width='2'/>");
        }
    }

    private static void Write(StringBuilder svg, FormattableString text) => svg.Append(text.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
