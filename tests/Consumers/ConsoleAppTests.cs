namespace DecodeAlign.Tests;

/// <summary>Programs that install the package <c>DecodeAlign</c>, with the program that its page shows.</summary>
[Collection(nameof(PackageFeed))]
public class ConsoleAppTests(PackageFeed feed)
{
    private static readonly string Page = Repository.Snippet("packaging/README.md");

    [Fact]
    public async Task Program_OfThePackagesPage_WritesBothWords()
    {
        var app = App.Create(feed, "ConsoleApp", Page, "DecodeAlign");
        var output = await app.BuildAsync();
        Assert.Superset(new HashSet<string> { "model.safetensors", "lexicons/vivid.txt", "MODEL_CARD.md", "ATTRIBUTION.md" }, App.ModelFiles(output).ToHashSet());
        AssertStory(await Command.RunAsync(app.Folder, null, app.Program(output)));
    }

    [Fact]
    public async Task Program_OfTheReadme_CompilesAsPrintedAndWritesBothWords()
    {
        Assert.Contains("dotnet add package DecodeAlign", Repository.Commands("README.md"));
        var app = App.Create(feed, "ReadmeApp", Repository.Snippet("README.md"), "DecodeAlign");
        AssertStory(await Command.RunAsync(app.Folder, null, app.Program(await app.BuildAsync())));
    }

    [Fact]
    public async Task SingleFile_OfAProgramBehindALibrary_WritesBothWords()
    {
        var library = App.Create(feed, "Library", $$"""
            {{Page.Split("\n\n", 2)[0]}}
            public static class Stories { public static async Task TellAsync() { {{Page.Split("\n\n", 2)[1]}} } }
            """, "DecodeAlign", properties: "");
        var app = App.Create(feed, "SingleFile", "await Stories.TellAsync();", references: [library]);
        var output = await app.PublishAsync(App.SingleFile);
        Assert.Contains("model.safetensors", App.ModelFiles(output));
        Assert.Empty(Directory.EnumerateFiles(output, "*.dll"));
        AssertStory(await Command.RunAsync(app.Folder, null, app.Program(output)));

        // a test program has the model as well, two projects away from the package
        var tests = App.Create(feed, "TestsOfIt", "await Stories.TellAsync();", references: [app], properties: "<OutputType>Exe</OutputType><ErrorOnDuplicatePublishOutputFiles>true</ErrorOnDuplicatePublishOutputFiles>");
        AssertStory(await Command.RunAsync(tests.Folder, null, tests.Program(await tests.BuildAsync())));
    }

    [Fact]
    public async Task Program_OnAnotherEngine_DoesNotCarryTheModel()
    {
        var app = App.Create(feed, "OtherEngine", "Console.WriteLine(typeof(DecodeAlign.Decoding.Decoder).Assembly.GetName().Name + typeof(DecodeAlign.Models.ModelFolder).Assembly.GetName().Name);", "DecodeAlign.Models");
        var output = await app.BuildAsync();
        Assert.Empty(App.ModelFiles(output));
        Assert.Equal("DecodeAlign.DecodingDecodeAlign.Models\n", await Command.RunAsync(app.Folder, null, app.Program(output)));
    }

    private static void AssertStory(string text)
    {
        Assert.Matches(@"(?i)\bfox\b", text);
        Assert.Matches(@"(?i)\briver\b", text);
    }
}
