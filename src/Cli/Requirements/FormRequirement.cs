using DecodeAlign.Constraints;
using DecodeAlign.Heuristics;

namespace DecodeAlign.Cli;

/// <summary>A form of the whole text: whether it is met is read by its automaton from the finished text, whatever tokens it is made of.</summary>
internal sealed class FormRequirement(TextConstraint constraint) : IRequirement
{
    public string Asked => constraint.Name;

    public string? Missing(string prompt, string text) => constraint.IsMetBy(text, prompt) ? null : "the text is not of this form";

    public string How(string prompt, string text, ForcedTokens forced) => "held in every token";
}

/// <summary><c>--whole-sentences</c>.</summary>
internal sealed class WholeSentences : IRequirement
{
    private readonly SentenceEnd _end = new(wholeWords: true);

    public string Asked => "whole sentences";

    public string? Missing(string prompt, string text) => _end.IsMetBy(text, prompt) ? null : "the text does not end where a sentence does";

    public string How(string prompt, string text, ForcedTokens forced) => text.Length > 0 && forced.Touches(text.Length - 1, 1) ? "the end had to be forced" : "it ends where a sentence does";
}

/// <summary>A requirement on what follows a marker.</summary>
internal sealed class AfterRequirement(string marker, IRequirement inner) : IRequirement
{
    public string Asked => $"after \"{marker}\": {inner.Asked}";

    public string? Missing(string prompt, string text) =>
        text.IndexOf(marker, StringComparison.Ordinal) is >= 0 and var at ? inner.Missing(marker, text[(at + marker.Length)..]) : $"\"{marker}\" does not occur";

    public string How(string prompt, string text, ForcedTokens forced) => "held in every token";
}
