using DecodeAlign.Constraints;
using DecodeAlign.Cpu;
using DecodeAlign.Decoding;
using DecodeAlign.DefaultModel;
using DecodeAlign.Heuristics;
using DecodeAlign.Text;

namespace DecodeAlign.Tests;

/// <summary>The embedded model, and real rewards and constraints: a name, and after a colon what it is made of.</summary>
internal sealed class EmbeddedParts(ILanguageModel model) : IRecordedParts
{
    public static async Task<EmbeddedParts> LoadAsync(CancellationToken cancellationToken) => new(await CpuModel.LoadAsync(EmbeddedModel.Folder, new() { Threads = 1 }, cancellationToken: cancellationToken));

    public ILanguageModel Model(string kind) => kind == "embedded" ? model : throw new InvalidOperationException($"no model '{kind}'");

    public IHeuristic Heuristic(string kind)
    {
        var (name, words) = Split(kind);
        return name switch
        {
            "coverage" => new KeywordCoverage(Keywords(words)),
            "coverage-all" => new KeywordCoverage(Keywords(words), all: true),
            "avoid" => new ForbiddenKeywords(Keywords(words)),
            "sentiment" => new LexiconSentiment(words.ToDictionary(word => word.TrimStart('-'), word => word[0] == '-' ? -2.0 : 2.0)),
            "length" => new LengthRange(int.Parse(words[0]), int.Parse(words[1])),
            "distinct" => new DistinctWords(int.Parse(words[0])),
            _ => EmbeddedObjectives.Objectives[name],
        };
    }

    public IConstraint Constraint(string kind)
    {
        var (name, words) = Split(kind);
        var rest = kind[(name.Length + 1)..];
        return name switch
        {
            "include" => new RequiredPhrases(Keywords(words)),
            "exclude" => new ForbiddenPhrases(Keywords(words)),
            "words" => new WordCount(int.Parse(words[0]), int.Parse(words[1])),
            "regex" => new RegexMatch(rest),
            "schema" => new JsonSchema(rest),
            "one-of" => new OneOf(words),
            _ => throw new InvalidOperationException($"no constraint '{kind}'"),
        };
    }

    public IPreferenceConditioner Conditioner(string kind) => PreferenceConditioner.Line(ObjectiveSet.Names);

    public ValueTask DisposeAsync() => model.DisposeAsync();

    private static IEnumerable<Keyword> Keywords(string[] words) => words.Select(word => Keyword.AnyOf(word.Split('|')));

    private static (string Name, string[] Words) Split(string kind)
    {
        var colon = kind.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? (kind, []) : (kind[..colon], kind[(colon + 1)..].Split(','));
    }
}
