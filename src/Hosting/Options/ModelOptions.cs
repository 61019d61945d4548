using DecodeAlign.Cpu;
using DecodeAlign.Decoding;
using DecodeAlign.Models;

namespace DecodeAlign.Hosting;

/// <summary>A model, how it runs and how requests share it.</summary>
public sealed class ModelOptions
{
    /// <summary>What <see cref="Folder"/> says for the embedded model.</summary>
    public const string Embedded = "embedded";

    private string? _resolved;

    /// <summary>The model's folder, a GGUF file, its name on the Hugging Face hub (<c>ORG/NAME</c>), or <c>embedded</c> (default). A chat template is read from it too.</summary>
    public string Folder { get; set; } = Embedded;

    /// <summary>A server that runs the model (llama.cpp's, SGLang, vLLM), such as <c>http://localhost:8080</c>; <see cref="Folder"/> then holds its tokenizer. Null (default): it runs here.</summary>
    public string? Url { get; set; }

    /// <summary>The server's bearer key; null (default): none. Give it by a secret store or the environment, not in a file that others read.</summary>
    public string? ApiKey { get; set; }

    /// <summary>Most requests to the server under way at once, of all searches together, 1 to 1024; default 8.</summary>
    public int MostRequests { get; set; } = 8;

    /// <summary>How long one answer of the server may take, in seconds, above 0 to 86400; default 120.</summary>
    public double RequestTimeoutSeconds { get; set; } = 120;

    /// <summary>Whether a model by name that is not in the hub's cache is downloaded when it is loaded, off the request path; false (default): loading it fails and says so.</summary>
    public bool Download { get; set; }

    /// <summary>Name of the engine: <c>cpu</c> (default), or one that was added by <c>AddEngine</c>.</summary>
    public string Engine { get; set; } = "cpu";

    /// <summary>Threads that compute, 0 to 1024; 0 (default): one for each processor.</summary>
    public int Threads { get; set; }

    /// <summary>How the CPU engine keeps the weights. Null (default): as the file holds them (<see cref="CpuEngineOptions.WeightFormat"/>).</summary>
    public WeightFormat? WeightFormat { get; set; }

    /// <summary>How the CPU engine keeps keys and values. Default F32; BF16 takes half the memory.</summary>
    public KvFormat KvFormat { get; set; }

    /// <summary>Most rows of one pass, 1 to 4096; default 128. A lower number shortens the wait for the next token while others' prompts are read.</summary>
    public int MaxRows { get; set; } = 128;

    /// <summary>KV cache of all requests together, in MiB, at least 0; 0 (default): a quarter of the memory the process may use.</summary>
    public long KvBudgetMegabytes { get; set; }

    /// <summary>Of the KV budget, most MiB that keep prompts for later requests, at least 0; default 64; 0: none.</summary>
    public long PrefixCacheMegabytes { get; set; } = 64;

    /// <summary>How long a request waits for KV memory that others hold, in seconds, 0 to 86400; default 30. Then it is refused.</summary>
    public double MemoryWaitSeconds { get; set; } = 30;

    /// <summary>Most requests that wait for memory at once, at least 0; default 1024. A further one is refused.</summary>
    public int MaxWaiting { get; set; } = 1024;

    /// <summary>How requests share it, as an engine's <see cref="EngineModel"/> is told.</summary>
    public EngineModelOptions Sharing => new() { MemoryWait = TimeSpan.FromSeconds(MemoryWaitSeconds), MaxWaiting = MaxWaiting };

    internal bool IsEmbedded => Folder == Embedded;

    internal string FullFolder => _resolved ?? (IsEmbedded ? DefaultModel.EmbeddedModel.Folder : Folder);

    /// <summary>Finds a model by name in the hub's cache, and downloads it where that is wanted.</summary>
    internal async Task ResolveAsync(IProgress<double> progress, CancellationToken cancellationToken)
    {
        if (IsEmbedded || ModelFolder.Exists(Folder) || !HubModelId.TryParse(Folder, out var id)) return;
        var hub = Hub();
        if (Download && new HubCache(hub).Find(id) is null)
        {
            using var client = new HubClient(hub);
            var plan = await client.PlanAsync(id, cancellationToken: cancellationToken).ConfigureAwait(false);
            _resolved = await client.DownloadAsync(plan, new Share(progress), cancellationToken).ConfigureAwait(false);
        }
        else _resolved = new HubCache(hub).Resolve(Folder);
    }

    /// <summary>Where models by name come from; for tests.</summary>
    internal Func<HubOptions> Hub { get; set; } = HubOptions.FromEnvironment;

    private sealed class Share(IProgress<double> progress) : IProgress<HubProgress>
    {
        public void Report(HubProgress value) => progress.Report(value.Total == 0 ? 1 : (double)value.Bytes / value.Total);
    }
}
