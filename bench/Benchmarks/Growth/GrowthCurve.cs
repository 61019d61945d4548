namespace DecodeAlign.Benchmarks;

/// <summary>What one size cost.</summary>
/// <param name="Size">The size.</param>
/// <param name="Milliseconds">Time.</param>
/// <param name="Managed">Managed bytes: allocated by a call, or alive, as the curve says.</param>
/// <param name="Native">Bytes of memory beside the managed heap; null: not looked at.</param>
internal readonly record struct GrowthPoint(double Size, double Milliseconds, double Managed, double? Native);

/// <summary>How time and memory grow with one thing, everything else as it is.</summary>
/// <param name="Name">What grows.</param>
/// <param name="Unit">What a size counts.</param>
/// <param name="Timed">What is timed.</param>
/// <param name="Managed">What the managed bytes are.</param>
/// <param name="Native">What the native bytes are.</param>
/// <param name="Points">The sizes in order.</param>
internal sealed record GrowthCurve(string Name, string Unit, string Timed, string Managed, string Native, IReadOnlyList<GrowthPoint> Points)
{
    /// <summary>The exponent of the time.</summary>
    public double Exponent => ExponentOf(Points, point => point.Milliseconds);

    /// <summary>The exponent over the last doublings, where what costs the same at any size weighs least.</summary>
    public double LastExponent => ExponentOf([.. Points.TakeLast(3)], point => point.Milliseconds);

    public double ManagedExponent => ExponentOf(Points, point => point.Managed);

    public double? NativeExponent => Points.All(point => point.Native > 0) ? ExponentOf(Points, point => point.Native!.Value) : null;

    /// <summary>The slope of the straight line through the logarithms, by least squares; not a number where a value is none.</summary>
    public static double ExponentOf(IReadOnlyList<GrowthPoint> points, Func<GrowthPoint, double> value)
    {
        double[] x = [.. points.Select(point => Math.Log(point.Size))], y = [.. points.Select(point => Math.Log(value(point)))];
        var (meanX, meanY) = (x.Average(), y.Average());
        return x.Zip(y, (a, b) => (a - meanX) * (b - meanY)).Sum() / x.Sum(a => (a - meanX) * (a - meanX));
    }
}
