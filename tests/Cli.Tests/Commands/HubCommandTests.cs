using DecodeAlign.Cli;
using DecodeAlign.DefaultModel;
using DecodeAlign.Models;

namespace DecodeAlign.Tests;

/// <summary>pull, models and --model by name, with a hub on this machine.</summary>
public sealed class HubCommandTests : IDisposable
{
    private readonly FakeHub _hub = new();
    private readonly TempFolder _folder = new();

    public void Dispose()
    {
        _hub.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Generate_ModelPulledByName_Runs()
    {
        Serve();
        var before = await RunAsync("generate", "Once upon a time", "--model", "org/tiny", "--decoder", "greedy", "--max-tokens", "8", "--json");
        Assert.Equal(1, before.Code);
        Assert.Contains("decodealign pull org/tiny", before.Error, StringComparison.Ordinal);
        Assert.Empty(_hub.Requests);

        var plan = await RunAsync("pull", "org/tiny", "--dry-run", "--json");
        Assert.Equal((0, 0L), (plan.Code, _hub.BytesSent));
        Assert.Contains("MB", plan.Error, StringComparison.Ordinal);
        var pulled = await RunAsync("pull", "org/tiny", "--json");
        Assert.True(pulled.Code == 0, pulled.Error);
        Assert.Equal(plan.Json.GetProperty("bytes").GetInt64(), _hub.BytesSent);

        var byName = await RunAsync("generate", "Once upon a time", "--model", "org/tiny", "--decoder", "greedy", "--max-tokens", "8", "--json");
        Assert.True(byName.Code == 0, byName.Error);
        var embedded = await RunAsync("generate", "Once upon a time", "--model", EmbeddedModel.Folder, "--decoder", "greedy", "--max-tokens", "8", "--json");
        Assert.Equal(embedded.JsonText("text"), byName.JsonText("text"));
        Assert.Equal(0, (await RunAsync("inspect", "org/tiny")).Code);
        var model = Assert.Single((await RunAsync("models", "--json")).Json.GetProperty("models").EnumerateArray());
        Assert.Equal(("org/tiny", true), (model.GetProperty("name").GetString(), model.GetProperty("runnable").GetBoolean()));
        Assert.Contains("org/tiny  ", (await RunAsync("models")).Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("y", true)]
    [InlineData("", false)]
    public async Task Tokenize_ModelNotThere_AsksBeforeItDownloads(string answer, bool downloads)
    {
        Serve();
        var (output, error) = (new StringWriter(), new StringWriter());
        var terminal = new Terminal { In = new StringReader(answer + "\n"), Out = output, Error = error, InputIsTerminal = true, ErrorIsTerminal = true };
        var code = await CommandLine.RunAsync(["tokenize", "Once", "--model", "org/tiny"], terminal, new ModelSource(terminal, Options), CancellationToken.None);
        Assert.Contains("Download? [y/N]", error.ToString(), StringComparison.Ordinal);
        Assert.Equal((downloads ? 0 : 1, downloads), (code, _hub.BytesSent > 0));
    }

    [Fact]
    public async Task Pull_NoName_IsWrongUsage()
    {
        Assert.Equal(2, (await RunAsync("pull", "no name")).Code);
        Assert.Equal(1, (await RunAsync("pull", "org/other")).Code);
    }

    private HubOptions Options => new() { Endpoint = _hub.Endpoint, CacheFolder = _folder.File("hub"), RetryDelay = TimeSpan.Zero };

    private void Serve()
    {
        Assert.SkipUnless(EmbeddedModel.Exists, "this build has no embedded model");
        _hub.AddFolder(EmbeddedModel.Folder);
    }

    private async Task<CliRun> RunAsync(params string[] args)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var terminal = new Terminal { In = TextReader.Null, Out = output, Error = error };
        var code = await CommandLine.RunAsync(args, terminal, new ModelSource(terminal, Options), CancellationToken.None);
        return new(code, output.ToString(), error.ToString());
    }
}
