namespace DecodeAlign.Decoding;

/// <summary>The use of one of a request's sessions. The session stays open until its request has ended and every lease of it is disposed of.</summary>
public sealed class SessionLease : IDisposable
{
    private readonly Action _return;
    private int _disposed;

    internal SessionLease(IModelSession session, TokenTree tree, int maxNodes, Action @return) => (Session, Tree, MaxNodes, _return) = (session, tree, maxNodes, @return);

    /// <summary>The session. One caller at a time, among all who lease it.</summary>
    public IModelSession Session { get; }

    /// <summary>The tree that it is open on.</summary>
    public TokenTree Tree { get; }

    /// <summary>Most nodes of the tree that may be alive at once.</summary>
    public int MaxNodes { get; }

    /// <summary>Ends the use. Does not block.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0) _return();
    }
}
