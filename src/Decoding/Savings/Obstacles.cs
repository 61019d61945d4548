namespace DecodeAlign.Decoding;

/// <summary>Which savings would not leave the output as it is with a part, and why; null: the saving is exact with it.</summary>
/// <param name="Prune">Why candidates must not be left out by their bounds.</param>
/// <param name="Pipeline">Why steps can't be expanded ahead.</param>
/// <param name="Finish">Why a search must go on where no open text can overtake the best finished one.</param>
/// <param name="Forced">Why what follows forced tokens can't be read with them.</param>
/// <param name="Shorten">Why a lookahead goes on where no heuristic's value can change any more.</param>
internal readonly record struct Obstacles(string? Prune = null, string? Pipeline = null, string? Finish = null, string? Forced = null, string? Shorten = null);
