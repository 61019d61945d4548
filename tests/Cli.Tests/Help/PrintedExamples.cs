using System.CommandLine;
using System.Text.RegularExpressions;
using DecodeAlign.Cli;
using DecodeAlign.Heuristics;

namespace DecodeAlign.Tests;

/// <summary>Every command line that the program and the pages show.</summary>
internal static class PrintedExamples
{
    public static RootCommand Root { get; } = CommandLine.Build(new() { In = TextReader.Null, Out = TextWriter.Null, Error = TextWriter.Null }, new StoryModels());

    /// <summary>The lines, from the program's name on; those of ONNX models need its native part, and are tried in tests/Onnx.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Help().Concat(Heuristics()).Concat(Pages()).Where(line => !line.Contains("onnx-", StringComparison.Ordinal)).Distinct()];

    private static IEnumerable<string> Help() =>
        Root.Subcommands.OfType<HelpfulCommand>().Select(command => command.Examples).Append(Greeting.Examples).Concat(HelpTopics.All.Select(topic => topic.Examples))
            .SelectMany(text => text.Split('\n')).Select(line => line.Trim()).Where(line => line.StartsWith("decodealign ", StringComparison.Ordinal));

    // as "decodealign heuristics" shows them, with what they need beside them
    private static IEnumerable<string> Heuristics()
    {
        const string Start = "decodealign generate \"Once upon a time\" --max-tokens 20";
        foreach (var known in HeuristicCatalogue.All) yield return $"{Start} --heuristic {ShellText.Quoted(known.Example)}";
        foreach (var rule in CombinationParser.All)
            yield return $"{Start} --heuristic \"grade=2\" --heuristic \"distinct=3\"{(rule.Name == "constrained" ? " --heuristic \"length=5\"" : "")}{(rule.Needs?.Contains("calibration", StringComparison.Ordinal) == true ? " --calibration scale.json" : "")} --combine {ShellText.Quoted(rule.Example)}";
    }

    private static IEnumerable<string> Pages() =>
        Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "pages"), "*.md", SearchOption.AllDirectories).Select(File.ReadAllText)
            .SelectMany(page => Regex.Matches(page.ReplaceLineEndings("\n"), @"^ *(?:\$ )?(?:dotnet run -c Release --project src/Cli (?:-p:\S+ +)?--|decodealign) (.*)$", RegexOptions.Multiline)).Select(match => $"decodealign {match.Groups[1].Value.Trim()}");

    /// <summary>The arguments of a line that means the same in bash, zsh, PowerShell and cmd: words of harmless letters, and others in double quotes without what a shell changes there. Null: it does not.</summary>
    public static IReadOnlyList<string>? Arguments(string line)
    {
        var arguments = new List<string>();
        foreach (Match match in Regex.Matches(WithoutRedirection(line), @"""(?<quoted>[^""]*)""(?= |$)|(?<bare>[^\s""]+)(?= |$)|(?<bad>\S)"))
        {
            var (quoted, bare) = (match.Groups["quoted"], match.Groups["bare"]);
            if (match.Groups["bad"].Success) return null;
            if (quoted.Success && Regex.IsMatch(quoted.Value, @"[$`!]|\\[\\""]|\\$")) return null;
            // ~, # and @ only within a word; PowerShell makes lists of commas
            if (bare.Success && !Regex.IsMatch(bare.Value, @"^[A-Za-z0-9./_:=+\-][A-Za-z0-9./_:=+~@#\-]*$")) return null;
            arguments.Add(quoted.Success ? quoted.Value : bare.Value);
        }
        return [.. arguments.Skip(1)];
    }

    public static string WithoutRedirection(string line) => Regex.Replace(line, @" (<|>>?) \S+$", "");
}
