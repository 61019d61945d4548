using System.CommandLine;
using DecodeAlign.Text;

namespace DecodeAlign.Cli;

/// <summary>Options that say what must hold.</summary>
internal sealed class RequirementArguments
{
    private const string Forms = "Whole words, case ignored; \"fox|vixen\" accepts either, fox~ also its regular inflections. Separate several with commas, or repeat the option.";

    private readonly Option<IReadOnlyList<Keyword>> _include = Keywords("--must-include", $"A word or phrase that must occur. {Forms}");
    private readonly Option<IReadOnlyList<Keyword>> _exclude = Keywords("--must-not-include", $"A word or phrase that must not occur. {Forms}");
    private readonly Option<WordRange?> _words = new("--words") { Description = "Number of words: 40..60, 40.. or ..60.", HelpName = "MIN..MAX", CustomParser = Parsing.With(WordRange.Parse) };
    private readonly Option<bool> _wholeSentences = new("--whole-sentences") { Description = "End the text at the end of a sentence, within the token limit. This is the default if something is required that leaves the end open; --whole-sentences=false lets the text end anywhere." };

    private readonly FormArguments _forms = new();
    private readonly Option<bool> _bestEffort = new("--best-effort") { Description = "Print the best text if not all requirements can be met. The report says what is missing, and the exit code is 3. Without this option the request is refused." };

    public void AddTo(HelpfulCommand command)
    {
        command.Add(OptionGroup.Hold, [_include, _exclude, _words]);
        _forms.AddTo(command);
        command.Add(OptionGroup.Hold, [_bestEffort], [_wholeSentences]);
    }

    /// <summary>Whether something is required that has to be reached, of a text that is free otherwise: words, or how many words, sentences or characters.</summary>
    public bool Reaches(ParseResult parsed, Requirements requirements) => !requirements.GivesForm && (parsed.GetValue(_include) is { Count: > 0 } || parsed.GetValue(_words) is not null || _forms.Counts(parsed));

    /// <param name="parsed">The command line.</param>
    public Requirements Read(ParseResult parsed) =>
        new(parsed.GetValue(_include) ?? [], parsed.GetValue(_exclude) ?? [], parsed.GetValue(_words), WholeSentences(parsed), _forms.Read(parsed));

    /// <summary>Whether the best text is wanted where not all can be met.</summary>
    public bool IsBestEffort(ParseResult parsed) => parsed.GetValue(_bestEffort);

    /// <summary>What is given and does nothing, with the reason.</summary>
    public IEnumerable<IdleOption> FindIdle(ParseResult parsed, Requirements requirements)
    {
        if (WholeSentences(parsed) == true && requirements.GivesForm) yield return new(_wholeSentences.Name, "the form that is required says how the text ends");
        if (IsBestEffort(parsed) && requirements.All.Count == 0) yield return new(_bestEffort.Name, "nothing is required");
        foreach (var idle in _forms.FindIdle(parsed, requirements)) yield return idle;
    }

    private bool? WholeSentences(ParseResult parsed) => parsed.GetResult(_wholeSentences) is null or { Implicit: true } ? null : parsed.GetValue(_wholeSentences);

    private static Option<IReadOnlyList<Keyword>> Keywords(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "W…",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = true,
        CustomParser = Parsing.WithMany(text => text.Split(',').Select(KeywordParser.Parse)),
    };
}
