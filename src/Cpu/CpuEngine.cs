using DecodeAlign.Decoding;
using DecodeAlign.Models;

namespace DecodeAlign.Cpu;

/// <summary>
/// The managed CPU engine: any architecture that <see cref="TransformerDescription"/> can describe. Logits are bitwise the same for any batch,
/// prefill chunking, sharing and number of threads. <see cref="Forward"/> has one caller at a time; sessions may be opened and disposed from any thread.
/// </summary>
public sealed class CpuEngine : IInferenceEngine, IPrefixSharing
{
    private const long CacheBytes = 32 << 20;

    private readonly ModelWeights _weights;
    private readonly Transformer _transformer;
    private readonly KvPool _pool;
    private readonly BatchPlan _plan;
    private bool _disposed;

    private CpuEngine(IWeightSource source, ModelWeights weights, CpuEngineOptions options, PanelKernels kernels, string tokenizerFingerprint)
    {
        var description = source.Description;
        _weights = weights;
        MaxRows = options.MaxRows;
        var budget = options.KvBudgetBytes == 0 ? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4 : options.KvBudgetBytes;
        var layout = new KvLayout(description, options.KvFormat, budget);
        _transformer = new(description, weights, kernels, layout, options.MaxRows, Threads(options));
        _plan = new(description);
        _pool = new(budget, layout, options.PrefixCacheBytes);
        WeightFormat = weights.Format;
        Facts = EngineFacts.Of(source, tokenizerFingerprint, layout.PageBytes / KvLayout.Slots, weights.ParameterCount) with { RowsPerPass = RowsPerPass(weights.Format, weights.ParameterCount, Threads(options), kernels.Name == "Vector512") };
    }

    /// <summary>How the matrices of the layers are kept.</summary>
    public WeightFormat WeightFormat { get; }

    /// <summary>The kernels that engines compute with here, by the width of their vectors: <c>Vector512</c>, <c>Vector256</c>, <c>Vector128</c> or <c>scalar</c>. A program that is compiled ahead has those of its <c>IlcInstructionSet</c>.</summary>
    public static string Kernels => PanelKernels.Best.Name;

    /// <inheritdoc/>
    public ModelFacts Facts { get; }

    /// <inheritdoc/>
    public int MaxRows { get; }

    /// <inheritdoc/>
    public long KvBudgetBytes => _pool.BudgetBytes;

    /// <inheritdoc/>
    public long KvBytesFor(int maxNodes) => SlotTable.PagesFor(maxNodes) * _pool.PageBytes;

    /// <inheritdoc/>
    public int PrefixBlock => KvLayout.Slots;

    /// <summary>Bytes of the KV budget that open sessions have reserved.</summary>
    public long KvReservedBytes => _pool.ReservedBytes;

    /// <summary>Bytes of the KV budget that keep prompts for later ones.</summary>
    public long KvKeptBytes => _pool.KeptBytes;

    /// <summary>Loads a model: streams the weights into the engine's own layout.</summary>
    /// <param name="source">The weights; not disposed, and not needed afterwards.</param>
    /// <param name="options">How to run it.</param>
    /// <param name="tokenizerFingerprint"><see cref="ITokenizer.Fingerprint"/> of the model's tokenizer.</param>
    /// <param name="progress">Hears the share of weights read, in [0, 1].</param>
    /// <param name="cancellationToken">Checked before each tensor.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="IOException">The weights can't be read.</exception>
    public static CpuEngine Load(IWeightSource source, CpuEngineOptions options, string tokenizerFingerprint, IProgress<double>? progress = null, CancellationToken cancellationToken = default) =>
        Load(source, options, tokenizerFingerprint, PanelKernels.Best, progress, cancellationToken);

    internal static CpuEngine Load(IWeightSource source, CpuEngineOptions options, string tokenizerFingerprint, PanelKernels kernels, IProgress<double>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegative(options.Threads);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Threads, 1024);
        ArgumentOutOfRangeException.ThrowIfNegative(options.KvBudgetBytes);
        ArgumentOutOfRangeException.ThrowIfNegative(options.PrefixCacheBytes);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxRows, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.MaxRows, 4096);
        if (!Enum.IsDefined(options.KvFormat)) throw new ArgumentOutOfRangeException(nameof(options), options.KvFormat, "no such KV format");
        if (options.WeightFormat is { } format && !Enum.IsDefined(format)) throw new ArgumentOutOfRangeException(nameof(options), format, "no such weight format");
        var weights = ModelWeights.Load(source, options.WeightFormat ?? StoredFormat.Of(source), Threads(options), progress, cancellationToken);
        try
        {
            return new(source, weights, options, kernels, tokenizerFingerprint);
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public IEngineSession Open(TokenTree tree, int maxNodes)
    {
        ArgumentNullException.ThrowIfNull(tree);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxNodes, 1);
        ObjectDisposedException.ThrowIf(_disposed, this);
        return new CpuSession(this, _pool, tree, maxNodes);
    }

    /// <inheritdoc/>
    public void Forward(ReadOnlySpan<ForwardRow> rows, ReadOnlySpan<EvaluationRequest> reads)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (rows.IsEmpty || rows.Length > MaxRows) throw new ArgumentException($"a pass has between 1 and {MaxRows} rows, not {rows.Length}", nameof(rows));
        _plan.Build(this, rows, reads);
        try
        {
            _transformer.Run(_plan);
        }
        finally
        {
            _plan.Clear();
        }
    }

    /// <inheritdoc/>
    public int AttachPrefix(IEngineSession session, ReadOnlySpan<int> path, int held) => Own(session).AttachPrefix(path, held);

    /// <inheritdoc/>
    public void CachePrefix(IEngineSession session, ReadOnlySpan<int> path) => Own(session).CachePrefix(path);

    /// <summary>Stops the threads and frees the weights and the KV cache. Sessions must be disposed before.</summary>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        _transformer.Dispose();
        _pool.Dispose();
        _weights.Dispose();
    }

    // a pass reads the weights while its rows multiply by them: fitted to passes of 1 to 64 rows on two threads with vectors of 512 bits, and to the decode tables of docs/benchmarks.md for 256. Weights that stay in the cache are read several times as fast; the factor for other threads is an estimate.
    private static double RowsPerPass(WeightFormat format, long parameters, int threads, bool isWide)
    {
        var bytes = format switch { WeightFormat.F32 => 4.0, WeightFormat.BF16 => 2, WeightFormat.Q4 => 0.7, _ => 1 };
        var isCached = bytes * parameters < CacheBytes;
        var rowsPerByte = (isWide, isCached) switch { (true, false) => 4, (true, true) => 1.7, (false, false) => 2.2, (false, true) => 1 };
        return bytes * rowsPerByte * Math.Sqrt(threads / 2.0);
    }

    private static int Threads(CpuEngineOptions options) => options.Threads == 0 ? Environment.ProcessorCount : options.Threads;

    private CpuSession Own(IEngineSession session) =>
        session is CpuSession own && own.Engine == this ? own : throw new ArgumentException("the session is not one of this engine's", nameof(session));
}
