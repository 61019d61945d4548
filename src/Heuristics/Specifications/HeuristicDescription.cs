using DecodeAlign.Decoding;

namespace DecodeAlign.Heuristics;

/// <summary>A heuristic that can be asked for by name.</summary>
/// <param name="Name">The name before the equals sign.</param>
/// <param name="Summary">What it rewards, in a sentence.</param>
/// <param name="Argument">What stands after the equals sign.</param>
/// <param name="Needs">What it needs beside a model; null: nothing.</param>
/// <param name="Example">A specification that works.</param>
public sealed record HeuristicDescription(string Name, string Summary, string Argument, string? Needs, string Example)
{
    internal Func<string, IHeuristic> Create { get; init; } = null!;
}
