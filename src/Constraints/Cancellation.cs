namespace DecodeAlign.Constraints;

/// <summary>
/// Lets whoever waits for compile or mask work give it up. The work runs on the thread that asked for it, and looks here wherever it may go on for long. What a scope leaves half done has to be as if it had not begun.
/// </summary>
internal static class Cancellation
{
    [ThreadStatic]
    private static CancellationToken _token;

    /// <summary>Work on this thread is given up with a token, until the scope ends.</summary>
    public static Scope By(CancellationToken token)
    {
        var before = _token;
        _token = token;
        return new(before);
    }

    /// <summary>What is made once for the whole process is not given up with the request that first needs it.</summary>
    public static T Never<T>(Func<T> make)
    {
        using (By(default)) return make();
    }

    /// <exception cref="OperationCanceledException">The work is given up.</exception>
    public static void Check() => _token.ThrowIfCancellationRequested();

    public readonly ref struct Scope(CancellationToken before)
    {
        public void Dispose() => _token = before;
    }
}
