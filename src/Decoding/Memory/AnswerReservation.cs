namespace DecodeAlign.Decoding;

/// <summary>Sessions that what chooses among a search's answers will use. The search reserves them together with its own, and they stay open after it.</summary>
/// <param name="needs">What is needed, by keys of its own.</param>
/// <param name="outer">What a choice around this one will use, reserved by the same search; null: nothing.</param>
internal sealed class AnswerReservation(IReadOnlyList<SessionNeed> needs, AnswerReservation? outer = null) : IAsyncDisposable
{
    /// <summary>Whether a search has reserved it.</summary>
    public bool IsTaken { get; private set; }

    /// <summary>What is needed, without what is around it.</summary>
    public IReadOnlyList<SessionNeed> Own => needs;

    /// <summary>What is still to be reserved: nothing where a first search has done it.</summary>
    public IReadOnlyList<SessionNeed> Needs => IsTaken ? [] : [.. needs, .. outer?.Needs ?? []];

    /// <summary>What was opened; none before the search has begun.</summary>
    public ModelSessions Sessions { get; private set; } = ModelSessions.None;

    /// <summary>Takes its own out of what was opened.</summary>
    public void TakeFrom(ModelSessions all)
    {
        if (IsTaken) return;
        (IsTaken, Sessions) = (true, all.Split(needs.Select(need => need.Key)));
        outer?.TakeFrom(all);
    }

    public ValueTask DisposeAsync() => Sessions.DisposeAsync();
}
