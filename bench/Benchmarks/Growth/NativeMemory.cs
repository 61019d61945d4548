using System.Globalization;

namespace DecodeAlign.Benchmarks;

/// <summary>Memory of this process that is not the managed heap's.</summary>
internal static class NativeMemory
{
    /// <summary>Bytes in use, 0 where the system does not tell; the heap is put in order first.</summary>
    public static long Bytes()
    {
        const string Own = "/proc/self/status";
        if (!File.Exists(Own)) return 0;
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        var line = File.ReadLines(Own).First(line => line.StartsWith("RssAnon:", StringComparison.Ordinal));
        var resident = long.Parse(line["RssAnon:".Length..].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture) << 10;
        return resident - GC.GetGCMemoryInfo().TotalCommittedBytes;
    }
}
