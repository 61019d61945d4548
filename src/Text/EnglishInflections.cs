namespace DecodeAlign.Text;

/// <summary>
/// The regular inflections of an English word, as noun and as verb, without a dictionary: plural or third person, past, and -ing form.
/// <list type="bullet">
/// <item>consonant + y: -ies, -ied, -ying (carry: carries, carried, carrying);</item>
/// <item>-s, -x, -z, -ch, -sh: -es, -ed, -ing; -o: also -es;</item>
/// <item>-e: -s, -d, and -ing without the e (dance: dancing), which -ee, -oe and -ye keep; -ie: -ying (die: dying);</item>
/// <item>consonant, one vowel, consonant other than w, x, y: also with the last letter doubled (stop: stopped; visit: visited and visitted);</item>
/// <item>any other: -s, -ed, -ing.</item>
/// </list>
/// Irregular forms (stood, feet) are not known: list them with <see cref="Keyword.AnyOf"/>. Some forms given are no words; asking for them does no harm.
/// </summary>
public static class EnglishInflections
{
    /// <summary>The text and, where its last word is of two or more English letters, the text with that word inflected. No form comes twice.</summary>
    public static IReadOnlyList<string> Of(string text)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(text);
        text = text.Trim();
        var start = text.Length;
        while (start > 0 && char.IsAsciiLetter(text[start - 1])) start--;
        if (text.Length - start < 2) return [text];
        // a letter of another script before it means that this is the tail of a longer word
        if (start > 0 && char.IsLetterOrDigit(text[start - 1])) return [text];
        return [.. Inflect(text[start..]).Prepend(text[start..]).Distinct(StringComparer.OrdinalIgnoreCase).Select(form => text[..start] + form)];
    }

    private static IEnumerable<string> Inflect(string word)
    {
        var lower = word.ToLowerInvariant();
        var stem = word[..^1];
        if (lower[^1] == 'y' && !IsVowel(lower[^2])) return [stem + "ies", stem + "ied", word + "ing"];
        if (lower.EndsWith("ie", StringComparison.Ordinal)) return [word + "s", word + "d", word[..^2] + "ying"];
        if (lower[^1] == 'e') return [word + "s", word + "d", lower[^2] is 'e' or 'o' or 'y' ? word + "ing" : stem + "ing"];
        var plural = lower[^1] is 's' or 'x' or 'z' || lower.EndsWith("ch", StringComparison.Ordinal) || lower.EndsWith("sh", StringComparison.Ordinal)
            ? [word + "es"]
            : lower[^1] == 'o' ? [word + "s", word + "es"] : new[] { word + "s" };
        IEnumerable<string> forms = [.. plural, word + "ed", word + "ing"];
        return Doubles(lower) ? [.. forms, word + word[^1] + "ed", word + word[^1] + "ing"] : forms;
    }

    private static bool Doubles(string word) =>
        !IsVowel(word[^1]) && word[^1] is not ('w' or 'x' or 'y') && IsVowel(word[^2]) && word.Length > 2 && !IsVowel(word[^3]);

    private static bool IsVowel(char letter) => letter is 'a' or 'e' or 'i' or 'o' or 'u';
}
