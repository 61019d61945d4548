using System.Text.RegularExpressions;

namespace DecodeAlign.Tests;

/// <summary>The command line, installed as its page shows.</summary>
[Collection(nameof(PackageFeed))]
public class ToolTests(PackageFeed feed)
{
    [Fact]
    public async Task Commands_OfThePackagesPage_InstallTheToolAndWriteBothWords()
    {
        var shown = Repository.Commands("src/Cli/README.md");
        Assert.Equal("dotnet tool install -g DecodeAlign.Tool", shown[0]);
        var folder = feed.NewApp("Tool");
        await feed.DotnetAsync(folder, "tool", "install", "DecodeAlign.Tool", "--tool-path", "bin", "--version", feed.Version);
        var program = Path.Combine(folder, "bin", OperatingSystem.IsWindows() ? "decodealign.exe" : "decodealign");

        var arguments = Regex.Matches(shown[1], "\"([^\"]*)\"|(\\S+)").Select(match => match.Value.Trim('"')).ToList();
        Assert.Equal("decodealign", arguments[0]);
        var text = await Command.RunAsync(folder, feed.Packages, program, [.. arguments[1..]]);
        Assert.Matches(@"(?i)\bfox\b", text);
        Assert.Matches(@"(?i)\briver\b", text);
    }
}
