using DecodeAlign.Cpu;
using DecodeAlign.Decoding;
using DecodeAlign.DefaultModel;
using DecodeAlign.MicrosoftTokenizers;
using DecodeAlign.Models;

namespace DecodeAlign.Cli;

/// <summary>Model folders and the embedded model, on the CPU engine or on a device.</summary>
internal sealed class ModelSource(Terminal terminal, HubOptions? hub = null) : IModelSource
{
    /// <summary>Tokenizers that are read beside our own formats.</summary>
    public static IReadOnlyList<ITokenizerFormat> TokenizerFormats { get; } = [new RankFileFormat()];

    public HubOptions Hub => hub ?? HubOptions.FromEnvironment();

    public async Task<ILanguageModel> LoadAsync(ModelSettings settings, CancellationToken cancellationToken)
    {
        if (ServerAddress.Find(settings.Folder) is { } server)
        {
            var remote = await ServerAddress.ConnectAsync(server, Folder(settings.Tokenizer ?? throw NoTokenizer()), TokenizerFormats, cancellationToken).ConfigureAwait(false);
            foreach (var finding in remote.Facts.Warnings) terminal.Note(finding);
            return remote;
        }
        var folder = Folder(settings.Folder);
        var model = await OpenAsync(folder, settings, cancellationToken).ConfigureAwait(false);
        if (model.Facts.RewardCount == 0) return model;
        await model.DisposeAsync().ConfigureAwait(false);
        throw new NotSupportedException($"{folder}: is a reward model with {model.Facts.RewardCount} outputs; it rates texts and writes none");
    }

    public async Task<RewardSource> LoadRewardAsync(ModelSettings settings, CancellationToken cancellationToken)
    {
        var folder = Folder(settings.Folder);
        var model = await OpenAsync(folder, settings, cancellationToken).ConfigureAwait(false);
        try
        {
            return model.Facts.RewardCount > 0 ? RewardSource.Of(model, folder) : throw new NotSupportedException($"{folder}: has no score head; a reward model has one, and a model that writes can be a --judge");
        }
        catch
        {
            await model.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public ITokenizer LoadTokenizer(string? folder) => TokenizerLoader.Load(Folder(folder), TokenizerFormats);

    public string Folder(string? folder)
    {
        if (folder is not null) return new HubCache(Hub).Resolve(folder);
        return EmbeddedModel.Exists ? EmbeddedModel.Folder : throw new DirectoryNotFoundException("this build has no embedded model: name a model folder with --model DIR");
    }

    /// <summary>Says that a server's model needs a tokenizer here.</summary>
    public static UsageException NoTokenizer() => new("--tokenizer: name a folder with the tokenizer of the model that the server runs, such as --tokenizer path/to/folder; a search needs it on this side");

    private async Task<ILanguageModel> OpenAsync(string folder, ModelSettings settings, CancellationToken cancellationToken)
    {
        if (NativeBuilds.FindLack() is { } lack) terminal.Note(lack);
        var model = settings.Device is { } device
            ? await DeviceModels.LoadAsync(folder, settings, device, cancellationToken).ConfigureAwait(false)
            : await LoadProgress.ShowAsync(terminal, folder, progress => CpuModel.LoadAsync(folder, Options(settings), settings.Sharing, progress, TokenizerFormats, cancellationToken)).ConfigureAwait(false);
        foreach (var finding in model.Facts.Warnings) terminal.Note(finding);
        return model;
    }

    private static CpuEngineOptions Options(ModelSettings settings) =>
        new() { Threads = settings.Threads, KvBudgetBytes = settings.KvBudgetBytes, WeightFormat = settings.WeightFormat, KvFormat = settings.KvFormat, PrefixCacheBytes = settings.PrefixCacheBytes };
}
