namespace DecodeAlign.Tests;

/// <summary>A program that installs <c>DecodeAlign.Torch</c> without a native part, with the program that its page shows.</summary>
[Collection(nameof(PackageFeed))]
public class TorchAppTests(PackageFeed feed)
{
    [Fact]
    public async Task Program_WithTheManagedPartAlone_BuildsWithoutTheModelAndNamesThePackageToAdd()
    {
        var app = App.Create(feed, "TorchApp", Repository.Snippet("src/Torch/README.md"), "DecodeAlign.Torch");
        var output = await app.BuildAsync();
        Assert.Empty(App.ModelFiles(output));
        Assert.False(File.Exists(Path.Combine(output, "DecodeAlign.Cpu.dll")));

        var (exitCode, _, error) = await Command.ExecuteAsync(app.Folder, null, app.Program(output), Repository.File("src/DefaultModel/model"));
        Assert.NotEqual(0, exitCode);
        Assert.Matches("TorchUnavailableException: .*TorchSharp-cuda-", error);
    }
}
