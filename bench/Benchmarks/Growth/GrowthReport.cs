using System.Globalization;

namespace DecodeAlign.Benchmarks;

/// <summary>Measures the curves and prints a table for each, and one of all exponents.</summary>
internal static class GrowthReport
{
    public static IReadOnlyList<GrowthCurve> Run(GrowthCases cases, IEnumerable<string> names)
    {
        var machine = MachineDescription.Here();
        Console.WriteLine($"{machine.Processor}, {machine.Cores} cores, {machine.Memory}; {machine.System}; {machine.Runtime}, vectors of {machine.Vectors}");
        var others = new OtherPrograms();
        var curves = new List<GrowthCurve>();
        foreach (var name in names)
        {
            curves.Add(cases.All[name]());
            Print(curves[^1]);
        }
        Console.WriteLine("\n| grows | from | to | exponent of the time | of its last two doublings | of managed memory | of native memory |\n|---|---|---|---|---|---|---|");
        foreach (var curve in curves)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {curve.Unit} | {curve.Points[0].Size:N0} | {curve.Points[^1].Size:N0} | {curve.Exponent:0.00} | {curve.LastExponent:0.00} | {(double.IsFinite(curve.ManagedExponent) ? curve.ManagedExponent.ToString("0.00", CultureInfo.InvariantCulture) : "none")} | {curve.NativeExponent:0.00} |"));
        Console.WriteLine(FormattableString.Invariant($"\n(other programs took {others.Share():0 %} of the processors)"));
        return curves;
    }

    private static void Print(GrowthCurve curve)
    {
        Console.WriteLine($"\n| {curve.Unit} | ms: {curve.Timed} | ms for each | managed bytes {curve.Managed} | for each | {(curve.Native.Length == 0 ? "" : $"MB of {curve.Native}")} | bytes for each |\n|---|---|---|---|---|---|---|");
        foreach (var point in curve.Points)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {point.Size:N0} | {point.Milliseconds:0.000} | {point.Milliseconds / point.Size:G3} | {point.Managed:N0} | {point.Managed / point.Size:N0} | {point.Native / 1e6:0.0} | {point.Native / point.Size:N0} |"));
    }
}
