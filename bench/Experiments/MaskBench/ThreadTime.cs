using System.Diagnostics;
using System.Runtime.InteropServices;

namespace DecodeAlign.Experiments;

/// <summary>Processor time of this thread, so that what else runs on the machine does not count; wall time where the system does not tell it.</summary>
internal static partial class ThreadTime
{
    private const int ThreadCpuTime = 3;

    /// <summary>Milliseconds since some point of time.</summary>
    public static double Milliseconds()
    {
        if (!OperatingSystem.IsLinux() || GetTime(ThreadCpuTime, out var time) != 0) return Stopwatch.GetTimestamp() * 1000.0 / Stopwatch.Frequency;
        return time.Seconds * 1000.0 + time.Nanoseconds / 1e6;
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, out Time time);

    [StructLayout(LayoutKind.Sequential)]
    private struct Time
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
