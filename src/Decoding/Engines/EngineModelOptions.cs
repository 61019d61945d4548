namespace DecodeAlign.Decoding;

/// <summary>How requests share one engine.</summary>
public sealed record EngineModelOptions
{
    /// <summary>
    /// How long a request waits for KV memory that others hold, before it is refused; zero (default): it is refused at once. One that needs several models waits at most as long as each of them
    /// allows. What exceeds the whole budget, or finds nothing to wait for, never waits. At least zero, at most 24 days; <see cref="Timeout.InfiniteTimeSpan"/>: until it is cancelled.
    /// </summary>
    public TimeSpan MemoryWait { get; init; }

    /// <summary>Most requests that wait for memory at once; a further one is refused. At least 0; default 1024.</summary>
    public int MaxWaiting { get; init; } = 1024;

    /// <summary>The clock of the wait; default the system's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    internal void Validate()
    {
        Require.That(MemoryWait == Timeout.InfiniteTimeSpan || (MemoryWait >= TimeSpan.Zero && MemoryWait.TotalDays <= 24), nameof(MemoryWait), "between zero and 24 days, or infinite", MemoryWait);
        Require.That(MaxWaiting >= 0, nameof(MaxWaiting), "at least 0", MaxWaiting);
    }
}
