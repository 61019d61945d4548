using System.CommandLine;
using System.CommandLine.Parsing;

namespace DecodeAlign.Cli;

/// <summary>Says what is wrong with a command line, and what was probably meant.</summary>
internal static class UsageAdvice
{
    public static string Of(ParseResult parsed, string[] args)
    {
        if (parsed.UnmatchedTokens.Count == 0) return string.Join(' ', parsed.Errors.Select(error => error.Message));
        // the parser's own words for these name neither what there is nor what to do
        var others = parsed.Errors.Where(error => error.SymbolResult is not CommandResult).Select(error => error.Message);
        var own = parsed.CommandResult.Command is RootCommand root ? [NoCommand(parsed.UnmatchedTokens[0], root)] : Unmatched(parsed, args);
        return string.Join(' ', own.Concat(others).Distinct());
    }

    private static string NoCommand(string word, RootCommand root)
    {
        var isOption = word.StartsWith('-');
        var names = isOption ? root.Options.Select(option => option.Name) : root.Subcommands.Where(command => !command.Hidden).Select(command => command.Name);
        return $"there is no {(isOption ? "option" : "command")} '{word}'.{Closest.Hint(word, names)}";
    }

    private static IEnumerable<string> Unmatched(ParseResult parsed, string[] args)
    {
        var command = parsed.CommandResult.Command;
        var options = command.Options.Concat(parsed.RootCommandResult.Command.Options.Where(option => option.Recursive)).Where(option => !option.Hidden).ToList();
        foreach (var word in parsed.UnmatchedTokens.Where(word => word.StartsWith('-')))
            yield return $"{command.Name} has no option '{word.Split('=')[0]}'.{Closest.Hint(word.Split('=')[0], options.Select(option => option.Name))}";
        if (parsed.UnmatchedTokens.FirstOrDefault(word => !word.StartsWith('-')) is { } first && !parsed.UnmatchedTokens[0].StartsWith('-')) yield return Quotes(first, command, options, args);
    }

    // words in a row: a text whose quotes are missing
    private static string Quotes(string word, Command command, List<Option> options, string[] args)
    {
        var at = Array.IndexOf(args, word);
        var (start, end) = (at, at + 1);
        while (start > 1 && !args[start - 1].StartsWith('-')) start--;
        while (end < args.Length && !args[end].StartsWith('-')) end++;
        var before = args[start - 1];
        var option = options.FirstOrDefault(known => known.Name == before || known.Aliases.Contains(before));
        if (start <= 1 || args[start - 1] == command.Name || option is { ValueType: var type } && type == typeof(bool))
            return command.Arguments.Count == 0 ? $"{command.Name} takes no '{word}'." : $"'{word}' is one word too many. Put {command.Arguments[0].Name} in quotes: decodealign {command.Name} \"{string.Join(' ', args[start..end])}\"";
        return option is { ValueType: var value } && value == typeof(string)
            ? $"'{word}' is one word too many. Put the value of {before} in quotes: {before} \"{string.Join(' ', args[start..end])}\""
            : $"'{word}' is one word too many. A text of several words needs quotes.";
    }
}
