using System.Text.Json.Nodes;
using DecodeAlign.Decoding;
using DecodeAlign.DefaultModel;
using DecodeAlign.Hosting;
using DecodeAlign.Models;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace DecodeAlign.Tests;

/// <summary>A hosted model by name, from a hub on this machine.</summary>
public sealed class DownloadTests : IDisposable
{
    private readonly FakeHub _hub = new();
    private readonly TempFolder _folder = new();

    public void Dispose()
    {
        _hub.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Load_Download_FetchesTheModelOnceAndRunsIt()
    {
        AddModel();
        var sent = 0L;
        for (var start = 0; start < 2; start++)
        {
            await using var services = Build(download: true);
            var model = services.GetRequiredKeyedService<HostedModel>("tiny");
            await model.ReadyAsync(TestContext.Current.CancellationToken);
            Assert.Equal(ModelState.Ready, model.State);
            var response = await services.GetRequiredService<IChatClient>().GetResponseAsync("Once", new() { MaxOutputTokens = 2 }, TestContext.Current.CancellationToken);
            Assert.InRange(response.Usage!.OutputTokenCount!.Value, 1, 2);
            if (start == 0) sent = _hub.BytesSent;
        }
        Assert.InRange(sent, 1_000_000, long.MaxValue);
        // the second host found it in the cache
        Assert.Equal(sent, _hub.BytesSent);
    }

    [Fact]
    public async Task Load_NoDownload_AsksTheHubForNothingAndSaysWhatToDo()
    {
        AddModel();
        await using var services = Build(download: false);
        var failure = await Assert.ThrowsAnyAsync<Exception>(() => services.GetRequiredKeyedService<HostedModel>("tiny").ReadyAsync(TestContext.Current.CancellationToken));
        Assert.Contains("Download", failure.Message, StringComparison.Ordinal);
        Assert.Empty(_hub.Requests);
    }

    [Fact]
    public async Task GetResponseAsync_TemplateThatWritesTheBeginning_HasItOnce()
    {
        Assert.SkipUnless(EmbeddedModel.Exists, "this build has no embedded model");
        foreach (var file in Directory.GetFiles(EmbeddedModel.Folder)) File.Copy(file, _folder.File(Path.GetFileName(file)));
        // a tokenizer that begins every text with its first special token, and a template that has written it already
        var json = JsonNode.Parse(await File.ReadAllTextAsync(_folder.File("tokenizer.json"), TestContext.Current.CancellationToken))!;
        var special = json["added_tokens"]!.AsArray().First(token => token!["special"]!.GetValue<bool>())!;
        var (bos, id) = (special["content"]!.GetValue<string>(), special["id"]!.GetValue<int>());
        json["post_processor"] = JsonNode.Parse("""
            {"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"BOS","type_id":0}},{"Sequence":{"id":"A","type_id":0}}],"pair":[{"Sequence":{"id":"A","type_id":0}},{"Sequence":{"id":"B","type_id":0}}],
            "special_tokens":{"BOS":{"id":"BOS","ids":[ID],"tokens":["BOS"]}}}
            """.Replace("BOS", bos, StringComparison.Ordinal).Replace("[ID]", $"[{id}]", StringComparison.Ordinal));
        _folder.Write("tokenizer.json", json.ToJsonString());
        _folder.Write("chat_template.jinja", $"{bos}{{% for m in messages %}}{{{{ m.content }}}}{{% endfor %}}");
        await using var services = new ServiceCollection().AddDecodeAlign(build => build.AddModel("own", options => options.Folder = _folder.Path)).BuildServiceProvider();
        await services.GetRequiredKeyedService<HostedModel>("own").ReadyAsync(TestContext.Current.CancellationToken);
        var response = await services.GetRequiredService<IChatClient>().GetResponseAsync("Once upon a time", new() { MaxOutputTokens = 2 }, TestContext.Current.CancellationToken);
        var tokenizer = services.GetRequiredKeyedService<HostedModel>("own").Tokenizer;
        Assert.StartsWith(bos, ((DecodingResult)response.RawRepresentation!).Prompt, StringComparison.Ordinal);
        Assert.Equal(id, tokenizer.Encode("x")[0]);
        Assert.Equal(1 + tokenizer.Encode("Once upon a time", addSpecialTokens: false).Length, response.Usage!.InputTokenCount);
    }

    private void AddModel()
    {
        Assert.SkipUnless(EmbeddedModel.Exists, "this build has no embedded model");
        _hub.AddFolder(EmbeddedModel.Folder);
    }

    private ServiceProvider Build(bool download) => new ServiceCollection().AddDecodeAlign(build => build.AddModel("tiny", options =>
    {
        (options.Folder, options.Download) = ("org/tiny", download);
        options.Hub = () => new() { Endpoint = _hub.Endpoint, CacheFolder = _folder.File("hub"), RetryDelay = TimeSpan.Zero };
    })).BuildServiceProvider();
}
