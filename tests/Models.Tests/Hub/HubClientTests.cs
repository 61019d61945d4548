using System.Text.Json.Nodes;
using DecodeAlign.Models;

namespace DecodeAlign.Tests;

/// <summary>Models by name, from a hub on this machine.</summary>
public sealed class HubClientTests : IDisposable
{
    private const int Large = 400_000;

    private static readonly HubModelId Id = new("org", "tiny");

    private readonly FakeHub _hub = new();
    private readonly TempFolder _folder = new();
    private readonly byte[] _weights = new byte[Large];
    private readonly byte[] _config = "{\"a\": 1}"u8.ToArray();

    public HubClientTests()
    {
        new Random(1).NextBytes(_weights);
        _hub.Add("config.json", _config);
        _hub.Add("tokenizer.json", "{}"u8.ToArray());
        _hub.Add("model.safetensors", _weights);
        _hub.Add("pytorch_model.bin", new byte[1000]);
        _hub.Add("README.md", [1]);
    }

    private HubOptions Options => new() { Endpoint = _hub.Endpoint, CacheFolder = _folder.File("hub"), RetryDelay = TimeSpan.Zero, Token = "hf_secret" };

    private string Repository => _folder.File("hub/models--org--tiny");

    private string Blob => Path.Combine(Repository, "blobs", FakeHub.Sha256(_weights));

