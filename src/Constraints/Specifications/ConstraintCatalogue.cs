using DecodeAlign.Text;

namespace DecodeAlign.Constraints;

/// <summary>The constraints that <see cref="ConstraintParser"/> knows: what an app's configuration, a chat request and the command line ask for by the same names.</summary>
public static class ConstraintCatalogue
{
    private const long MostBytes = 4 << 20;
    private const string Words = "words or phrases separated by commas; fox|vixen accepts either, fox~ also its regular inflections";
    private const string Range = "MIN..MAX, MIN.., ..MAX or a number";

    /// <summary>All of them, by name.</summary>
    public static IReadOnlyList<ConstraintDescription> All { get; } =
    [
        new("characters", "The text has so many characters.", Range, "characters=..200") { Create = argument => Counted(argument, (least, most) => new CharacterCount(least, most)) },
        new("choice", "The text is one of these, to the letter.", "texts separated by |; \\| stands for a | within one", "choice=yes|no") { Create = argument => new OneOf(Choices(argument)) },
        new("grammar", "The text is derived from the context-free grammar in a file (GBNF, the notation of llama.cpp).", "a file", "grammar=sums.gbnf") { Create = argument => new GrammarMatch(ReadFile(argument)) },
        new("json-schema", "The text is a JSON value that the JSON Schema in a file allows.", "a file", "json-schema=fox.schema.json") { Create = argument => new JsonSchema(ReadFile(argument), $"JSON Schema '{Path.GetFileName(argument)}'") },
        new("must-include", "The text holds every word; whole words, case ignored.", Words, "must-include=fox,river|stream") { Create = argument => new RequiredPhrases(Keywords(argument)) },
        new("must-not-include", "The text holds none of the words.", Words, "must-not-include=dragon~") { Create = argument => new ForbiddenPhrases(Keywords(argument)) },
        new("regex", "The whole text matches a regular expression (docs/constraints.md has the dialect).", "a regular expression", @"regex= \d{3}-\d{4}\.") { Create = argument => new RegexMatch(argument) },
        new("sentences", "The text has so many sentences.", Range, "sentences=2..3") { Create = argument => Counted(argument, (least, most) => new SentenceCount(least, most)) },
        new("whole-sentences", "The text ends where a sentence ends.", "nothing", "whole-sentences") { Create = argument => argument.Length == 0 ? new SentenceEnd(wholeWords: true) : throw new FormatException("whole-sentences takes no argument") },
        new("words", "The text has so many words.", Range, "words=40..60") { Create = argument => Counted(argument, (least, most) => new WordCount(least, most)) },
    ];

    internal static ConstraintDescription? Find(string name) => All.FirstOrDefault(known => known.Name == name);

    // apart at each | that no backslash precedes
    private static IEnumerable<string> Choices(string text) => text.Replace("\\|", "\0", StringComparison.Ordinal).Split('|').Select(choice => choice.Replace('\0', '|'));

    private static List<Keyword> Keywords(string argument) => [.. argument.Split(',').Select(KeywordParser.Parse)];

    private static TextConstraint Counted(string argument, Func<int, int, TextConstraint> create)
    {
        var (least, most) = RangeParser.Parse(argument);
        return create(least, most);
    }

    private static string ReadFile(string path)
    {
        var length = new FileInfo(path).Length;
        return length <= MostBytes ? File.ReadAllText(path) : throw new IOException($"'{path}' has {length} bytes; at most {MostBytes} are read");
    }
}
