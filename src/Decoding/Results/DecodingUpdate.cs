namespace DecodeAlign.Decoding;

/// <summary>A piece of a text that a search delivers while it goes on. The pieces together are the answer's text, and their ids its ids.</summary>
/// <param name="Text">Text that has been committed: whole characters, possibly none.</param>
/// <param name="Ids">Tokens that have been committed, possibly more than the text shows yet.</param>
/// <param name="Result">The whole result, with the last piece; null before it.</param>
public readonly record struct DecodingUpdate(string Text, IReadOnlyList<int> Ids, DecodingResult? Result);
