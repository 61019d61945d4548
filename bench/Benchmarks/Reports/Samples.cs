namespace DecodeAlign.Benchmarks;

/// <summary>Wall times of single calls, in milliseconds.</summary>
internal sealed class Samples
{
    private readonly List<double> _values = [];
    private bool _sorted;

    public double Median => Percentile(50);

    public double Best => Percentile(0);

    public void Add(double milliseconds)
    {
        _values.Add(milliseconds);
        _sorted = false;
    }

    public void Add(Samples others)
    {
        foreach (var value in others._values) Add(value);
    }

    /// <summary>The value that so many percent of the samples do not exceed, between two samples in proportion.</summary>
    public double Percentile(double percent)
    {
        if (!_sorted) _values.Sort();
        _sorted = true;
        var place = percent / 100 * (_values.Count - 1);
        var below = (int)place;
        return below + 1 == _values.Count ? _values[below] : _values[below] + (place - below) * (_values[below + 1] - _values[below]);
    }

    public static double MedianOf(IEnumerable<double> values) => PercentileOf(values, 50);

    public static double PercentileOf(IEnumerable<double> values, double percent)
    {
        var samples = new Samples();
        foreach (var value in values) samples.Add(value);
        return samples.Percentile(percent);
    }
}
