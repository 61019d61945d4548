using System.Runtime.InteropServices;
using System.Text.Json;

namespace DecodeAlign.Tests;

/// <summary>The native builds as a .NET tool.</summary>
public class ToolTests
{
    [Fact]
    public async Task Install_OnThisSystem_BringsTheNativeBuilds()
    {
        var native = Path.GetDirectoryName(Builds.Program("decodealign"))!;
        Assert.SkipWhen(OperatingSystem.IsWindows(), ".ci/pack-tool needs bash");
        using var folder = new TempFolder();
        await Command.RunAsync(Repository.Root, null, "bash", ".ci/pack-tool", folder.File("feed"));
        await Command.RunAsync(Repository.Root, null, "bash", ".ci/pack-tool", folder.File("feed"), RuntimeInformation.RuntimeIdentifier, native);
        Assert.Single(Directory.GetFiles(folder.File("feed"), "DecodeAlign.Tool.any.*.nupkg"));

        await Command.DotnetAsync(folder.Path, folder.File("packages"), "tool", "install", "DecodeAlign.Tool", "--prerelease", "--tool-path", "bin", "--source", folder.File("feed"));
        var machine = JsonDocument.Parse(await Command.RunAsync(folder.Path, folder.File("packages"), folder.File("bin/decodealign"), "machine", "--json")).RootElement;
        Assert.Equal("native", machine.GetProperty("build").GetString());
        Assert.Equal(machine.GetProperty("bestKernels").GetString(), machine.GetProperty("kernels").GetString());
        Assert.Matches(@"\w+ \w+", await Command.RunAsync(folder.Path, folder.File("packages"), folder.File("bin/decodealign"), "generate", "Once upon a time", "--max-tokens", "5", "--quiet"));
    }
}
