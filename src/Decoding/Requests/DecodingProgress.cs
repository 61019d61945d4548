namespace DecodeAlign.Decoding;

/// <summary>How far a search is.</summary>
/// <param name="Step">Steps taken; of several answers or prompts, by the one that is furthest.</param>
/// <param name="MaxTokens">Most steps there can be.</param>
/// <param name="Live">Hypotheses that go on.</param>
/// <param name="Finished">Hypotheses that ended.</param>
public readonly record struct DecodingProgress(int Step, int MaxTokens, int Live, int Finished);
