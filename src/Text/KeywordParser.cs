
namespace DecodeAlign.Text;

/// <summary>Reads keywords as specifications write them.</summary>
public static class KeywordParser
{
    /// <summary>Reads one keyword: <c>fox</c>, <c>fox|vixen</c> (any of them), <c>fox~</c> (and its regular inflections).</summary>
    /// <exception cref="FormatException">The keyword is empty.</exception>
    public static Keyword Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var forms = new List<string>();
        foreach (var alternative in text.Split('|'))
        {
            var form = alternative.Trim();
            var inflected = form.EndsWith('~');
            if (inflected) form = form[..^1].TrimEnd();
            if (form.Length == 0) throw new FormatException(text.Length == 0 ? "a word is missing" : $"a word is missing in '{text}'");
            forms.AddRange(Keyword.Of(form, inflected ? KeywordRule.Inflected : KeywordRule.Exact).Forms);
        }
        return Keyword.AnyOf(forms);
    }
}
