namespace DecodeAlign.Cli;

/// <summary>What <c>schema --json</c> prints.</summary>
/// <param name="Openness">Whether properties that the schema does not list are written.</param>
/// <param name="Order">The order of properties.</param>
/// <param name="WhiteSpace">White space that is written.</param>
/// <param name="Notes">What is only an annotation, each with its place.</param>
/// <param name="LeastTokens">Tokens that are enough for the shortest value, the end included.</param>
/// <param name="TypicalTokens">Tokens of the median random instance.</param>
/// <param name="Instances">Three random instances.</param>
/// <param name="Checked">What became of the instances given; null: none were.</param>
internal sealed record SchemaOutput(string Openness, string Order, string WhiteSpace, IReadOnlyList<string> Notes, int LeastTokens, int TypicalTokens, IReadOnlyList<string> Instances, IReadOnlyList<CheckedInstance>? Checked);

/// <summary>An instance, and whether it can be written.</summary>
/// <param name="Line">Its line.</param>
/// <param name="IsTaken">Whether it can.</param>
/// <param name="Until">What of it can be written; null: all.</param>
internal sealed record CheckedInstance(int Line, bool IsTaken, string? Until);
