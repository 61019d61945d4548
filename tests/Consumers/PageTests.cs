using System.Text.RegularExpressions;

namespace DecodeAlign.Tests;

/// <summary>What the pages of the repository point at is there, in a clone.</summary>
public class PageTests
{
    [Fact]
    public async Task Links_OfEveryPage_LeadToATrackedFileAndAHeading()
    {
        var tracked = await TrackedAsync();
        Assert.All(tracked.Where(IsPage), page => Assert.All(Regex.Matches(Text(page), @"\]\((?!https?:|mailto:)([^)#\s]*)(#[^)\s]*)?\)").ToList(), link =>
        {
            var target = link.Groups[1].Length == 0 ? page : Normal(Path.Combine(Path.GetDirectoryName(page)!, link.Groups[1].Value));
            Assert.True(tracked.Contains(target) || tracked.Any(file => file.StartsWith(target.TrimEnd('/') + "/", StringComparison.Ordinal)), $"{page} links to {target}, which is not there");
            if (link.Groups[2].Length > 0) Assert.Contains(link.Groups[2].Value[1..], Headings(target));
        }));
    }

    [Fact]
    public async Task Projects_ThatCommandsOfAPageName_AreThere()
    {
        var tracked = await TrackedAsync();
        Assert.All(tracked.Where(IsPage), page => Assert.All(Regex.Matches(Text(page), @"--project (\S+)").ToList(), command =>
            Assert.Contains(tracked, file => file.StartsWith(command.Groups[1].Value.TrimEnd('`') + "/", StringComparison.Ordinal) && file.EndsWith(".csproj", StringComparison.Ordinal))));
    }

    [Fact]
    public async Task Commands_OfEveryPage_NameNoFolderThatACloneLacks()
    {
        var tracked = await TrackedAsync();
        // a command in an indented line or a block: what it names below a folder of the repository is there, and nothing lies above
        var commands = tracked.Where(IsPage).SelectMany(page => Regex.Matches(Text(page), @"^(?:    |\$ )?((?:python3|dotnet|training/run\.sh|decodealign|\.ci/\S+) .*)$", RegexOptions.Multiline).Select(match => (Page: page, Command: match.Groups[1].Value))).ToList();
        Assert.True(commands.Count > 30);
        Assert.All(commands, command =>
        {
            Assert.False(Regex.IsMatch(command.Command, @"(^|[ =""])(\.\./|/\w)"), $"{command.Page}: {command.Command}");
            foreach (Match path in Regex.Matches(command.Command, @"(?<= )(?:src|tests|bench|samples|training|docs|packaging)/[\w./-]+"))
                Assert.True(tracked.Any(file => file == path.Value || file.StartsWith(path.Value.TrimEnd('/') + "/", StringComparison.Ordinal)) || IsWritten(path.Value), $"{command.Page}: {command.Command}: there is no {path.Value}");
        });
    }

    // by the command itself
    private static bool IsWritten(string path) => path.StartsWith("src/Cli/bin/", StringComparison.Ordinal) || path.EndsWith(".svg", StringComparison.Ordinal);

    private static bool IsPage(string file) => file.EndsWith(".md", StringComparison.Ordinal);

    private static string Text(string page) => File.ReadAllText(Repository.File(page));

    /// <summary>The headings' anchors, as GitHub makes them.</summary>
    private static IEnumerable<string> Headings(string page) =>
        Regex.Matches(Text(page), @"^#+ (.*)$", RegexOptions.Multiline).Select(match => Regex.Replace(match.Groups[1].Value.Trim().ToLowerInvariant(), @"[^\p{L}\p{N} _-]", "").Replace(' ', '-'));

    private static string Normal(string path) => Path.GetRelativePath(Repository.Root, Path.GetFullPath(Repository.File(path))).Replace('\\', '/');

    private static async Task<HashSet<string>> TrackedAsync() =>
        [.. (await Command.RunAsync(Repository.Root, null, "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")).Split('\0').Where(file => File.Exists(Repository.File(file)))];
}
