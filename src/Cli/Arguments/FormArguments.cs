using System.CommandLine;
using DecodeAlign.Constraints;
using DecodeAlign.Text;

namespace DecodeAlign.Cli;

/// <summary>Options that give the whole text its form.</summary>
internal sealed class FormArguments
{
    private readonly Option<string[]> _regex = new("--regex") { Description = "A regular expression that the whole text must match. docs/constraints.md describes the dialect. May be repeated: all must match.", HelpName = "P" };
    private readonly Option<string?> _schema = new("--json-schema") { Description = "A JSON value that is valid by the JSON Schema in FILE. Unsupported keywords are refused by name.", HelpName = "FILE" };
    private readonly Option<string?> _grammar = new("--grammar") { Description = "A text of the grammar in FILE. The notation is GBNF, as in llama.cpp.", HelpName = "FILE" };
    private readonly Option<string?> _choice = new("--choice") { Description = "Exactly one of these texts. Write \\| for a | inside a text.", HelpName = "A|B" };
    private readonly Option<CountText?> _sentences = new("--sentences") { Description = "Number of sentences: 2..3, 2.. or ..3.", HelpName = "MIN..MAX", CustomParser = Parsing.With(CountText.Parse) };
    private readonly Option<CountText?> _characters = new("--characters") { Description = "Number of characters: 100..200, 100.. or ..200.", HelpName = "MIN..MAX", CustomParser = Parsing.With(CountText.Parse) };
    private readonly Option<string?> _after = new("--after") { Description = "Apply all requirements to what follows the first occurrence of TEXT, such as the end of a model's reasoning; anything may come before it.", HelpName = "TEXT" };

    private readonly Option<bool> _jumpForward = new("--jump-forward") { Description = "Write forced text, such as the property names of a JSON object, in the tokenizer's own tokens. Saves passes; the rest of the text may differ." };

    public void AddTo(HelpfulCommand command) => command.Add(OptionGroup.Hold, [_sentences, _regex, _choice, _schema], [_characters, _grammar, _after, _jumpForward]);

    public TextForms Read(ParseResult parsed)
    {
        var forms = new List<TextConstraint>();
        foreach (var pattern in parsed.GetValue(_regex) ?? []) forms.Add(Named("regex", pattern));
        if (parsed.GetValue(_choice) is { } choice) forms.Add(Named("choice", choice));
        if (parsed.GetValue(_sentences) is { } sentences) forms.Add(new SentenceCount(sentences.Least, sentences.Most));
        if (parsed.GetValue(_characters) is { } characters) forms.Add(new CharacterCount(characters.Least, characters.Most));
        if (parsed.GetValue(_schema) is { } schema) forms.Add(Named("json-schema", schema));
        if (parsed.GetValue(_grammar) is { } grammar) forms.Add(Named("grammar", grammar));
        var after = parsed.GetValue(_after);
        return after is { Length: 0 } ? throw new UsageException("--after: the text is empty") : new(forms, after) { LeastSentences = parsed.GetValue(_sentences)?.Least ?? 0, JumpsForward = parsed.GetValue(_jumpForward) };
    }

    /// <summary>What is given and does nothing, with the reason.</summary>
    public IEnumerable<IdleOption> FindIdle(ParseResult parsed, Requirements requirements)
    {
        if (parsed.GetValue(_jumpForward) && requirements.All.Count == 0) yield return new(_jumpForward.Name, "nothing is required");
    }

    /// <summary>Whether sentences or characters are counted.</summary>
    public bool Counts(ParseResult parsed) => parsed.GetValue(_sentences) is not null || parsed.GetValue(_characters) is not null;

    private static TextConstraint Named(string name, string argument)
    {
        try
        {
            return ConstraintParser.Parse(name, argument);
        }
        catch (FormatException fault)
        {
            throw new UsageException($"--{name}: {fault.Message}");
        }
    }

    private sealed record CountText(int Least, int Most)
    {
        public static CountText Parse(string text)
        {
            var (least, most) = RangeParser.Parse(text);
            return new(least, most);
        }
    }
}

/// <summary>What gives the whole text its form, and after which marker all that must hold begins; null: at once.</summary>
internal sealed record TextForms(IReadOnlyList<TextConstraint> All, string? After)
{
    /// <summary>Least number of sentences.</summary>
    public int LeastSentences { get; init; }

    /// <summary>Whether forced text is written in the tokenizer's own tokens.</summary>
    public bool JumpsForward { get; init; }
}
