namespace DecodeAlign.Benchmarks;

/// <summary>What other programs take of the processors while something is measured.</summary>
internal sealed class OtherPrograms
{
    private readonly (double Busy, double All)? _started = Read();
    private readonly double _own = Own();

    /// <summary>Their share since this was made, children of this process counted among them; null where the system does not tell.</summary>
    public double? Share()
    {
        if (_started is not { } before || Read() is not { } now) return null;
        return Math.Max(0, (now.Busy - before.Busy - (Own() - _own)) / (now.All - before.All));
    }

    private static double Own() => Environment.CpuUsage.TotalTime.TotalSeconds;

    private static (double Busy, double All)? Read()
    {
        const string Times = "/proc/stat";
        // hundredths of a second: user, nice, system, idle, waiting, interrupts, stolen by other machines
        if (!File.Exists(Times)) return null;
        double[] seconds = [.. File.ReadLines(Times).First().Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Take(8).Select(value => double.Parse(value, System.Globalization.CultureInfo.InvariantCulture) / 100)];
        return (seconds.Sum() - seconds[3] - seconds[4], seconds.Sum());
    }
}
