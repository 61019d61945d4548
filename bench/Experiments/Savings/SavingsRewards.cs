using DecodeAlign.Decoding;
using DecodeAlign.DefaultModel;
using DecodeAlign.Heuristics;
using DecodeAlign.Text;

namespace DecodeAlign.Experiments;

/// <summary>The three rewards, and what is written.</summary>
internal static class SavingsRewards
{
    private static readonly ConceptSet[] Pairs = ConceptSet.NounPairs(20, 1);

    private static readonly Dictionary<string, double> Words = Lexicon();

    public static string[] Names { get; } = ["coverage", "sentiment", "unbounded"];

    /// <summary>coverage: two nouns, in [0, 1]. sentiment: a lexicon's, in (−1, 1). unbounded: the sum of the same lexicon's values, carried along, of which no bounds are told.</summary>
    public static IHeuristic Of(string name, int prompt) => name switch
    {
        "coverage" => new KeywordCoverage(Pairs[prompt].Forms.Select(forms => Keyword.AnyOf(forms)), instruction: null),
        "sentiment" => new LexiconSentiment(Words),
        _ => new LexiconSum(Words),
    };

    private static Dictionary<string, double> Lexicon()
    {
        var folder = Path.Combine(EmbeddedModel.Folder, "lexicons");
        var values = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var word in LexiconFile.ReadWords(Path.Combine(folder, "positive-a.txt"))) values[word] = 2;
        foreach (var word in LexiconFile.ReadWords(Path.Combine(folder, "negative-a.txt"))) values[word] = -2;
        return values;
    }
}
