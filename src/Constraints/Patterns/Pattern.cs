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

/// <summary>
/// A rule of its own that counts along its way: steps out of some of its states add one, and the end may be reached within a range alone. What is counted is part of an item, so that a
/// million costs no more states than one.
/// </summary>
/// <param name="Automaton">The rule; the count starts at 0, and steps into its final states check it.</param>
/// <param name="Adds">Whether a byte that leads out of a state, but not to an end, adds one.</param>
/// <param name="Low">The least that every way from a state to the end still adds.</param>
/// <param name="High">The most; <see cref="int.MaxValue"/>: without end. Every number between the two is added by some way.</param>
/// <param name="Range">What may have been added at the end.</param>
/// <param name="Item">The rule that is called, with a byte before it, each time one is added; −1: characters are counted.</param>
/// <param name="Rest">Where characters are counted, the most bytes from each state to the end of the character that was begun, or to the first one, written the shortest way.</param>
internal sealed record Counted(Dfa Automaton, bool[] Adds, int[] Low, int[] High, CountRange Range, int Item = -1, int[]? Rest = null) : Pattern
{
    /// <summary>The most bytes that a character takes in a JSON string where it is written the shortest way.</summary>
    public const int MostBytesOfACharacter = 6;
}

/// <summary>Takes no characters, but asks something of what stands before or after. Resolved before a pattern is compiled.</summary>
internal sealed record Assertion(AssertionKind Kind, Pattern? Body = null) : Pattern;

internal enum AssertionKind
{
    Start,
    End,
    Ahead,
    NotAhead,
}

/// <summary>What a rule of the grammar derives.</summary>
internal sealed record Call(int Rule) : Pattern;

/// <summary>A token that a grammar names, as the byte that stands for it.</summary>
internal sealed record TerminalByte(byte Value) : Pattern;

/// <summary>A pattern or schema is not understood, or too large. The message names the place or the feature.</summary>
internal sealed class PatternException(string message) : Exception(message);
