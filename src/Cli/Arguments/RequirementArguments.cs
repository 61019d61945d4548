using System.CommandLine;
using DecodeAlign.Text;

namespace DecodeAlign.Cli;

/// <summary>Options that say what must hold.</summary>
internal sealed class RequirementArguments
{
    private const string Forms = "A word or phrase: whole words, case ignored; fox|vixen takes either, fox~ also its regular inflections.";

    private readonly Option<IReadOnlyList<Keyword>> _include = Keywords("--must-include", $"The text must hold this. {Forms} May be given several times.");
    private readonly Option<IReadOnlyList<Keyword>> _exclude = Keywords("--must-not-include", $"The text must not hold this. {Forms} May be given several times.");
    private readonly Option<WordRange?> _words = new("--words") { Description = "The generated text must have so many words: 40..60, 40.. or ..60.", HelpName = "MIN..MAX", CustomParser = Parsing.With(WordRange.Parse) };
    private readonly Option<bool> _wholeSentences = new("--whole-sentences") { Description = "With a requirement: end the text where a sentence ends, within the token limit. The embedded model, which writes stories, always does." };

    private readonly FormArguments _forms = new();
    private readonly Option<bool> _bestEffort = new("--best-effort") { Description = "Where words that must (not) occur or a number of words can't be met within the token limit, ask less and print the best text, with exit code 3, instead of refusing." };

    public void AddTo(Command command)
    {
        _forms.AddTo(command);
        command.Add(_bestEffort);
        command.Add(_include);
        command.Add(_exclude);
        command.Add(_words);
        command.Add(_wholeSentences);
    }

    /// <summary>Whether words must be included.</summary>
    public bool PlacesWords(ParseResult parsed) => parsed.GetValue(_include) is { Count: > 0 };

    /// <param name="parsed">The command line.</param>
    /// <param name="story">Whether the embedded model writes, whose texts are stories in whole sentences.</param>
    public Requirements Read(ParseResult parsed, bool story) =>
        new(parsed.GetValue(_include) ?? [], parsed.GetValue(_exclude) ?? [], parsed.GetValue(_words), story || parsed.GetValue(_wholeSentences), _forms.Read(parsed), parsed.GetValue(_bestEffort));

    private static Option<IReadOnlyList<Keyword>> Keywords(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "W…",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = true,
        CustomParser = Parsing.WithEach(KeywordParser.Parse),
    };
}
