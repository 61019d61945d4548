namespace DecodeAlign.Decoding;

/// <summary>What a model's scheduler is doing and has done, at one moment.</summary>
/// <param name="OpenSessions">Sessions that hold a reservation of KV memory.</param>
/// <param name="WaitingForMemory">Requests that wait for theirs, of this model among others.</param>
/// <param name="Passes">Forward passes so far.</param>
/// <param name="Rows">Tokens that those passes computed.</param>
/// <param name="SharedTokens">Prompt tokens that were not computed, because an earlier request had computed the same prefix.</param>
public readonly record struct EngineStatistics(int OpenSessions, int WaitingForMemory, long Passes, long Rows, long SharedTokens);
