using System.Globalization;

namespace DecodeAlign.Evaluation;

/// <summary>A plot's axis: where a value stands, from 0 to 1, and round values to mark.</summary>
internal sealed class Axis
{
    private readonly double _least, _greatest;
    private readonly bool _logarithmic, _falls;

    private Axis(double least, double greatest, bool logarithmic, bool falls) => (_least, _greatest, _logarithmic, _falls) = (least, greatest, logarithmic, falls);

    public IReadOnlyList<double> Ticks => _logarithmic ? [.. LogarithmicTicks()] : [.. LinearTicks()];

    /// <param name="values">What is to have a place.</param>
    /// <param name="logarithmic">Whether equal ratios are equally far apart.</param>
    /// <param name="falls">Whether the greatest value stands first.</param>
    public static Axis Of(IEnumerable<double> values, bool logarithmic, bool falls = false)
    {
        double[] all = [.. values.Select(value => logarithmic ? Math.Log10(value) : value)];
        var (least, greatest) = all.Length == 0 ? (0.0, 1.0) : (all.Min(), all.Max());
        var margin = greatest > least ? 0.06 * (greatest - least) : Math.Max(0.1, Math.Abs(least) * 0.1);
        return new(least - margin, greatest + margin, logarithmic, falls);
    }

    public double Place(double value) => ((_logarithmic ? Math.Log10(value) : value) - _least) / (_greatest - _least) is var place && _falls ? 1 - place : place;

    // a step that misses 0 by rounding is 0
    public static string Label(double tick) => (Math.Abs(tick) < 1e-9 ? 0 : tick).ToString(Math.Abs(tick) >= 1000 ? "#,0" : "0.###", CultureInfo.InvariantCulture).Replace('-', '−');

    private IEnumerable<double> LinearTicks()
    {
        var rough = (_greatest - _least) / 5;
        var unit = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = unit * (rough / unit < 1.5 ? 1 : rough / unit < 3.5 ? 2 : rough / unit < 7.5 ? 5 : 10);
        for (var i = Math.Ceiling(_least / step); i * step <= _greatest; i++) yield return i * step;
    }

    private IEnumerable<double> LogarithmicTicks()
    {
        for (var power = (int)Math.Floor(_least); power <= _greatest; power++)
            foreach (var digit in (int[])[1, 2, 5])
                if (Math.Log10(digit) + power is var place && place >= _least && place <= _greatest) yield return digit * Math.Pow(10, power);
    }
}
