namespace DecodeAlign.Decoding;

/// <summary>Sessions that what chooses among a search's answers will use. The search reserves them together with its own, and they stay open after it.</summary>
/// <param name="needs">What is needed, by keys of its own.</param>
internal sealed class AnswerReservation(IReadOnlyList<SessionNeed> needs) : IAsyncDisposable
{
    /// <summary>Whether a search has reserved it.</summary>
    public bool IsTaken { get; private set; }

    /// <summary>What is still to be reserved: nothing where a first search has done it.</summary>
    public IReadOnlyList<SessionNeed> Needs => IsTaken ? [] : needs;

    /// <summary>What was opened; none before the search has begun.</summary>
    public ModelSessions Sessions { get; private set; } = ModelSessions.None;

    /// <summary>Takes its own out of what was opened.</summary>
    public void TakeFrom(ModelSessions all)
    {
        if (IsTaken) return;
        (IsTaken, Sessions) = (true, all.Split(needs.Select(need => need.Key)));
    }

    public ValueTask DisposeAsync() => Sessions.DisposeAsync();
}
