namespace DecodeAlign.Text;

/// <summary>Something that a text shall or shall not hold: a word or a phrase, with the forms that count for it. Immutable.</summary>
/// <remarks>Matched by <see cref="WordRule"/>.</remarks>
public sealed class Keyword
{
    private Keyword(string text, IReadOnlyList<string> forms)
    {
        Text = text;
        Forms = forms;
    }

    /// <summary>What is asked for, as people write it.</summary>
    public string Text { get; }

    /// <summary>The forms of which any counts, <see cref="Text"/> among them.</summary>
    public IReadOnlyList<string> Forms { get; }

    /// <summary>A word or phrase and the forms that a rule gives it.</summary>
    /// <param name="text">The word or phrase, such as <c>fox</c> or <c>red fox</c>.</param>
    /// <param name="rule">Which forms count; default: the text itself only.</param>
    /// <exception cref="ArgumentException">The text is empty.</exception>
    public static Keyword Of(string text, KeywordRule rule = KeywordRule.Exact)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(text);
        text = text.Trim();
        return new(text, rule == KeywordRule.Inflected ? EnglishInflections.Of(text) : [text]);
    }

    /// <summary>A keyword for which any of the forms given counts.</summary>
    /// <param name="forms">The forms; the first one names the keyword.</param>
    /// <exception cref="ArgumentException">There is none, or one is empty.</exception>
    public static Keyword AnyOf(params IEnumerable<string> forms)
    {
        ArgumentNullException.ThrowIfNull(forms);
        var trimmed = forms.Select(form => string.IsNullOrWhiteSpace(form) ? throw new ArgumentException("a form is empty", nameof(forms)) : form.Trim()).ToList();
        if (trimmed.Count == 0) throw new ArgumentException("a keyword needs at least one form", nameof(forms));
        return new(trimmed[0], trimmed);
    }

    /// <inheritdoc/>
    public override string ToString() => Text;

    internal static IReadOnlyList<Keyword> Checked(IEnumerable<Keyword> keywords)
    {
        ArgumentNullException.ThrowIfNull(keywords);
        var list = keywords.ToList();
        return list.Count > 0 && !list.Contains(null!) ? list : throw new ArgumentException("at least one keyword is needed, and none may be null", nameof(keywords));
    }

    internal static PhraseAutomaton Automaton(IEnumerable<Keyword> keywords, bool caseSensitive) => new([.. keywords.Select(keyword => keyword.Forms)], caseSensitive);
}

/// <summary>Which forms of a keyword count.</summary>
public enum KeywordRule
{
    /// <summary>The keyword as it is written.</summary>
    Exact,

    /// <summary>Also the regular English inflections of its last word, by the rule of <see cref="EnglishInflections"/>.</summary>
    Inflected,
}
