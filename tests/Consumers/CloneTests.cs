namespace DecodeAlign.Tests;

/// <summary>The repository builds wherever it lies: no folder's name above it, nor that of its own root, decides what a project is.</summary>
public class CloneTests
{
    [Fact]
    public async Task TestProject_OfACopyBelowFoldersWithTheRepositorysNames_BuildsAndRuns()
    {
        using var folder = new TempFolder();
        var copy = folder.File("src/tests/bench/samples/with space");
        await CopyTrackedFilesAsync(copy);
        await Command.DotnetAsync(copy, null, "build", "tests/Decoding.Tests", "-v", "q");
        Assert.Contains("Failed: 0", await Command.DotnetAsync(copy, null, "run", "--no-build", "--project", "tests/Decoding.Tests", "--", "-class", "DecodeAlign.Tests.SlotTableTests"), StringComparison.Ordinal);

        Assert.Equal("DecodeAlign.Decoding true", await KindAsync("src/Decoding/Decoding.csproj"));
        Assert.Equal("Decoding.Tests false", await KindAsync("tests/Decoding.Tests/Decoding.Tests.csproj"));
        Assert.Equal("experiments false", await KindAsync("bench/Experiments/Experiments.csproj"));
        Assert.Equal("console-sample false", await KindAsync("samples/Console/Console.csproj"));

        async Task<string> KindAsync(string project)
        {
            var properties = System.Text.Json.JsonDocument.Parse(await Command.DotnetAsync(copy, null, "msbuild", project, "-getProperty:AssemblyName", "-getProperty:IsPackable")).RootElement.GetProperty("Properties");
            return $"{properties.GetProperty("AssemblyName")} {properties.GetProperty("IsPackable")}";
        }
    }

    private static async Task CopyTrackedFilesAsync(string copy)
    {
        foreach (var file in (await Command.RunAsync(Repository.Root, null, "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")).Split('\0', StringSplitOptions.RemoveEmptyEntries))
        {
            // deleted, and not committed yet
            if (!File.Exists(Repository.File(file))) continue;
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(copy, file))!);
            File.Copy(Repository.File(file), Path.Combine(copy, file));
        }
    }
}
