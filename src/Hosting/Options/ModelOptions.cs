using DecodeAlign.Cpu;
using DecodeAlign.Decoding;

namespace DecodeAlign.Hosting;

/// <summary>A model, how it runs and how requests share it.</summary>
public sealed class ModelOptions
{
    /// <summary>What <see cref="Folder"/> says for the embedded model.</summary>
    public const string Embedded = "embedded";

    /// <summary>The model's folder, a GGUF file, or <c>embedded</c> (default). A chat template is read from it too.</summary>
    public string Folder { get; set; } = Embedded;

    /// <summary>Name of the engine: <c>cpu</c> (default), or one that was added by <c>AddEngine</c>.</summary>
    public string Engine { get; set; } = "cpu";

    /// <summary>Threads that compute, 0 to 1024; 0 (default): one for each processor.</summary>
    public int Threads { get; set; }

    /// <summary>How the CPU engine keeps the weights. Default F32.</summary>
    public WeightFormat WeightFormat { get; set; }

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

    internal string FullFolder => IsEmbedded ? DefaultModel.EmbeddedModel.Folder : Folder;
}
