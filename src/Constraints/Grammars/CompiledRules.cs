namespace DecodeAlign.Constraints;

/// <summary>Rules of a grammar as one automaton where they make a small one, whose least counts are exact; otherwise as a grammar.</summary>
internal static class CompiledRules
{
    private const int MostStates = 600;

    /// <exception cref="PatternException">They are too large.</exception>
    public static TextRules Of(IReadOnlyList<Pattern> rules) =>
        Grammar.Flat(rules) is { Count: <= MostStates } flat ? new() { Pattern = flat } : new() { Grammar = Grammar.Compile(rules) };
}