    public void Dispose()
    {
        _hub.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Download_Model_LiesAsTheHubsOwnToolsLayItOut()
    {
        using var client = new HubClient(Options);
        var plan = await client.PlanAsync(Id, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal((3, Large + 10L, 0L, FakeHub.Commit), (plan.FileCount, plan.Bytes, plan.BytesPresent, plan.Commit));
        Assert.Equal(0, _hub.BytesSent);
        var last = default(HubProgress);
        var folder = await client.DownloadAsync(plan, new Direct(progress => last = progress), TestContext.Current.CancellationToken);
        Assert.Equal(new(Large + 10, Large + 10), last);
        Assert.Equal(Path.Combine(Repository, "snapshots", FakeHub.Commit), folder);
        Assert.Equal(FakeHub.Commit, await File.ReadAllTextAsync(Path.Combine(Repository, "refs", "main"), TestContext.Current.CancellationToken));
        Assert.Equal(["config.json", "model.safetensors", "tokenizer.json"], Directory.GetFiles(folder).Select(Path.GetFileName).Order());
        Assert.Equal(_weights, await File.ReadAllBytesAsync(Path.Combine(folder, "model.safetensors"), TestContext.Current.CancellationToken));
        Assert.Equal(_weights, await File.ReadAllBytesAsync(Blob, TestContext.Current.CancellationToken));
        Assert.Equal(_config, await File.ReadAllBytesAsync(Path.Combine(Repository, "blobs", FakeHub.GitHash(_config)), TestContext.Current.CancellationToken));
        if (!OperatingSystem.IsWindows()) Assert.Equal($"../../blobs/{FakeHub.Sha256(_weights)}", new FileInfo(Path.Combine(folder, "model.safetensors")).LinkTarget);
        Assert.Equal(folder, new HubCache(Options).Resolve("org/tiny"));
        Assert.Equal(folder, new HubCache(Options).Resolve($"org/tiny@{FakeHub.Commit}"));
        Assert.Equal(new(Id, FakeHub.Commit, folder, Large + 10), Assert.Single(new HubCache(Options).List()));
    }

    [Fact]
    public async Task Download_Again_FetchesNothing()
    {
        await PullAsync();
        var sent = _hub.BytesSent;
        using var client = new HubClient(Options);
        var plan = await client.PlanAsync(Id, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(plan.Bytes, plan.BytesPresent);
        await client.DownloadAsync(plan, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(sent, _hub.BytesSent);
    }

    [Fact]
    public async Task Download_Token_IsNotSentToAnotherHost()
    {
        await PullAsync();
        Assert.Contains(_hub.Requests, request => request.Path.StartsWith("/cdn/", StringComparison.Ordinal));
        Assert.All(_hub.Requests, request => Assert.Equal(request.Path.StartsWith("/cdn/", StringComparison.Ordinal) ? null : "Bearer hf_secret", request.Authorization));
    }

    [Fact]
    public async Task Download_Interrupted_GoesOnWhereItStopped()
    {
        _hub.Cuts = 1;
        var error = await Assert.ThrowsAsync<HubException>(() => PullAsync(Options with { Retries = 0 }));
        Assert.Contains("goes on from it", error.Message, StringComparison.Ordinal);
        var part = new FileInfo(Blob + ".incomplete");
        Assert.InRange(part.Length, 1, Large / 2);
        using (var client = new HubClient(Options))
            Assert.InRange((await client.PlanAsync(Id, cancellationToken: TestContext.Current.CancellationToken)).BytesPresent, part.Length, Large / 2 + 10);
        var (before, kept) = (_hub.BytesSent, part.Length);
        var folder = await PullAsync();
        Assert.Contains(_hub.Requests, request => request.Range == $"bytes={kept}-");
        Assert.InRange(_hub.BytesSent - before, Large - kept, Large - kept + 10);
        Assert.Equal(_weights, await File.ReadAllBytesAsync(Path.Combine(folder, "model.safetensors"), TestContext.Current.CancellationToken));
        Assert.False(part.Exists && File.Exists(part.FullName));
    }

    [Fact]
    public async Task Download_ConnectionCutThreeTimes_IsTakenUpAgain()
    {
        _hub.Cuts = 3;
        await PullAsync();
        Assert.Equal(_weights, await File.ReadAllBytesAsync(Blob, TestContext.Current.CancellationToken));
        // what was cut off had been sent, and what had come was not sent again
        Assert.InRange(_hub.BytesSent, Large, 2 * Large);
    }

    [Fact]
    public async Task Download_HubWithoutRanges_BeginsAnew()
    {
        (_hub.Cuts, _hub.IgnoreRanges) = (1, true);
        await PullAsync();
        Assert.Equal(_weights, await File.ReadAllBytesAsync(Blob, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Download_WrongContent_IsThrownAway()
    {
        _hub.Falsify = content => [.. content[..^1], (byte)~content[^1]];
        var error = await Assert.ThrowsAsync<HubException>(() => PullAsync());
        Assert.Contains("hash", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Blob));
        Assert.Equal(0, new FileInfo(Blob + ".incomplete").Length);
        Assert.Null(new HubCache(Options).Find(Id));
        _hub.Falsify = null;
        await PullAsync();
        Assert.True(File.Exists(Blob));
    }

    [Fact]
    public async Task Download_MoreOrLessThanWasSaid_IsRefused()
    {
        _hub.Falsify = content => [.. content, 1, 2, 3];
        Assert.Contains("says the file has", (await Assert.ThrowsAsync<HubException>(() => PullAsync())).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Blob));
    }

    [Theory]
    [InlineData(401, "GatedRepo", "accept its terms")]
    [InlineData(403, "GatedRepo", "HF_TOKEN")]
    [InlineData(401, null, "may not read it")]
    [InlineData(404, null, "there is no such model")]
    [InlineData(404, "RevisionNotFound", "no revision 'main'")]
    [InlineData(418, null, "418")]
    public async Task Plan_Refused_SaysWhatToDo(int status, string? code, string message)
    {
        (_hub.Refuse, _hub.ErrorCode) = (status, code);
        using var client = new HubClient(Options);
        var error = await Assert.ThrowsAsync<HubException>(() => client.PlanAsync(Id, cancellationToken: TestContext.Current.CancellationToken));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hf_secret", error.Message, StringComparison.Ordinal);
        Assert.Single(_hub.Requests);
    }

    [Fact]
    public async Task Plan_HubFailsForAWhile_AsksAgain()
    {
        _hub.Refuse = 503;
        using var client = new HubClient(Options with { Retries = 2 });
        Assert.Contains("answered 503", (await Assert.ThrowsAsync<HubException>(() => client.PlanAsync(Id, cancellationToken: TestContext.Current.CancellationToken))).Message, StringComparison.Ordinal);
        Assert.Equal(3, _hub.Requests.Count);
    }

    [Fact]
    public async Task Download_NoSpace_IsRefusedBeforeItBegins()
    {
        using var client = new HubClient(Options with { FreeBytes = _ => Large - 1 });
        var plan = await client.PlanAsync(Id, cancellationToken: TestContext.Current.CancellationToken);
        var error = await Assert.ThrowsAnyAsync<IOException>(() => client.DownloadAsync(plan, cancellationToken: TestContext.Current.CancellationToken));
        Assert.Contains("needs 400.0 kB, but only 400.0 kB are free", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, _hub.BytesSent);
    }

    [Fact]
    public async Task Download_TwoAtOnce_FetchOnce()
    {
        var started = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        _hub.Halfway = () =>
        {
            started.TrySetResult();
            return release.Task;
        };
        var first = PullAsync();
        await started.Task;
        var second = PullAsync();
        // the second has asked for the list and waits for the first one's lock
        while (_hub.Requests.Count(request => request.Path.StartsWith("/api/", StringComparison.Ordinal)) < 2) await Task.Yield();
        release.SetResult();
        Assert.Equal(await first, await second);
        Assert.Single(_hub.Requests, request => request.Path.StartsWith("/cdn/", StringComparison.Ordinal));
        Assert.Equal(_weights, await File.ReadAllBytesAsync(Blob, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Download_Shards_AreAllFetched()
    {
        _hub.ChangeListing = listing => ((JsonArray)listing["siblings"]!).RemoveAt(2);
        _hub.Add("model.safetensors.index.json", "{}"u8.ToArray());
        for (var shard = 1; shard <= 6; shard++) _hub.Add($"model-{shard:d5}-of-00006.safetensors", [.. _weights[..(20_000 * shard)], (byte)shard]);
        var folder = await PullAsync(Options with { Parallel = 3 });
        Assert.Equal(9, Directory.GetFiles(folder).Length);
        for (var shard = 1; shard <= 6; shard++) Assert.Equal(20_000 * shard + 1, (await File.ReadAllBytesAsync(Path.Combine(folder, $"model-{shard:d5}-of-00006.safetensors"), TestContext.Current.CancellationToken)).Length);
    }

    [Fact]
    public async Task Download_OneGgufFile_IsFetchedByItself()
    {
        _hub.Add("tiny-q8_0.gguf", [1, 2, 3]);
        using var client = new HubClient(Options);
        var path = await client.DownloadAsync(await client.PlanAsync(Id, "tiny-q8_0.gguf", TestContext.Current.CancellationToken), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal("tiny-q8_0.gguf", Path.GetFileName(path));
        Assert.Equal(3, (await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken)).Length);
        Assert.Contains("tiny-q8_0.gguf", (await Assert.ThrowsAsync<HubException>(() => client.PlanAsync(Id, "other.gguf", TestContext.Current.CancellationToken))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plan_OnlyPickledWeights_IsRefused()
    {
        _hub.ChangeListing = listing => ((JsonArray)listing["siblings"]!).RemoveAt(2);
        using var client = new HubClient(Options);
        Assert.Contains("no weights as safetensors", (await Assert.ThrowsAsync<HubException>(() => client.PlanAsync(Id, cancellationToken: TestContext.Current.CancellationToken))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sha", "\"main\"")]
    [InlineData("sha", "5")]
    [InlineData("siblings", "{}")]
    [InlineData("siblings", "[{\"rfilename\": \"model.safetensors\", \"size\": -1, \"blobId\": \"0123456789abcdef0123456789abcdef01234567\"}]")]
    [InlineData("siblings", "[{\"rfilename\": \"model.safetensors\", \"size\": 1, \"blobId\": \"../../../../etc/passwd\"}]")]
    [InlineData("siblings", "[{\"rfilename\": \"model.safetensors\", \"lfs\": {\"size\": 99999999999999, \"sha256\": \"\"}}]")]
    [InlineData("siblings", "[{\"rfilename\": \"../model.safetensors\", \"size\": 1}]")]
    public async Task Plan_HostileAnswer_IsRefused(string field, string value)
    {
        _hub.ChangeListing = listing => listing[field] = JsonNode.Parse(value);
        using var client = new HubClient(Options);
        await Assert.ThrowsAsync<HubException>(() => client.PlanAsync(Id, cancellationToken: TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Plan_Offline_UsesNoNetwork()
    {
        using var client = new HubClient(Options with { Offline = true });
        Assert.Contains("HF_HUB_OFFLINE", (await Assert.ThrowsAsync<HubException>(() => client.PlanAsync(Id, cancellationToken: TestContext.Current.CancellationToken))).Message, StringComparison.Ordinal);
        Assert.Empty(_hub.Requests);
    }

    [Fact]
    public void Cache_OfTheHubsOwnTools_IsFound()
    {
        // as huggingface_hub leaves it
        var snapshot = Path.Combine(Repository, "snapshots", FakeHub.Commit);
        foreach (var folder in new[] { "blobs", "refs/refs/pr", $"snapshots/{FakeHub.Commit}" }) Directory.CreateDirectory(Path.Combine(Repository, folder));
        File.WriteAllText(Path.Combine(Repository, "refs", "main"), FakeHub.Commit);
        File.WriteAllText(Path.Combine(Repository, "refs/refs/pr/1"), FakeHub.Commit);
        File.WriteAllBytes(Blob, _weights);
        File.CreateSymbolicLink(Path.Combine(snapshot, "model.safetensors"), $"../../blobs/{FakeHub.Sha256(_weights)}");
        Directory.CreateDirectory(_folder.File("hub/datasets--org--data"));
        Directory.CreateDirectory(_folder.File("hub/models--broken"));
        var cache = new HubCache(Options);
        foreach (var name in (string[])["org/tiny", "org/tiny@main", "org/tiny@refs/pr/1", $"org/tiny@{FakeHub.Commit}"]) Assert.Equal(snapshot, cache.Resolve(name));
        Assert.Equal(Large, Assert.Single(cache.List()).Bytes);
        Assert.Contains("decodealign pull org/other", Assert.Throws<DirectoryNotFoundException>(() => cache.Resolve("org/other")).Message, StringComparison.Ordinal);
        Assert.DoesNotContain("pull", Assert.Throws<DirectoryNotFoundException>(() => cache.Resolve("./no/such/folder")).Message, StringComparison.Ordinal);
        Assert.Null(cache.Find(Id with { Revision = "other" }));
    }

    [Theory]
    [InlineData("org/name", true)]
    [InlineData("org/name@v1.0", true)]
    [InlineData("org/name@refs/pr/3", true)]
    [InlineData("Org-1/Name_2.5", true)]
    [InlineData("name", false)]
    [InlineData("a/b/c", false)]
    [InlineData("../name", false)]
    [InlineData("org/..", false)]
    [InlineData("org/na--me", false)]
    [InlineData("org/name@", false)]
    [InlineData("org/name@../x", false)]
    [InlineData("org/na me", false)]
    [InlineData("/name", false)]
    [InlineData("org/", false)]
    public void TryParse_Names_AreTheHubsOwn(string text, bool valid) => Assert.Equal(valid, HubModelId.TryParse(text, out _));

    [Fact]
    public void FromEnvironment_TheHubsVariables_AreHonoured()
    {
        static HubOptions Read(params (string Name, string Value)[] set) => HubOptions.FromEnvironment(name => set.FirstOrDefault(pair => pair.Name == name).Value);
        Assert.Equal(new Uri("https://huggingface.co"), Read().Endpoint);
        Assert.EndsWith(Path.Combine(".cache", "huggingface", "hub"), Read().CacheFolder, StringComparison.Ordinal);
        Assert.Equal(Path.Combine("/h", "hub"), Read(("HF_HOME", "/h")).CacheFolder);
        Assert.Equal("/c", Read(("HF_HOME", "/h"), ("HF_HUB_CACHE", "/c")).CacheFolder);
        Assert.Equal(new Uri("http://mirror:80"), Read(("HF_ENDPOINT", "http://mirror:80/")).Endpoint);
        Assert.Throws<InvalidOperationException>(() => Read(("HF_ENDPOINT", "mirror")));
        Assert.Equal("hf_x", Read(("HF_TOKEN", "hf_x")).Token);
        _folder.Write("token", "hf_file\n");
        Assert.Equal("hf_file", Read(("HF_HOME", _folder.Path)).Token);
        Assert.True(Read(("HF_HUB_OFFLINE", "1")).Offline);
        Assert.False(Read(("HF_HUB_OFFLINE", "0")).Offline);
    }

    private async Task<string> PullAsync(HubOptions? options = null)
    {
        using var client = new HubClient(options ?? Options);
        return await client.DownloadAsync(await client.PlanAsync(Id, cancellationToken: TestContext.Current.CancellationToken), cancellationToken: TestContext.Current.CancellationToken);
    }

    private sealed class Direct(Action<HubProgress> report) : IProgress<HubProgress>
    {
        public void Report(HubProgress value) => report(value);
    }
}
