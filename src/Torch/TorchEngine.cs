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
    private readonly TorchPass[] _passes;
    private readonly Transformer _transformer;
    private readonly ReadAnswers _answers;
    private int _turn;
    private bool _disposed;

    private TorchEngine(IWeightSource source, DeviceWeights weights, KvPool pool, TorchEngineOptions options, torch.Device device, ScalarType type, string tokenizerFingerprint)
    {
        var description = source.Description;
        _deviceName = options.Device;
        _device = device;
        _weights = weights;
        MaxRows = options.MaxRows;
        _pool = pool;
        // two take turns, as one may begin before the other ends
        _passes = [new(this, new(description, _pool, device)), new(this, new(description, _pool, device))];
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
        var pass = Start(rows, reads);
        try
        {
            Finish(pass, reads);
        }
        catch
        {
            pass.Plan.Undo();
            throw;
        }
        finally
        {
            pass.Plan.Clear();
        }
    }

    /// <inheritdoc/>
    /// <remarks>On the processor libtorch computes the pass before this returns; on a GPU the end waits for it.</remarks>
    /// <exception cref="InsufficientMemoryException">As for <see cref="Forward"/>.</exception>
    public IPassUnderWay? Begin(ReadOnlySpan<ForwardRow> rows, ReadOnlySpan<EvaluationRequest> reads) => Start(rows, reads);

    /// <summary>Frees the weights and the KV cache. Sessions must be disposed before.</summary>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        _answers.Dispose();
        _transformer.Dispose();
        foreach (var pass in _passes) pass.Dispose();
        _pool.Dispose();
        _weights.Dispose();
    }

    /// <summary>Waits for a pass, and answers its reads; its plan is kept until then.</summary>
    internal void Finish(TorchPass pass, ReadOnlySpan<EvaluationRequest> reads)
    {
        if (pass.Plan.ReadRows == 0) return;
        lock (_pass)
        {
            using var inference = torch.inference_mode();
            try
            {
                _answers.End(pass.Plan, reads);
            }
            catch (ExternalException exception) when (DeviceMemory.IsExhausted(exception))
            {
                throw DeviceMemory.Exhausted(_deviceName, $"a pass of {pass.Plan.Rows} rows", exception);
            }
            // what came to the host came after all that was begun before
            foreach (var ended in _passes) ended.MayStillRun = false;
        }
    }

    private TorchPass Start(ReadOnlySpan<ForwardRow> rows, ReadOnlySpan<EvaluationRequest> reads)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (rows.IsEmpty || rows.Length > MaxRows) throw new ArgumentException($"a pass has between 1 and {MaxRows} rows, not {rows.Length}", nameof(rows));
        lock (_pass)
        {
            var pass = _passes[_turn ^= 1];
            using var inference = torch.inference_mode();
            try
            {
                Start(pass, rows, reads);
                return pass;
            }
            catch (Exception exception)
            {
                pass.Plan.Undo();
                pass.Plan.Clear();
                if (exception is ExternalException external && DeviceMemory.IsExhausted(external)) throw DeviceMemory.Exhausted(_deviceName, $"a pass of {rows.Length} rows", external);
                throw;
            }
        }
    }

    private void Start(TorchPass pass, ReadOnlySpan<ForwardRow> rows, ReadOnlySpan<EvaluationRequest> reads)
    {
        if (pass.MayStillRun && _device.type == DeviceType.CUDA) torch.cuda.synchronize(_device);
        pass.MayStillRun = true;
        pass.Plan.Build(this, rows);
        if (_transformer.Run(pass.Plan) is { } normed) _answers.Begin(normed, pass.Plan, reads);
    }

    private static KvPool Reserve(TransformerDescription description, TorchEngineOptions options, ScalarType type, torch.Device device, ref string what)
    {
        var elementBytes = options.DataType == TorchDataType.F32 ? 4 : 2;
        var bytes = KvReserve.Bytes(options, device, KvReserve.Room(description, options.MaxRows, elementBytes));
        what = string.Create(CultureInfo.InvariantCulture, $"a KV cache of {bytes:N0} bytes beside the weights; lower the KV budget");
        return new(description, type, device, elementBytes, bytes);
    }
}
