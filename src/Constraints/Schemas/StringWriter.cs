namespace DecodeAlign.Constraints;

/// <summary>Strings of a shape, as patterns.</summary>
internal static class StringWriter
{
    // escapes of every character take a dozen states each
    private const int MostEscaped = 1500;

    /// <summary>The strings that a shape allows; those with a length count their characters.</summary>
    /// <exception cref="PatternException">They are too many to tell apart.</exception>
    public static Pattern Write(Shape shape)
    {
        var (content, length) = (TextRule.All(shape.Texts), shape.Length);
        if (content.Count == 0 || length.Least > length.Most) return Pattern.Never;
        var automaton = JsonStrings.Of(content, content.Count <= MostEscaped ? JsonEscapes.All : JsonEscapes.Short, out var isBetween);
        if (length.IsAny) return new Embedded(automaton.Minimise());
        if (Ways.TryCount(automaton, isBetween, out var low, out var high)) return new Counted(automaton, isBetween, low, high, length, Rest: Ways.Rest(automaton, isBetween));
        // lengths that only some texts have: one state for each
        if (length.Limit > RegexParser.MostRepetitions) throw new PatternException($"a pattern beside a length of {length.Limit} is too large");
        return new Embedded(JsonStrings.Of(WithLength(content, length), JsonEscapes.Short, out _).Minimise());
    }

    /// <summary>The characters of a shape's strings, as an automaton; lengths are states of it.</summary>
    /// <exception cref="PatternException">It is too large.</exception>
    public static Dfa Automaton(Shape shape) => shape.Length.IsAny ? TextRule.All(shape.Texts) : WithLength(TextRule.All(shape.Texts), shape.Length);

    /// <summary>Whether it is certain that no string matches all that a shape asks for.</summary>
    public static bool IsEmpty(Shape shape)
    {
        try
        {
            return (shape.Length.Limit <= 300 ? Automaton(shape) : TextRule.All(shape.Texts)).Count == 0;
        }
        catch (PatternException)
        {
            return false;
        }
    }

    private static Dfa WithLength(Dfa content, CountRange length) => content.And(Determiniser.Compile(new Repeat(new OneCharacter(CharacterSet.All), length.Least, length.Most)));
}
