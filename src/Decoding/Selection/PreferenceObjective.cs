namespace DecodeAlign.Decoding;

/// <summary>A named objective and what measures it.</summary>
/// <param name="Name">The name by which directions weigh it.</param>
/// <param name="Scorer">Its reward r for a finished text. It is told the request's own prompt, without what a conditioner added.</param>
public sealed record PreferenceObjective(string Name, IHeuristic Scorer);
