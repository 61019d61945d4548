using System.Text.RegularExpressions;

namespace DecodeAlign.Tests;

/// <summary>The working tree that these tests were built from.</summary>
internal static class Repository
{
    /// <summary>Its root: the folder of the solution, above the test's binaries.</summary>
    public static string Root { get; } = Find();

    public static string File(string relative) => Path.Combine(Root, relative);

    /// <summary>The only block of C# that a page shows.</summary>
    public static string Snippet(string page) =>
        Assert.Single(Regex.Matches(Page(page), "```csharp\n(.*?)```", RegexOptions.Singleline)).Groups[1].Value;

    /// <summary>The commands that a page shows in indented lines.</summary>
    public static IReadOnlyList<string> Commands(string page) => [.. Regex.Matches(Page(page), "^    (\\S.*)$", RegexOptions.Multiline).Select(match => match.Groups[1].Value)];

    private static string Page(string page) => System.IO.File.ReadAllText(File(page)).ReplaceLineEndings("\n");

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !System.IO.File.Exists(Path.Combine(folder.FullName, "DecodeAlign.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("the tests' binaries do not lie in a working tree");
    }
}
