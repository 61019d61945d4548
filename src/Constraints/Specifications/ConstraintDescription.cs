namespace DecodeAlign.Constraints;

/// <summary>A constraint that can be asked for by name.</summary>
/// <param name="Name">The name before the equals sign; <c>--NAME</c> on the command line.</param>
/// <param name="Summary">What holds with it, in a sentence.</param>
/// <param name="Argument">What stands after the equals sign.</param>
/// <param name="Example">A specification that works.</param>
public sealed record ConstraintDescription(string Name, string Summary, string Argument, string Example)
{
    internal Func<string, TextConstraint> Create { get; init; } = null!;
}
