namespace DecodeAlign.Decoding;

/// <summary>What the scheduler knows of a session. Written by the scheduler's thread; the counters are read by the session's caller between its calls.</summary>
internal sealed class ScheduledSession(IEngineSession engine, Urgency urgency = default)
{
    public IEngineSession Engine => engine;

    public Urgency Urgency => urgency;

    /// <summary>Tokens computed for it.</summary>
    public long Evaluations { get; set; }

    /// <summary>Passes it had a part in.</summary>
    public long Passes { get; set; }

    public long PeakKvBytes { get; set; }

    /// <summary>Tokens that were lent to it.</summary>
    public long SharedTokens { get; set; }

    /// <summary>Number of the last pass that served it.</summary>
    public long LastServed { get; set; }

    /// <summary>Passes under way that it has a part in.</summary>
    public int PassesUnderWay { get; set; }

    /// <summary>When its last call was answered, as a timestamp.</summary>
    public long AnsweredAt { get; set; }

    /// <summary>Whether it came back in time after its last answer: then the next pass waits for it a little.</summary>
    public bool ComesBackSoon { get; set; } = true;
}
