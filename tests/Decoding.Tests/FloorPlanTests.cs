using System.Text.RegularExpressions;

namespace DecodeAlign.Tests;

/// <summary>Which folder of the ground floor may name which: each names those above it in this list, and none below.</summary>
public partial class FloorPlanTests
{
    private static readonly string[] Floors =
    [
        "", "Tree", "Models", "Memory", "Generation", "Guidance", "Distribution", "Results", "Heuristics", "Constraints", "Engines", "Savings", "Frontier", "Propose", "Rank", "Keep", "Tracing", "Requests", "Pipelines",
        "Selection", "Preferences", "Catalogue", "TraceWriters", "Search",
    ];

    // names that members have too; and the one arrow that goes up: a selection's trace tells settings in the catalogue's words
    private static readonly string[] Members = ["Decoder", "Settings", "DecoderDescription"];

    [Fact]
    public void Folders_NameOnlyThoseOfFloorsBelow()
    {
        var files = Sources();
        var homes = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (folder, text) in files)
            foreach (Match declared in Declaration().Matches(text)) homes[declared.Groups[1].Value] = Floor(folder);
        var wrong = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var (folder, text) in files)
            foreach (Match named in Name().Matches(text))
                if (!Members.Contains(named.Value) && homes.TryGetValue(named.Value, out var home) && home > Floor(folder)) wrong.Add($"{folder} names {named.Value} of {Floors[home]}");
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    [Fact]
    public void Folders_AllHaveAFloor() => Assert.All(Sources(), file => Assert.Contains(Room(file.Folder), Floors));

    private static int Floor(string folder) => Array.IndexOf(Floors, Room(folder));

    // what stands in a room's inner rooms belongs to the room
    private static string Room(string folder) => folder.Split('/')[0];

    private static List<(string Folder, string Text)> Sources()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "DecodeAlign.sln"))) root = root.Parent;
        Assert.SkipWhen(root is null, "the sources do not stand above the tests");
        var source = Path.Combine(root!.FullName, "src", "Decoding");
        return
        [
            .. Directory.EnumerateFiles(source, "*.cs", SearchOption.AllDirectories)
                .Select(file => (Folder: Path.GetRelativePath(source, Path.GetDirectoryName(file)!).Replace('\\', '/').TrimStart('.'), Text: Plain(File.ReadAllText(file))))
                .Where(file => !file.Folder.StartsWith("obj", StringComparison.Ordinal) && !file.Folder.StartsWith("bin", StringComparison.Ordinal)),
        ];
    }

    // comments and texts name what they like
    private static string Plain(string source) => Quoted().Replace(Comment().Replace(source, ""), "\"\"");

    [GeneratedRegex(@"^\s*//.*$|(?<=[;{},\s])//\s.*$", RegexOptions.Multiline)]
    private static partial Regex Comment();

    [GeneratedRegex("""
        "(?:\\.|[^"\\\n])*"
        """)]
    private static partial Regex Quoted();

    [GeneratedRegex(@"^(?:(?:public|internal|file|sealed|abstract|static|partial|readonly|unsafe)\s+)*(?:class|record struct|record class|record|struct|interface|enum|delegate\s+[\w<>?\[\]]+)\s+(\w+)", RegexOptions.Multiline)]
    private static partial Regex Declaration();

    // a type's name where it stands as one: not as a member after a dot, nor as a property that has the name of its type
    [GeneratedRegex(@"(?<=\bnew )[A-Z]\w*\b|(?<![.\w])[A-Z]\w*\b(?!\s*(?:\(|\{\s*get|=>|=[^=>]|;|:(?!:)))")]
    private static partial Regex Name();
}
