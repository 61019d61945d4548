using DecodeAlign.Decoding;
using DecodeAlign.Heuristics;
using DecodeAlign.Models;
using DecodeAlign.Models.ChatTemplates;
using Microsoft.Extensions.Logging;

namespace DecodeAlign.Hosting;

/// <summary>How far a model is.</summary>
public enum ModelState
{
    /// <summary>Nobody has asked for it yet.</summary>
    NotLoaded,

    /// <summary>It is being loaded.</summary>
    Loading,

    /// <summary>It answers.</summary>
    Ready,

    /// <summary>It could not be loaded; <see cref="HostedModel.Failure"/> says why.</summary>
    Failed,
}

/// <summary>
/// A named model of the container. It is loaded off the request path, when the host starts or when it is first needed, and shared by all who ask. Sessions wait for the load; facts and
/// tokenizer are there once it is <see cref="ModelState.Ready"/>. Safe for concurrent use; the container owns it.
/// </summary>
public sealed class HostedModel : ILanguageModel, IDisposable
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly ModelOptions _options;
    private readonly ModelLoader _loader;
    private readonly IServiceProvider _services;
    private readonly ILogger<HostedModel> _log;
    private Task<ILanguageModel>? _loading;
    private double _progress;
    private int _disposed;

    internal HostedModel(string name, ModelOptions options, ModelLoader loader, IServiceProvider services, ILogger<HostedModel> log)
    {
        Name = name;
        (_options, _loader, _services, _log) = (options, loader, services, log);
    }

    /// <summary>The name that options and keyed services call it by.</summary>
    public string Name { get; }

    /// <summary>How far it is.</summary>
    public ModelState State => _loading switch
    {
        null => ModelState.NotLoaded,
        { IsCompletedSuccessfully: true } => ModelState.Ready,
        { IsCompleted: true } => ModelState.Failed,
        _ => ModelState.Loading,
    };

    /// <summary>The share that is loaded, in [0, 1].</summary>
    public double Progress => State == ModelState.Ready ? 1 : Volatile.Read(ref _progress);

    /// <summary>Why it could not be loaded; null: nothing has failed.</summary>
    public Exception? Failure => _loading is { IsFaulted: true, Exception: { } fault } ? fault.InnerException : null;

    /// <summary>What its scheduler is doing; null where it is not loaded, or has none of ours.</summary>
    public EngineStatistics? Statistics => State == ModelState.Ready && _loading!.Result is EngineModel model ? model.Statistics : null;

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">It is not loaded yet: wait for <see cref="ReadyAsync"/>.</exception>
    public ModelFacts Facts => Loaded.Facts;

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">It is not loaded yet: wait for <see cref="ReadyAsync"/>.</exception>
    public ITokenizer Tokenizer => Loaded.Tokenizer;

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">It is not loaded yet: wait for <see cref="ReadyAsync"/>.</exception>
    public ILanguageModel MemoryOwner => Loaded.MemoryOwner;

    /// <summary>Where its files lie.</summary>
    internal string Folder => _options.FullFolder;

    /// <summary>The templates of its folder.</summary>
    internal ChatTemplateFolder? Templates { get; private set; }

    /// <summary>How it is told of a preference, by its folder; null: the folder does not say.</summary>
    internal PreferenceSettings? ReadPreferences() => Directory.Exists(_options.FullFolder) ? PreferenceSettings.Of(_options.FullFolder) : null;

    private ILanguageModel Loaded => State == ModelState.Ready ? _loading!.Result : throw new InvalidOperationException($"the model '{Name}' is not loaded; wait for {nameof(ReadyAsync)}");

    /// <summary>Loads it where nobody has yet, and waits until it is ready.</summary>
    /// <param name="cancellationToken">Ends the wait, not the load.</param>
    /// <exception cref="InvalidOperationException">It could not be loaded.</exception>
    public async Task ReadyAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        Task<ILanguageModel> loading;
        lock (_lock) loading = _loading ??= Task.Run(LoadAsync, CancellationToken.None);
        try
        {
            await loading.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            throw new InvalidOperationException($"the model '{Name}' could not be loaded: {fault.Message}", fault);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<IModelSession> OpenAsync(TokenTree tree, int maxNodes, CancellationToken cancellationToken = default)
    {
        await ReadyAsync(cancellationToken).ConfigureAwait(false);
        return await Loaded.OpenAsync(tree, maxNodes, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Ends the load, or what the model is doing, and frees it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        await _stopping.CancelAsync().ConfigureAwait(false);
        if (_loading is { } loading)
        {
            await loading.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default).ConfigureAwait(false);
            if (loading.IsCompletedSuccessfully) await loading.Result.DisposeAsync().ConfigureAwait(false);
        }
        _stopping.Dispose();
    }

    /// <summary>As <see cref="DisposeAsync"/>, and waits for it.</summary>
    public void Dispose() => Task.Run(async () => await DisposeAsync().ConfigureAwait(false)).GetAwaiter().GetResult();

    private async Task<ILanguageModel> LoadAsync()
    {
        var started = TimeProvider.System.GetTimestamp();
        _log.Loading(Name, _options.Engine);
        try
        {
            await _options.ResolveAsync(new Share(this), _stopping.Token).ConfigureAwait(false);
            if (ModelFolder.Exists(_options.FullFolder)) Templates = ChatTemplateFolder.Load(_options.FullFolder);
            var model = await _loader(_services, _options, new Share(this), _stopping.Token).ConfigureAwait(false);
            _log.Loaded(Name, model.Facts.ParameterCount, TimeProvider.System.GetElapsedTime(started).TotalSeconds);
            foreach (var finding in model.Facts.Warnings) _log.LoadWarning(Name, finding);
            return model;
        }
        catch (Exception fault)
        {
            // a load that is left off because the container goes has not failed
            if (!_stopping.IsCancellationRequested) _log.LoadFailed(Name, fault);
            throw;
        }
    }

    private sealed class Share(HostedModel model) : IProgress<double>
    {
        public void Report(double value) => Volatile.Write(ref model._progress, value);
    }
}
