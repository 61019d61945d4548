using DecodeAlign.Text;

namespace DecodeAlign.Constraints;

/// <summary>None of the keywords occurs in any of its forms, however the text is split into tokens.</summary>
public sealed class ForbiddenPhrases : TextConstraint
{
    /// <summary>Makes the constraint.</summary>
    /// <param name="keywords">What may not occur; any number.</param>
    /// <exception cref="ArgumentException">There is no keyword, or one is not valid text.</exception>
    public ForbiddenPhrases(IEnumerable<Keyword> keywords)
    {
        Rules = new() { Forbidden = Keyword.Checked(keywords) };
        _ = new TextAutomaton(Rules);
    }

    /// <inheritdoc/>
    public override string Name => "must not include " + string.Join(", ", Rules.Forbidden);

    internal override TextRules Rules { get; }
}
