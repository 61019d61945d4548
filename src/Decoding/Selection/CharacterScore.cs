namespace DecodeAlign.Decoding;

/// <summary>chrF of two texts, as <see cref="TextSimilarity.Characters"/> defines it.</summary>
internal static class CharacterScore
{
    private const int Longest = 6;
    private const double Beta = 2;

    public static double Of(string text, string other)
    {
        var (own, others) = (Letters(text), Letters(other));
        if (own.Length == 0 || others.Length == 0) return own.Length == others.Length ? 1 : 0;
        var (precision, recall, lengths) = (0.0, 0.0, 0);
        for (var n = 1; n <= Math.Min(Longest, Math.Min(own.Length, others.Length)); n++, lengths++)
        {
            var counts = new Dictionary<string, int>(StringComparer.Ordinal);
            for (var i = 0; i + n <= others.Length; i++) counts[others.Substring(i, n)] = counts.GetValueOrDefault(others.Substring(i, n)) + 1;
            var shared = 0;
            for (var i = 0; i + n <= own.Length; i++)
            {
                if (!counts.TryGetValue(own.Substring(i, n), out var left) || left == 0) continue;
                counts[own.Substring(i, n)] = left - 1;
                shared++;
            }
            precision += (double)shared / (own.Length - n + 1);
            recall += (double)shared / (others.Length - n + 1);
        }
        (precision, recall) = (precision / lengths, recall / lengths);
        return precision + recall == 0 ? 0 : (1 + Beta * Beta) * precision * recall / (Beta * Beta * precision + recall);
    }

    private static string Letters(string text) => string.Concat(text.Where(letter => !char.IsWhiteSpace(letter)));
}
