namespace DecodeAlign.Heuristics;

/// <summary>Two texts after one prompt, of which a reader preferred one.</summary>
/// <param name="Prompt">What both go on from.</param>
/// <param name="Chosen">The preferred text.</param>
/// <param name="Rejected">The other one.</param>
public sealed record PreferencePair(string Prompt, string Chosen, string Rejected);
