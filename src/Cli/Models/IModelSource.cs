using DecodeAlign.Cpu;
using DecodeAlign.Decoding;
using DecodeAlign.Models;

namespace DecodeAlign.Cli;

/// <summary>Which model to load, and with what.</summary>
/// <param name="Folder">Its folder, GGUF file, name on the hub, or a server's address; null: the embedded model.</param>
/// <param name="Threads">Threads that compute; 0: one for each processor.</param>
/// <param name="KvBudgetBytes">Most bytes of KV cache; 0: the engine's default.</param>
/// <param name="Device">Where TorchSharp runs it; null: the managed engine runs it.</param>
internal sealed record ModelSettings(string? Folder, int Threads, long KvBudgetBytes, DeviceSettings? Device = null)
{
    /// <summary>Where a server's tokenizer lies; null: nowhere.</summary>
    public string? Tokenizer { get; init; }

    /// <summary>Where the model's other files lie, such as its chat template; null: with the embedded model.</summary>
    public string? Files => ServerAddress.Find(Folder) is null ? Folder : Tokenizer;

    /// <summary>How the managed engine keeps the weights; null: as the file holds them.</summary>
    public WeightFormat? WeightFormat { get; init; }

    /// <summary>How it keeps keys and values.</summary>
    public KvFormat KvFormat { get; init; }

    /// <summary>Whether many requests share it: then they wait for memory in turn, and what their prompts have in common is kept.</summary>
    public bool ServesMany { get; init; }

    /// <summary>How requests share it.</summary>
    public EngineModelOptions Sharing => ServesMany ? new() { MemoryWait = TimeSpan.FromMinutes(2) } : new();

    /// <summary>Most bytes of the KV cache that keep prompts for later requests.</summary>
    public long PrefixCacheBytes => ServesMany ? 64 << 20 : 0;
}

/// <summary>Where commands get their models from.</summary>
internal interface IModelSource
{
    /// <summary>Where models by name come from.</summary>
    HubOptions Hub { get; }

    /// <summary>Loads a model for running; the caller disposes it.</summary>
    Task<ILanguageModel> LoadAsync(ModelSettings settings, CancellationToken cancellationToken);

    /// <summary>Loads a model that rates texts; the caller disposes it.</summary>
    Task<RewardSource> LoadRewardAsync(ModelSettings settings, CancellationToken cancellationToken);

    /// <summary>Loads a folder's tokenizer alone; null: the embedded model's.</summary>
    ITokenizer LoadTokenizer(string? folder);

    /// <summary>The folder itself; null: the embedded model's.</summary>
    string Folder(string? folder);
}
