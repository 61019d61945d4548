namespace DecodeAlign.Decoding;

/// <summary>A session that a request will use, stated before anything is opened, so that all of them are reserved together.</summary>
/// <param name="Key">By what <see cref="ModelSessions.Take"/> finds it, compared by <see cref="object.Equals(object?)"/>. Needs of one key are one session, for the most nodes that any of them names.</param>
/// <param name="Model">The model; the caller keeps ownership.</param>
/// <param name="Tree">The tree that it is open on; null: one of its own.</param>
/// <param name="MaxNodes">Most nodes of the tree that are alive at once, at least 1.</param>
public sealed record SessionNeed(object Key, ILanguageModel Model, TokenTree? Tree, int MaxNodes);
