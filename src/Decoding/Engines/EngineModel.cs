namespace DecodeAlign.Decoding;

/// <summary>
/// Makes an engine a language model for many requests at once. A scheduler on a thread of its own merges what the sessions ask into shared passes and is fair between them
/// (<see cref="Scheduler"/>); where the engine shares prefixes, the beginnings that prompts have in common are computed once. Safe for concurrent calls.
/// </summary>
public sealed class EngineModel : ILanguageModel, ILedgerModel
{
    private readonly IInferenceEngine _engine;
    private readonly Scheduler _scheduler;
    private readonly MemoryAccount _account;
    private int _disposed;

    /// <summary>Takes ownership of an engine and starts the scheduler.</summary>
    /// <param name="engine">The engine; disposed with the model.</param>
    /// <param name="tokenizer">The tokenizer it was trained with.</param>
    /// <param name="options">How requests share it; null: the defaults.</param>
    /// <exception cref="ArgumentException">The tokenizer has ids that the model lacks, or another fingerprint; or an option is out of its range.</exception>
    public EngineModel(IInferenceEngine engine, ITokenizer tokenizer, EngineModelOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(tokenizer);
        options ??= new();
        options.Validate();
        if (tokenizer.VocabularySize > engine.Facts.VocabularySize)
            throw new ArgumentException($"the tokenizer has {tokenizer.VocabularySize} tokens, the model '{engine.Facts.Name}' only {engine.Facts.VocabularySize}: they do not belong together", nameof(tokenizer));
        if (tokenizer.Fingerprint != engine.Facts.TokenizerFingerprint)
            throw new ArgumentException($"the tokenizer is not the one that the model '{engine.Facts.Name}' names", nameof(tokenizer));
        _engine = engine;
        Tokenizer = tokenizer;
        _account = new(engine.Facts.Name, engine.KvBudgetBytes, engine.KvBytesFor, engine.Open)
        {
            Wait = options.MemoryWait,
            MaxWaiting = options.MaxWaiting,
            Time = options.TimeProvider,
        };
        _scheduler = new(engine);
    }

    /// <inheritdoc/>
    public ModelFacts Facts => _engine.Facts;

    /// <inheritdoc/>
    public ITokenizer Tokenizer { get; }

    /// <summary>What the scheduler is doing and has done.</summary>
    public EngineStatistics Statistics
    {
        get
        {
            var (open, waiting) = MemoryLedger.Count(_account);
            return new(open, waiting, _scheduler.Passes, _scheduler.Rows, _scheduler.SharedTokens);
        }
    }

    MemoryAccount ILedgerModel.Account => _account;

    /// <inheritdoc/>
    public async ValueTask<IModelSession> OpenAsync(TokenTree tree, int maxNodes, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tree);
        var grants = await MemoryLedger.OpenAsync([new(_account, tree, maxNodes)], mayWait: true, cancellationToken).ConfigureAwait(false);
        return Start(grants[0], default);
    }

    IModelSession ILedgerModel.Start(MemoryGrant grant, Urgency urgency) => Start(grant, urgency);

    /// <summary>Refuses what waits for memory, answers what waits for a pass, then stops the scheduler and disposes the engine.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        MemoryLedger.Close(_account);
        await _scheduler.DisposeAsync().ConfigureAwait(false);
        _engine.Dispose();
    }

    private EngineModelSession Start(MemoryGrant grant, Urgency urgency) => new(Facts, (IEngineSession)grant.Session, urgency, _scheduler.Enqueue, grant.Return);
}
