namespace DecodeAlign.Decoding;

/// <summary>
/// An engine that caches the KV of prompts and attaches it to later sessions, so that a prefix that several requests share is computed once. What it caches stays within its
/// KV budget and makes room for sessions. Both calls come from the engine's one caller, between passes, or beside one under way for sessions that have no row in it; the KV attached equals what would be computed, bitwise on a CPU.
/// </summary>
public interface IPrefixSharing
{
    /// <summary>Tokens that are cached and attached together: a prefix is shared in multiples of it.</summary>
    int PrefixBlock { get; }

    /// <summary>Gives a session the KV of the longest prefix that is cached.</summary>
    /// <param name="session">A session of this engine.</param>
    /// <param name="path">Nodes of its tree, from the first token down, none left out.</param>
    /// <param name="held">Of how many, from the first, the session holds the KV: a multiple of <see cref="PrefixBlock"/>.</param>
    /// <returns>Of how many it holds the KV now: a multiple of <see cref="PrefixBlock"/>, at least <paramref name="held"/>.</returns>
    int AttachPrefix(IEngineSession session, ReadOnlySpan<int> path, int held);

    /// <summary>Caches the KV of a path that a session has computed, as far as there is room for it.</summary>
    /// <param name="session">A session of this engine, which holds the KV of the whole path.</param>
    /// <param name="path">Nodes of its tree, from the first token down, none left out; a multiple of <see cref="PrefixBlock"/>.</param>
    void CachePrefix(IEngineSession session, ReadOnlySpan<int> path);
}
