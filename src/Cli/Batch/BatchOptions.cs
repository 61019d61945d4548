using System.CommandLine;
using System.CommandLine.Parsing;

namespace DecodeAlign.Cli;

/// <summary>The options that the results of a batch depend on: they stand in the first result's line, so that a run that goes on is one that was begun with the same.</summary>
internal static class BatchOptions
{
    // of these the results are the same, or they name the files
    private static readonly string[] Apart = ["--prompts", "--out", "--quiet", "--with-prompt", "--verbose", JsonOptions.AnswerName, JsonOptions.AllName, "--threads", "--kv-budget", "--profile"];

    /// <summary>The options that were given, by a file too, each with its values as they were written.</summary>
    public static IReadOnlyDictionary<string, string[]> Of(ParseResult parsed) => parsed.CommandResult.Children.OfType<OptionResult>()
        .Where(given => !given.Implicit && !Apart.Contains(given.Option.Name))
        .OrderBy(given => given.Option.Name, StringComparer.Ordinal)
        .ToDictionary(given => given.Option.Name, given => given.Tokens is { Count: 0 } ? ["true"] : given.Tokens.Select(token => token.Value).ToArray(), StringComparer.Ordinal);

    /// <summary>What differs first, in words; null: nothing does.</summary>
    /// <param name="begun">The options that the file was begun with.</param>
    /// <param name="now">Those of this run.</param>
    public static string? Difference(IReadOnlyDictionary<string, string[]> begun, IReadOnlyDictionary<string, string[]> now)
    {
        foreach (var name in begun.Keys.Union(now.Keys).Order(StringComparer.Ordinal))
        {
            var (before, given) = (begun.GetValueOrDefault(name), now.GetValueOrDefault(name));
            if (before is null || given is null || !before.SequenceEqual(given)) return $"it was begun {Words(name, before)}, and this run is {Words(name, given)}";
        }
        return null;
    }

    private static string Words(string name, string[]? values) => values is null ? $"without {name}" : $"with {name} {string.Join(' ', values.Select(ShellText.Quoted))}";
}
