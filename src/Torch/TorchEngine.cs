using System.Globalization;
using System.Runtime.InteropServices;
using DecodeAlign.Decoding;
using DecodeAlign.Models;

namespace DecodeAlign.Torch;

/// <summary>
/// The TorchSharp engine: any architecture that <see cref="TransformerDescription"/> can describe, on a CUDA device or the processor. The same
/// tokens as the CPU engine in f32 until the margin between the top two falls under 1e-3. <see cref="Forward"/> has one caller at a time; sessions
/// may be opened and disposed from any thread.
/// </summary>
public sealed class TorchEngine : IInferenceEngine
{
    private readonly Lock _pass = new();
    private readonly string _deviceName;
    private readonly torch.Device _device;
    private readonly DeviceWeights _weights;
    private readonly KvPool _pool;
    private readonly PassPlan _plan;
    private readonly Transformer _transformer;
    private readonly ReadAnswers _answers;
    private bool _mayStillRun;
    private bool _disposed;

    private TorchEngine(IWeightSource source, DeviceWeights weights, KvPool pool, TorchEngineOptions options, torch.Device device, ScalarType type, string tokenizerFingerprint)
    {
        var description = source.Description;
        _deviceName = options.Device;
        _device = device;
        _weights = weights;
        MaxRows = options.MaxRows;
        _pool = pool;
        _plan = new(description, _pool, device);
        _transformer = new(description, weights, _pool, type, device);
        _answers = new(description, weights, device);
        Facts = EngineFacts.Of(source, tokenizerFingerprint, _pool.PageBytes / KvPool.Slots, weights.ParameterCount);
    }

    /// <inheritdoc/>
    public ModelFacts Facts { get; }

    /// <inheritdoc/>
    public int MaxRows { get; }

    /// <inheritdoc/>
    public long KvBudgetBytes => _pool.BudgetBytes;

    /// <inheritdoc/>
    public long KvBytesFor(int maxNodes) => SlotTable.PagesFor(maxNodes) * _pool.PageBytes;

    /// <summary>Loads a model: streams the weights to the device, converted there.</summary>
    /// <param name="source">The weights; not disposed, and not needed afterwards.</param>
    /// <param name="options">How to run it.</param>
    /// <param name="tokenizerFingerprint"><see cref="ITokenizer.Fingerprint"/> of the model's tokenizer.</param>
    /// <param name="progress">Hears the share of weights read, in [0, 1].</param>
    /// <param name="cancellationToken">Checked every few megabytes.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="TorchUnavailableException">There is no such device, or no native library for it; the message names the package to add.</exception>
    /// <exception cref="InsufficientMemoryException">The weights and the KV cache do not fit the device.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="IOException">The weights can't be read.</exception>
    public static TorchEngine Load(IWeightSource source, TorchEngineOptions options, string tokenizerFingerprint, IProgress<double>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegative(options.Threads);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Threads, 1024);
        ArgumentOutOfRangeException.ThrowIfNegative(options.KvBudgetBytes);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxRows, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.MaxRows, 4096);
        Unsupported.Refuse(source.Description);
        var device = Devices.Open(options.Device);
        if (options.Threads > 0) torch.set_num_threads(options.Threads);
        var type = options.DataType switch
        {
            TorchDataType.F32 => ScalarType.Float32,
            TorchDataType.BF16 => ScalarType.BFloat16,
            TorchDataType.F16 => ScalarType.Float16,
            _ => throw new ArgumentOutOfRangeException(nameof(options), options.DataType, "not a data type"),
        };
        DeviceWeights? weights = null;
        KvPool? pool = null;
        var what = $"the weights of {source.Name}";
        try
        {
            using var noGradient = torch.no_grad();
            weights = DeviceWeights.Load(source, type, device, progress, cancellationToken);
            pool = Reserve(source.Description, options, type, device, ref what);
            return new(source, weights, pool, options, device, type, tokenizerFingerprint);
        }
        catch (Exception exception)
        {
            pool?.Dispose();
            weights?.Dispose();
            if (exception is ExternalException external && DeviceMemory.IsExhausted(external)) throw DeviceMemory.Exhausted(options.Device, what, external);
            throw;
        }
    }

    /// <inheritdoc/>
    public IEngineSession Open(TokenTree tree, int maxNodes)
    {
        ArgumentNullException.ThrowIfNull(tree);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxNodes, 1);
        ObjectDisposedException.ThrowIf(_disposed, this);
        return new TorchSession(this, _pool, tree, maxNodes);
    }

    /// <inheritdoc/>
    /// <exception cref="InsufficientMemoryException">The device has no memory for the pass. The engine and its sessions are as they were before.</exception>
    public void Forward(ReadOnlySpan<ForwardRow> rows, ReadOnlySpan<EvaluationRequest> reads)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (rows.IsEmpty || rows.Length > MaxRows) throw new ArgumentException($"a pass has between 1 and {MaxRows} rows, not {rows.Length}", nameof(rows));
        lock (_pass)
        {
            using var inference = torch.inference_mode();
            try
            {
                Run(rows, reads);
            }
            catch (Exception exception)
            {
                _plan.Undo();
                if (exception is ExternalException external && DeviceMemory.IsExhausted(external)) throw DeviceMemory.Exhausted(_deviceName, $"a pass of {rows.Length} rows", external);
                throw;
            }
            finally
            {
                _plan.Clear();
            }
        }
    }

    /// <summary>Frees the weights and the KV cache. Sessions must be disposed before.</summary>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        _answers.Dispose();
        _transformer.Dispose();
        _plan.Dispose();
        _pool.Dispose();
        _weights.Dispose();
    }

    private void Run(ReadOnlySpan<ForwardRow> rows, ReadOnlySpan<EvaluationRequest> reads)
    {
        // reading results waits for the device; where the last pass had none to read, its upload may still be under way
        if (_mayStillRun && _device.type == DeviceType.CUDA) torch.cuda.synchronize(_device);
        _mayStillRun = true;
        _plan.Build(this, rows);
        using var normed = _transformer.Run(_plan);
        if (normed is null) return;
        _answers.Answer(normed, _plan, reads);
        _mayStillRun = false;
    }

    private static KvPool Reserve(TransformerDescription description, TorchEngineOptions options, ScalarType type, torch.Device device, ref string what)
    {
        var elementBytes = options.DataType == TorchDataType.F32 ? 4 : 2;
        var bytes = KvReserve.Bytes(options, device, KvReserve.Room(description, options.MaxRows, elementBytes));
        what = string.Create(CultureInfo.InvariantCulture, $"a KV cache of {bytes:N0} bytes beside the weights; lower the KV budget");
        return new(description, type, device, elementBytes, bytes);
    }
}
