using System.Text;

namespace DecodeAlign.Constraints;

/// <summary>A set of texts: what regular expressions, schemas and grammars are read into.</summary>
internal abstract record Pattern
{
    /// <summary>The empty text.</summary>
    public static Pattern Empty { get; } = new Sequence([]);

    /// <summary>No text at all.</summary>
    public static Pattern Never { get; } = new OneOfPatterns([]);

    /// <summary>Any text of whole characters.</summary>
    public static Pattern Anything { get; } = new Repeat(new OneCharacter(CharacterSet.All), 0, int.MaxValue);

    public static Pattern Text(string text) => new Sequence([.. text.EnumerateRunes().Select(rune => new OneCharacter(CharacterSet.Of(rune)))]);

    public static Pattern Optional(Pattern body) => new Repeat(body, 0, 1);
}

/// <summary>One character of a set.</summary>
internal sealed record OneCharacter(CharacterSet Set) : Pattern;

/// <summary>One after the other.</summary>
internal sealed record Sequence(params IReadOnlyList<Pattern> Parts) : Pattern;

/// <summary>Any of several.</summary>
internal sealed record OneOfPatterns(params IReadOnlyList<Pattern> Options) : Pattern;

/// <summary>So many times; <see cref="int.MaxValue"/>: without end.</summary>
internal sealed record Repeat(Pattern Body, int Least, int Most) : Pattern;

/// <summary>What an automaton accepts.</summary>
internal sealed record Embedded(Dfa Automaton) : Pattern;

/// <summary>What a rule of the grammar derives.</summary>
internal sealed record Call(int Rule) : Pattern;

/// <summary>A pattern or schema is not understood, or too large. The message names the place or the feature.</summary>
internal sealed class PatternException(string message) : Exception(message);
