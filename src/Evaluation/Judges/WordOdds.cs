using System.Globalization;
using System.Text;

namespace DecodeAlign.Evaluation;

/// <summary>
/// Naive Bayes over words between two sets of texts: a text's score is the mean log-odds of its words, those it does not know at 0. Trained to tell texts in which some measure is high from those in which
/// it is low, by words that the measure does not count, it judges a text without looking at what was maximised. Immutable and safe for concurrent use.
/// </summary>
internal sealed class WordOdds
{
    private const double Smoothing = 0.5;
    private const long MostBytes = 16 << 20;
    private readonly Dictionary<string, double> _odds;

    private WordOdds(Dictionary<string, double> odds) => _odds = odds;

    public int Count => _odds.Count;

    /// <summary>The mean log-odds of a word, in nats; 0 for a text without words.</summary>
    public double Score(string text)
    {
        var words = TextStatistics.Words(text);
        return words.Length == 0 ? 0 : words.Sum(word => _odds.GetValueOrDefault(word)) / words.Length;
    }

    /// <summary>Learns from texts.</summary>
    /// <param name="low">Texts of the one set.</param>
    /// <param name="high">Texts of the other, towards which scores rise.</param>
    /// <param name="leave">Words that must not count.</param>
    /// <param name="least">How often a word has to occur in both sets together.</param>
    public static WordOdds Train(IEnumerable<string> low, IEnumerable<string> high, IReadOnlySet<string> leave, int least)
    {
        var (below, above) = (Counts(low, leave), Counts(high, leave));
        var (belowAll, aboveAll) = (below.Values.Sum(), above.Values.Sum());
        return new(below.Keys.Union(above.Keys).Where(word => below.GetValueOrDefault(word) + above.GetValueOrDefault(word) >= least).ToDictionary(
            word => word,
            word => Math.Log((above.GetValueOrDefault(word) + Smoothing) / (aboveAll + Smoothing)) - Math.Log((below.GetValueOrDefault(word) + Smoothing) / (belowAll + Smoothing)),
            StringComparer.Ordinal));
    }

    /// <summary>Words and their odds in hundredths of a nat, one a line.</summary>
    public string Write()
    {
        var text = new StringBuilder();
        foreach (var (word, odds) in _odds.OrderBy(pair => pair.Key, StringComparer.Ordinal)) text.Append(CultureInfo.InvariantCulture, $"{word}\t{Math.Round(100 * odds)}\n");
        return text.ToString();
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static WordOdds Read(string text) => new(text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t')).ToDictionary(
        fields => fields[0], fields => int.Parse(fields[1], CultureInfo.InvariantCulture) / 100.0, StringComparer.Ordinal));

    /// <summary>Reads a file of a user's own, which is not trusted.</summary>
    /// <exception cref="FormatException">A line is broken; the message names it.</exception>
    /// <exception cref="IOException">The file can't be read, or is too large.</exception>
    public static WordOdds ReadFile(string path)
    {
        if (new FileInfo(path).Length is > MostBytes and var size) throw new IOException($"{path}: {size:N0} bytes are more than the {MostBytes:N0} that are read");
        var (odds, number) = (new Dictionary<string, double>(StringComparer.Ordinal), 0);
        foreach (var line in File.ReadLines(path))
        {
            number++;
            if (line.Length == 0) continue;
            if (line.Split('\t') is not [{ Length: > 0 } word, var text] || !int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var hundredths) || !odds.TryAdd(word, hundredths / 100.0))
                throw new FormatException($"{path}, line {number}: is not a new word, a tab and a whole number");
        }
        return odds.Count > 0 ? new(odds) : throw new FormatException($"{path}: holds no words");
    }

    private static Dictionary<string, double> Counts(IEnumerable<string> texts, IReadOnlySet<string> leave) =>
        texts.SelectMany(TextStatistics.Words).Where(word => !leave.Contains(word)).GroupBy(word => word, StringComparer.Ordinal).ToDictionary(group => group.Key, group => (double)group.Count(), StringComparer.Ordinal);
}
