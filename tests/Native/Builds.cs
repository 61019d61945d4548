using System.Text.RegularExpressions;

[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace DecodeAlign.Tests;

/// <summary>The native builds, in the folder that .ci/publish made, and the managed one beside which they are tried.</summary>
internal static partial class Builds
{
    /// <summary>Has the native builds' folder.</summary>
    private const string Variable = "DECODEALIGN_NATIVE";

    /// <summary>What users start: the launcher, or on Arm64 the only build.</summary>
    public static string[] Native => [Program("decodealign")];

    public static string[] Managed => [Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", Repository.File("src/Cli/bin/Release/net10.0/decodealign.dll")];

    /// <summary>A program of the native builds' folder.</summary>
    public static string Program(string name)
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable(Variable) is { Length: > 0 }, $"{Variable} names no folder of native builds; .ci/native makes one");
        return Path.Combine(Repository.Root, Environment.GetEnvironmentVariable(Variable)!, OperatingSystem.IsWindows() ? $"{name}.exe" : name);
    }

    /// <summary>Runs a command in an empty folder with some files; what it printed and wrote, times and the folder's path left out.</summary>
    public static async Task<string> RunAsync(string[] build, params string[] arguments)
    {
        using var folder = new TempFolder();
        foreach (var (name, text) in Inputs) folder.Write(name, text);
        var (exitCode, output, error) = await Command.ExecuteAsync(folder.Path, null, build[0], [.. build[1..], .. arguments]);
        var written = Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder.Path, file).Replace('\\', '/')).Where(file => !Inputs.ContainsKey(file)).Order(StringComparer.Ordinal).Select(file => $"\n> {file}\n{File.ReadAllText(folder.File(file))}");
        return Times().Replace($"{output}\n> errors\n{error}\n> {exitCode}{string.Concat(written)}".Replace(folder.Path, ".", StringComparison.Ordinal), "$1T");
    }

    // files that commands read
    private static Dictionary<string, string> Inputs { get; } = new()
    {
        ["fox.schema.json"] = """{"type":"object","properties":{"animal":{"enum":["fox","wolf"]},"legs":{"type":"integer","minimum":1,"maximum":9}},"required":["animal","legs"],"additionalProperties":false}""",
        ["sky.gbnf"] = "root ::= \" blue\" | \" grey\"",
        ["prompts.jsonl"] = "\"Once upon a time\"\n{\"prompt\":\"The sky is\",\"id\":7}\n",
        ["pairs.jsonl"] = "{\"prompt\":\"Once upon a time\",\"chosen\":\" there was a happy fox.\",\"rejected\":\" there was a stone.\"}\n{\"prompt\":\"Once upon a time\",\"chosen\":\" there was a happy girl who sang all day.\",\"rejected\":\" it was dark and cold.\"}\n",
        ["decodealign.json"] = """{"profiles":{"vivid":{"heuristic":["vividness=default"],"lambda":3}}}""",
    };

    [GeneratedRegex("""("[A-Za-z]*[sS]econds[A-Za-z]*":\s*)[0-9.eE+-]+|\b[0-9]+(\.[0-9]+)? (ms|s)\b""")]
    private static partial Regex Times();
}
