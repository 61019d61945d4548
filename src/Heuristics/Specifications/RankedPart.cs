using DecodeAlign.Decoding;

namespace DecodeAlign.Heuristics;

/// <summary>A heuristic to be combined with others.</summary>
/// <param name="Key">Its specification without the weight, under which a calibration knows it.</param>
/// <param name="Heuristic">The heuristic.</param>
/// <param name="Weight">Its weight. Default 1.</param>
/// <param name="Scale">Its scale on base samples; null (default): not calibrated.</param>
public sealed record RankedPart(string Key, IHeuristic Heuristic, double Weight = 1, RewardScale? Scale = null);
