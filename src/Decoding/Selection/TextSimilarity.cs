namespace DecodeAlign.Decoding;

/// <summary>How alike two texts are. Immutable; safe for concurrent use.</summary>
public sealed class TextSimilarity
{
    private readonly Func<string, string, double> _measure;

    private TextSimilarity(string name, Func<string, string, double> measure) => (Name, _measure) = (name, measure);

    /// <summary>chrF (Popović, 2015): F-score of character n-grams of 1 to 6, white space left out, precision and recall averaged over the lengths that both texts have, recall weighing β = 2 times as much; in [0, 1].</summary>
    public static TextSimilarity Characters { get; } = new("chrf", CharacterScore.Of);

    /// <summary>F1 of the words that two texts share, each as often as both have it, without regard to case; in [0, 1].</summary>
    public static TextSimilarity Words { get; } = new("words", WordScore);

    /// <summary>The name, such as <c>chrf</c>.</summary>
    public string Name { get; }

    /// <summary>A similarity of one's own, such as of embeddings.</summary>
    /// <param name="name">A name for reports and errors.</param>
    /// <param name="measure">The similarity of an answer to another one: a finite number, greater where they are more alike. Called concurrently by requests that run at once.</param>
    public static TextSimilarity Of(string name, Func<string, string, double> measure)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(measure);
        return new(name, measure);
    }

    /// <summary>The similarity.</summary>
    /// <param name="text">A text.</param>
    /// <param name="other">What it is compared with.</param>
    /// <exception cref="InvalidOperationException">The measure gave no finite number.</exception>
    public double Measure(string text, string other)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(other);
        return Check(text, other);
    }

    /// <summary>How different the texts of a set are: 1 minus the mean similarity of a text to another, over all ordered pairs; 0 for fewer than two texts. With similarities in [0, 1] it is in [0, 1].</summary>
    /// <param name="texts">The texts, such as those of <see cref="DecodingResult.Answers"/>.</param>
    /// <exception cref="InvalidOperationException">The measure gave no finite number.</exception>
    public double Diversity(IReadOnlyList<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        if (texts.Count < 2) return 0;
        var sum = 0.0;
        for (var i = 0; i < texts.Count; i++)
            for (var j = 0; j < texts.Count; j++)
                if (j != i) sum += Check(texts[i], texts[j]);
        return 1 - sum / ((double)texts.Count * (texts.Count - 1));
    }

    internal double Check(string text, string other) => _measure(text, other) is var value && double.IsFinite(value) ? value : throw new InvalidOperationException($"the similarity '{Name}' of two answers is {value}, which is no finite number");

    private static double WordScore(string text, string other)
    {
        var (own, others) = (Count(text), Count(other));
        var (left, right) = (own.Values.Sum(), others.Values.Sum());
        if (left == 0 || right == 0) return left == right ? 1 : 0;
        var shared = own.Sum(word => Math.Min(word.Value, others.GetValueOrDefault(word.Key)));
        return 2.0 * shared / (left + right);
    }

    private static Dictionary<string, int> Count(string text) =>
        new string([.. text.Select(letter => char.IsLetterOrDigit(letter) || letter == '\'' ? char.ToLowerInvariant(letter) : ' ')]).Split(' ', StringSplitOptions.RemoveEmptyEntries).CountBy(word => word, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
}
