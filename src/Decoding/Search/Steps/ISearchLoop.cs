namespace DecodeAlign.Decoding;

/// <summary>Brings the steps of a group as far as what has been read allows, and says what to read next.</summary>
internal interface ISearchLoop
{
    /// <summary>Goes as far as what has been read allows.</summary>
    /// <returns>Whether the group's first step is decided; otherwise <see cref="Ask"/> says what it waits for.</returns>
    /// <exception cref="UnsatisfiableConstraintException">The constraints leave no candidate.</exception>
    ValueTask<bool> AdvanceAsync(SearchGroup group, CancellationToken cancellationToken);

    /// <summary>Asks for what the group's steps wait for.</summary>
    void Ask(SearchGroup group);
}
