using System.Globalization;

namespace DecodeAlign.Cli;

/// <summary>The front as a picture in letters: its first two objectives, better to the right and upwards.</summary>
internal static class FrontPlot
{
    private const int Width = 48, Height = 12, Label = 9;
    private const char OfFront = 'o', OfKnee = '@', Below = '.';

    public static void Write(FrontOutput front, TextWriter writer)
    {
        var rows = Enumerable.Range(0, Height).Select(_ => Enumerable.Repeat(' ', Width).ToArray()).ToArray();
        List<(double X, double Y, char Mark)> points = [.. front.Dominated.Select(values => (values[0], values[1], Below)), .. front.Answers.Select((answer, i) => (answer.Values[0], answer.Values[1], i == front.Knee ? OfKnee : OfFront))];
        var (left, right) = Ends(points.Select(point => point.X), front.IsLessBetter[0]);
        var (bottom, top) = Ends(points.Select(point => point.Y), front.IsLessBetter[1]);
        // where several fall on one place the last counts: the knee before the front before the rest
        foreach (var (x, y, mark) in points.OrderBy(point => point.Mark == OfKnee ? 2 : point.Mark == OfFront ? 1 : 0))
            rows[Height - 1 - Cell(y, bottom, top, Height)][Cell(x, left, right, Width)] = mark;
        writer.WriteLine($"{"",Label} {front.Objectives[1]}");
        for (var row = 0; row < Height; row++)
            writer.WriteLine($"{(row == 0 ? Number(top) : row == Height - 1 ? Number(bottom) : ""),Label} │{new string(rows[row]).TrimEnd()}");
        writer.WriteLine($"{"",Label} └{new string('─', Width)}");
        writer.WriteLine($"{"",Label}  {Axis(Number(left), front.Objectives[0], Number(right))}");
        writer.WriteLine($"{"",Label}  {OfFront} on the front, {OfKnee} its knee{(front.Dominated.Count > 0 ? $", {Below} dominated" : "")}{(front.Objectives.Count > 2 ? "; of the first two objectives" : "")}");
    }

    // of an objective of which less is better the greatest value stands first
    private static (double From, double To) Ends(IEnumerable<double> values, bool isLessBetter)
    {
        var (least, most) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (var value in values) (least, most) = (Math.Min(least, value), Math.Max(most, value));
        return isLessBetter ? (most, least) : (least, most);
    }

    // the ends' numbers, and the name between them
    private static string Axis(string from, string name, string to)
    {
        var room = Math.Max(0, Width - from.Length - to.Length);
        return from + (name.Length + 2 <= room ? name.PadLeft((room + name.Length) / 2).PadRight(room) : $" {name} ") + to;
    }

    private static int Cell(double value, double from, double to, int cells) => from == to ? cells / 2 : (int)Math.Round((value - from) / (to - from) * (cells - 1));

    private static string Number(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
}
