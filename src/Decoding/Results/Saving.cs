namespace DecodeAlign.Decoding;

/// <summary>A saving, and what it did for a result.</summary>
/// <param name="Name"><c>reuse</c>, <c>prune</c>, <c>shorten</c>, <c>finish</c>, <c>forced</c> or <c>pipeline</c>.</param>
/// <param name="Active">Whether it was used.</param>
/// <param name="Note">What it saved; or why it was off.</param>
public readonly record struct Saving(string Name, bool Active, string Note);
