using System.Globalization;
using DecodeAlign.Decoding;
using DecodeAlign.Text;

namespace DecodeAlign.Heuristics;

/// <summary>The heuristics that <see cref="HeuristicParser"/> knows: those of this assembly, and those that a program adds. Safe for concurrent use.</summary>
public static class HeuristicCatalogue
{
    private const string Words = "words or phrases separated by commas; fox|vixen accepts either, fox~ also its regular inflections";

    private static readonly Lock Gate = new();
    private static volatile HeuristicDescription[] _added = [];

    private static readonly HeuristicDescription[] Own =
    [
        new("avoid", "Minus the number of times that one of the words occurs.", Words, null, "avoid=suddenly,very@2")
        {
            Create = argument => new ForbiddenKeywords(Keywords(argument)),
        },
        Objective("brevity", "How short the sentences are, as a z-score against plain answers of the model, from -3 to what 5 % of them reach."),
        new("classifier", "The probability that a linear classifier of words gives the text, 0 to 1.", "a weights file (docs/heuristics.md states the format)", "your own classifier", "classifier=formal.tsv@2")
        {
            Create = argument => new LinearClassifier(LinearWeightsFile.Read(argument)),
        },
        new("coverage", "The share of the words that the text holds, 0 to 1; whole words, case ignored.", Words, null, "coverage=fox,river@3")
        {
            Create = argument => new KeywordCoverage(Keywords(argument)),
        },
        new("coverage-all", "1 if the text holds every word, else 0.", Words, null, "coverage-all=fox~,river|stream@5")
        {
            Create = argument => new KeywordCoverage(Keywords(argument), all: true),
        },
        Objective("dialogue", "How much of the text is speech in double quotes, as a z-score against plain answers of the model, from -3 to what 5 % of them reach."),
        new("distinct", "The share of the text's n-grams of words that differ, 0 to 1: low where it repeats itself.", "words in an n-gram, 1 to 4", null, "distinct=3@2")
        {
            Create = argument => new DistinctWords(Number(argument)),
        },
        new("fitted", "The sum of heuristics with weights that decodealign fit learned from preferred and rejected texts.", "a file that decodealign fit wrote", "your own pairs of texts", "fitted=weights.json@2")
        {
            Create = argument => FittedWeightsFile.Read(argument).ToHeuristic(),
        },
        new("grade", "Minus the distance of the text's Flesch-Kincaid school grade from a target.", "a grade; a child of ten reads 5", null, "grade=2@2")
        {
            Create = argument => new ReadingGrade(double.TryParse(argument, NumberStyles.Float, CultureInfo.InvariantCulture, out var grade)
                ? grade
                : throw new FormatException($"'{argument}' is no number")),
        },
        new("length", "0 for a length inside the range, falling to -1 where all is missing or the text is twice as long.",
            "MIN..MAX, MIN.., ..MAX or a target, then words (the default), sentences or tokens", null, "length=80..120@2")
        {
            Create = Length,
        },
        Objective("positivity", "How positive the words are, as a z-score against plain answers of the model, from -3 to what 5 % of them reach."),
        new("profanity", "Minus the number of words and phrases of a list that occur.", "a file with a word or phrase on each line", "your own word list", "profanity=words.txt@2")
        {
            Create = argument => new ForbiddenKeywords([Keyword.AnyOf(LexiconFile.ReadWords(argument))], name: "profanity"),
        },
        new("relevance", "How far the text is about the same things as the prompt, 0 to 1; neither length nor repetition helps.", "nothing, or the word prompt", null, "relevance=prompt@5")
        {
            Create = argument => argument is "" or "prompt" ? new PromptRelevance() : throw new FormatException($"'{argument}' is nothing that a text can be relevant to"),
        },
        new("sentiment", "The mood of the text by a lexicon, -1 to 1.", "a file with a word, a tab and a value on each line (VADER's format)", "your own lexicon", "sentiment=vader_lexicon.txt@2")
        {
            Create = argument => new LexiconSentiment(LexiconFile.ReadValues(argument)),
        },
        new("toxicity", "Minus the probability that a linear classifier gives to toxic text.", "a weights file (docs/heuristics.md states the format)", "your own classifier", "toxicity=toxic.tsv@5")
        {
            Create = argument => new LinearClassifier(LinearWeightsFile.Read(argument), unwanted: true, name: "toxicity"),
        },
        Objective("vividness", "How many words are concrete or sensory, as a z-score against plain answers of the model, from -3 to what 5 % of them reach."),
    ];

    /// <summary>All of them, by name; those that were added last.</summary>
    public static IReadOnlyList<HeuristicDescription> All => [.. Own, .. _added];

    /// <summary>Those that were added, by name.</summary>
    public static IReadOnlyList<HeuristicDescription> Added => _added;

    /// <summary>Adds a heuristic of a program's own or of another package to what specifications can name, on command lines, in configuration and in code; one that was added before under the same name gives way. Add before the first specification is read.</summary>
    /// <param name="description">Its name (letters, digits and -) and what help says of it. Where it needs files (<see cref="HeuristicDescription.Needs"/>), requests to a server can't name it.</param>
    /// <param name="create">Makes it of what stands after the equals sign; a <see cref="FormatException"/> says what is wrong with that.</param>
    /// <exception cref="ArgumentException">The name is none, or that of a heuristic of this assembly.</exception>
    public static void Add(HeuristicDescription description, Func<string, IHeuristic> create)
    {
        ArgumentNullException.ThrowIfNull(description);
        ArgumentNullException.ThrowIfNull(create);
        if (description.Name.Length == 0 || !description.Name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '-')) throw new ArgumentException($"'{description.Name}' is no name: it must be of letters, digits and -", nameof(description));
        if (Own.Any(known => known.Name == description.Name)) throw new ArgumentException($"'{description.Name}' is a heuristic of DecodeAlign's own", nameof(description));
        lock (Gate) _added = [.. _added.Where(known => known.Name != description.Name).Append(description with { Create = create }).OrderBy(known => known.Name, StringComparer.Ordinal)];
    }

    internal static HeuristicDescription? Find(string name) => All.FirstOrDefault(known => known.Name == name);

    private static HeuristicDescription Objective(string name, string summary) =>
        new(name, summary, "default, or a model's folder with objectives.json and lexicons", "the embedded model beside the program, or such a folder", $"{name}=default@2")
        {
            Create = argument => ObjectiveSet.Read(argument == "default" ? Path.Combine(AppContext.BaseDirectory, "decodealign-model") : argument).Reward(name),
        };

    private static List<Keyword> Keywords(string argument) => [.. argument.Split(',').Select(KeywordParser.Parse)];

    private static int Number(string argument) =>
        int.TryParse(argument, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw new FormatException($"'{argument}' is no whole number");

    private static LengthRange Length(string argument)
    {
        var digits = argument.AsSpan().TrimEnd();
        var end = digits.LastIndexOfAnyInRange('.', '9') + 1;
        var unit = digits[end..].Trim() switch
        {
            "" or "words" or "word" => LengthUnit.Words,
            "sentences" or "sentence" => LengthUnit.Sentences,
            "tokens" or "token" => LengthUnit.Tokens,
            var other => throw new FormatException($"'{other}' is no unit of length: write words, sentences or tokens"),
        };
        var (least, most) = RangeParser.Parse(argument[..end]);
        return new(least, most, unit);
    }
}
