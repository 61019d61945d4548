namespace DecodeAlign.Decoding;

/// <summary>How urgent what a request asks of its models is, beside what others ask.</summary>
/// <param name="Priority">The lower, the earlier.</param>
/// <param name="Due">When its deadline is, on the clock of deadlines; zero: it has none.</param>
internal readonly record struct Urgency(int Priority, TimeSpan Due)
{
    /// <param name="priority">The lower, the earlier.</param>
    /// <param name="deadline">The time that the request has; zero: any.</param>
    /// <param name="now">What the clock of deadlines shows.</param>
    public static Urgency Of(int priority, TimeSpan deadline, TimeSpan now) => new(priority, deadline < TimeSpan.MaxValue - now && deadline > TimeSpan.Zero ? now + deadline : TimeSpan.Zero);

    /// <summary>Negative where the first is more urgent: by priority, among equals by the earlier deadline.</summary>
    public static int Compare(Urgency first, Urgency second)
    {
        var byPriority = first.Priority.CompareTo(second.Priority);
        return byPriority != 0 ? byPriority : first.DueOrNever.CompareTo(second.DueOrNever);
    }

    private TimeSpan DueOrNever => Due == TimeSpan.Zero ? TimeSpan.MaxValue : Due;
}
